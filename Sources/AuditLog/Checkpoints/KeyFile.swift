import RingbackHome

/// The files that keep the keys of a log: the public ones in its folder, the private one outside of it.
package enum KeyFile {
    /// The name of the file of public keys, one a line, the newest first.
    package static let publicName = "key.pub"

    /// A file that holds no key.
    package struct FormatError: Error, CustomStringConvertible {
        /// Which file, and what it should be.
        package var description: String
    }

    /// Reads public keys, one a line; empty lines and those that begin with `#` are passed over.
    ///
    /// - Throws: ``FileError`` where the file cannot be read, ``FormatError`` where a line is no key, or there is none.
    package static func verifiers(path: String) throws -> [NoteVerifier] {
        let text = String(decoding: try FileSystem.read(path, upTo: 1_000_000), as: UTF8.self)
        var keys: [NoteVerifier] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let key = NoteVerifier(String(line)) else {
                throw FormatError(description: "\(path):\(index + 1) is no verifier key (name+hash+Base64)")
            }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw FormatError(description: "\(path) holds no verifier key (name+hash+Base64)") }
        return keys
    }

    /// Reads the private key.
    static func signer(path: String) throws -> NoteSigner {
        let text = String(decoding: try FileSystem.read(path, upTo: 10_000), as: UTF8.self)
        guard let line = text.split(separator: "\n").first, let signer = NoteSigner(String(line)) else {
            throw FormatError(description: "\(path) holds no private key of an audit log")
        }
        return signer
    }
}
