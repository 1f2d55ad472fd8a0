import ExactJSON
import FoundationEssentials
import RingbackHome

/// A file of public keys, one per line, the newest first.
package struct KeyFile: Hashable, Sendable {
    /// The name of the file of public keys in the folder of a log.
    package static let publicName = "key.pub"
    private static let largest = 1_000_000

    /// The keys that can verify a checkpoint.
    package var verifiers: [NoteVerifier] = []
    /// The lines that were passed over, for people.
    package var notes: [String] = []

    init() {}

    /// Reads public keys; empty lines and those that begin with `#` are ignored, and keys of other types are passed over.
    ///
    /// - Parameter isPlain: whether links and pipes are rejected, as for the keys beside a log.
    /// - Throws: ``FileError`` if the file cannot be read, ``AuditError`` if it has no key, or if a key is damaged.
    package init(path: String, isPlain: Bool = false) throws {
        let bytes =
            try isPlain ? FileSystem.readPlain(path, upTo: Self.largest) : FileSystem.read(path, upTo: Self.largest)
        var others: [Int] = []
        for (number, line) in Self.lines(bytes) {
            if let key = NoteVerifier(line) {
                verifiers.append(key)
            } else if Self.isDamaged(line) {
                throw AuditError(.malformedFile, "\(path):\(number) is a damaged verifier key (name+hash+Base64)")
            } else {
                others.append(number)
            }
        }
        if verifiers.isEmpty {
            let other = others.isEmpty ? "" : "; line \(others[0]) is of another type"
            throw AuditError(.malformedFile, "\(path) does not hold an Ed25519 verifier key (name+hash+Base64)\(other)")
        }
        notes = others.prefix(20).map { "\(path):\($0) is not an Ed25519 verifier key and was passed over" }
    }

    /// The lines that are not empty, with their numbers; a byte order mark, CR and blanks at their ends do not count.
    private static func lines(_ bytes: [UInt8]) -> [(Int, String)] {
        let bytes = bytes.dropFirst(bytes.starts(with: Transfer.byteOrderMark) ? Transfer.byteOrderMark.count : 0)
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { index, line in
            guard !line.isEmpty else { return nil }
            let isBlank: (UInt8) -> Bool = { $0 == 0x0D || $0 == 0x20 || $0 == 0x09 }
            let end = line.lastIndex { !isBlank($0) } ?? line.startIndex
            let text = String(decoding: line[...end].drop(while: isBlank), as: UTF8.self)
            return text.isEmpty || text.hasPrefix("#") ? nil : (index + 1, text)
        }
    }

    /// Whether a text has the form of an Ed25519 verifier key without being one; keys of other types have another number.
    private static func isDamaged(_ text: String) -> Bool {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, NoteKeys.isName(parts[0]), Hexadecimal.bytes(parts[1])?.count == 4 else { return false }
        return Data(base64Encoded: parts[2]).map { $0.first == NoteKeys.ed25519 } ?? true
    }

    /// Reads the private key of a log, which is kept outside of its folder.
    static func signer(path: String) throws -> NoteSigner {
        let text = String(decoding: try FileSystem.readPlain(path, upTo: 10_000), as: UTF8.self)
        guard let line = text.split(separator: "\n").first, let signer = NoteSigner(String(line)) else {
            throw AuditError(.malformedFile, "\(path) does not hold the private key of an audit log")
        }
        return signer
    }
}
