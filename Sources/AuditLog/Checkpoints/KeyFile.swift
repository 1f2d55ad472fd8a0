import RingbackHome

/// The files that keep the keys of a log: the public ones in its folder, the private one outside of it.
package enum KeyFile {
    /// The name of the file of public keys: one per line, the newest first.
    package static let publicName = "key.pub"

    /// Reads public keys, one per line; empty lines and those that begin with `#` are ignored.
    ///
    /// - Throws: ``FileError`` if the file cannot be read, ``AuditError`` if it has no key or a line is not a key.
    package static func verifiers(path: String) throws -> [NoteVerifier] {
        try verifiers(in: try FileSystem.read(path, upTo: largest), of: path)
    }

    /// Reads the public keys beside a log; links and pipes are rejected.
    static func verifiers(plainPath path: String) throws -> [NoteVerifier] {
        try verifiers(in: try FileSystem.readPlain(path, upTo: largest), of: path)
    }

    /// The largest accepted file of keys, in bytes.
    private static let largest = 1_000_000

    private static func verifiers(in bytes: [UInt8], of path: String) throws -> [NoteVerifier] {
        var keys: [NoteVerifier] = []
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            // Mail and editors of other systems end lines with CR LF.
            let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
            guard !text.isEmpty, !text.hasPrefix("#") else { continue }
            guard let key = NoteVerifier(text) else {
                throw AuditError(.malformedFile, "\(path):\(index + 1) is not a verifier key (name+hash+Base64)")
            }
            keys.append(key)
        }
        guard !keys.isEmpty else {
            throw AuditError(.malformedFile, "\(path) does not hold a verifier key (name+hash+Base64)")
        }
        return keys
    }

    /// Reads the private key.
    static func signer(path: String) throws -> NoteSigner {
        let text = String(decoding: try FileSystem.readPlain(path, upTo: 10_000), as: UTF8.self)
        guard let line = text.split(separator: "\n").first, let signer = NoteSigner(String(line)) else {
            throw AuditError(.malformedFile, "\(path) does not hold the private key of an audit log")
        }
        return signer
    }
}
