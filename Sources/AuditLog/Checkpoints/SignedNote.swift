import FoundationEssentials

/// A text with signatures under it (C2SP signed-note).
package struct SignedNote: Hashable, Sendable {
    /// A signature line.
    struct Signature: Hashable, Sendable {
        var name: String
        var keyHash: [UInt8]
        var bytes: [UInt8]
    }

    /// The signed text, with its last newline.
    package let body: String
    private(set) var signatures: [Signature]

    /// The largest accepted note, in bytes.
    static let maximumSize = 1_000_000

    init(_ body: String, by signers: [NoteSigner]) throws {
        self.body = body
        signatures = try signers.map { signer in
            let (key, bytes) = (signer.verifier, try signer.sign(Array(body.utf8)))
            return Signature(name: key.name, keyHash: key.keyHash, bytes: bytes)
        }
    }

    /// Reads a note; returns nil if the bytes are not a signed note.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.maximumSize, String(validating: bytes, as: UTF8.self) != nil, bytes.last == 0x0A,
            bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A })
        else { return nil }
        // The last empty line separates the text from the signatures.
        guard let gap = (0..<bytes.count - 1).last(where: { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }) else {
            return nil
        }
        body = String(decoding: bytes[...gap], as: UTF8.self)
        signatures = []
        for line in String(decoding: bytes[(gap + 2)...], as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, parts[0] == "—", NoteKeys.isName(parts[1]),
                let bytes = Data(base64Encoded: parts[2]), bytes.count > 4
            else { return nil }
            let (hash, signature) = (Array(bytes.prefix(4)), Array(bytes.dropFirst(4)))
            signatures.append(Signature(name: parts[1], keyHash: hash, bytes: signature))
        }
        guard !signatures.isEmpty else { return nil }
    }

    package var text: String {
        body + "\n"
            + signatures.map { "— \($0.name) \(Data($0.keyHash + $0.bytes).base64EncodedString())\n" }.joined()
    }

    /// Whether at least one of the keys has signed it and none has an invalid signature; unknown keys are ignored.
    package func isSigned(byOneOf verifiers: some Sequence<NoteVerifier>) -> Bool {
        var isSigned = false
        for verifier in verifiers {
            for signature in signatures where signature.name == verifier.name && signature.keyHash == verifier.keyHash {
                guard verifier.verifies(signature.bytes, over: Array(body.utf8)) else { return false }
                isSigned = true
            }
        }
        return isSigned
    }
}
