import Crypto
import ExactJSON
import FoundationEssentials
import RingbackHome

/// A public key that verifies signed notes (C2SP signed-note): `name+hash+key`, Ed25519.
package struct NoteVerifier: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key).
    let keyHash: [UInt8]
    private let key: [UInt8]

    init(name: String, key: [UInt8]) {
        self.name = name
        self.key = key
        keyHash = Array(SHA256.hash(data: Array(name.utf8) + [0x0A, NoteKeys.ed25519] + key).prefix(4))
    }

    /// Reads `name+hash+key`; returns nil for any other text, or if the hash does not match.
    package init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, NoteKeys.isName(parts[0]), let bytes = Data(base64Encoded: parts[2]), bytes.count == 33,
            bytes.first == NoteKeys.ed25519
        else { return nil }
        self.init(name: parts[0], key: Array(bytes.dropFirst()))
        guard parts[1] == Hexadecimal.text(keyHash) else { return nil }
    }

    package var description: String {
        "\(name)+\(Hexadecimal.text(keyHash))+\(Data([NoteKeys.ed25519] + key).base64EncodedString())"
    }

    /// Whether this key has made a signature over these bytes.
    func verifies(_ signature: [UInt8], over bytes: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}

/// A private key that signs notes; printing it does not show the key.
package struct NoteSigner: Sendable, CustomStringConvertible, CustomReflectable {
    package let verifier: NoteVerifier
    private let key: Curve25519.Signing.PrivateKey

    package init(name: String) { self.init(name: name, key: Curve25519.Signing.PrivateKey()) }

    private init(name: String, key: Curve25519.Signing.PrivateKey) {
        self.key = key
        verifier = NoteVerifier(name: name, key: Array(key.publicKey.rawRepresentation))
    }

    /// Reads `PRIVATE+KEY+name+hash+key`; returns nil for any other text.
    init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY", NoteKeys.isName(parts[2]),
            let bytes = Data(base64Encoded: parts[4]), bytes.count == 33, bytes.first == NoteKeys.ed25519,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.dropFirst())
        else { return nil }
        self.init(name: parts[2], key: key)
        guard parts[3] == Hexadecimal.text(verifier.keyHash) else { return nil }
    }

    /// The key as its file holds it: `PRIVATE+KEY+name+hash+key`.
    var secretText: String {
        let bytes = Data([NoteKeys.ed25519] + key.rawRepresentation)
        return "PRIVATE+KEY+\(verifier.name)+\(Hexadecimal.text(verifier.keyHash))+\(bytes.base64EncodedString())"
    }

    /// The signature of bytes.
    func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: bytes)) }

    /// Never the key.
    package var description: String { "[redacted]" }
    /// Never the key.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What public and private keys share.
enum NoteKeys {
    /// The number of the algorithm in C2SP signed-note.
    static let ed25519: UInt8 = 0x01

    /// Whether a text can be the name of a key: not empty, without white space and plus signs.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.contains("+") && !text.contains { $0.isWhitespace }
    }
}
