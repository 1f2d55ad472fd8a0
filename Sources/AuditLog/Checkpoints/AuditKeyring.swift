import RingbackHome
import SimulationAPI

/// The keys and the newest checkpoint of a home's log.
struct AuditKeyring {
    private let directory: String
    private let keysPath: String

    init(_ home: Home) {
        directory = home.auditPath
        keysPath = home.keysPath
    }

    /// The file of the newest checkpoint.
    static let checkpointName = "checkpoint"

    private var checkpointPath: String { "\(directory)/\(Self.checkpointName)" }
    private var publicPath: String { "\(directory)/\(KeyFile.publicName)" }
    private var privatePath: String { "\(keysPath)/audit.key" }
    private var lastPath: String { "\(keysPath)/audit.last" }

    /// The newest checkpoint that was signed here, whatever has become of the one in the folder; `nil` where there is none.
    ///
    /// What is in the folder may be taken away together with the end of the log; what was signed last is kept beside the
    /// key, so that nothing is ever signed that contradicts it.
    ///
    /// - Throws: ``AuditLog/DamageError`` where one is none, or not signed by the key of this home.
    func newest() throws -> SignedCheckpoint? {
        guard let published = try published() else { return try read(lastPath) }
        guard let last = try read(lastPath), last.checkpoint.size > published.checkpoint.size else { return published }
        return last
    }

    /// The checkpoint in the folder of the log; `nil` where there is none.
    func published() throws -> SignedCheckpoint? { try read(checkpointPath) }

    private func read(_ path: String) throws -> SignedCheckpoint? {
        guard try FileSystem.inspect(path) != nil else { return nil }
        guard let checkpoint = SignedCheckpoint(try FileSystem.read(path, upTo: SignedNote.maximumSize)) else {
            throw AuditLog.DamageError("\(path) is no checkpoint")
        }
        guard try FileSystem.inspect(privatePath) != nil else { throw missingKey }
        let own = try KeyFile.signer(path: privatePath).verifier
        guard checkpoint.note.isSigned(byOneOf: [own]), checkpoint.checkpoint.origin == own.name else {
            throw AuditLog.DamageError("\(path) is not signed by the key of this home")
        }
        return checkpoint
    }

    private var missingKey: AuditLog.DamageError {
        AuditLog.DamageError(
            "the log in \(directory) has checkpoints, and the key that signs them is not in \(privatePath): put it back"
        )
    }

    /// Signs how far the log goes, and puts the checkpoint into its folder.
    func sign(count: Int, root: MerkleHash, by signers: [NoteSigner]?) throws -> SignedCheckpoint {
        let signers = try signers ?? [signer()]
        guard let origin = signers.first?.verifier.name else { preconditionFailure("somebody signs") }
        let signed = try SignedCheckpoint(Checkpoint(origin: origin, size: count, root: root), by: signers)
        let note = Array(signed.note.text.utf8)
        try FileSystem.replace(lastPath, with: note)
        try FileSystem.syncDirectory(keysPath)
        try FileSystem.replace(checkpointPath, with: note)
        try FileSystem.syncDirectory(directory)
        return signed
    }

    /// The key that signs, made on first use.
    private func signer() throws -> NoteSigner {
        if try FileSystem.inspect(privatePath) != nil {
            let signer = try KeyFile.signer(path: privatePath)
            // A crash between the two files leaves the private one alone.
            if try FileSystem.inspect(publicPath) == nil { try write(public: [signer.verifier]) }
            return signer
        }
        guard try FileSystem.inspect(checkpointPath) == nil, try FileSystem.inspect(lastPath) == nil else {
            throw missingKey
        }
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        let name = "ringback.local/audit/" + String(repeating: "0", count: 16 - digits.count) + digits
        let signer = NoteSigner(name: name)
        try write(private: signer)
        try write(public: [signer.verifier])
        return signer
    }

    private func write(private signer: NoteSigner) throws {
        try FileSystem.makeDirectory(keysPath)
        try FileSystem.replace(privatePath, with: Array("\(signer.secretText)\n".utf8))
        try FileSystem.syncDirectory(keysPath)
    }

    private func write(public verifiers: [NoteVerifier]) throws {
        try FileSystem.replace(publicPath, with: Array(verifiers.map { "\($0)\n" }.joined().utf8))
        try FileSystem.syncDirectory(directory)
    }

    /// The key that signs, and one to come after it.
    func successor() throws -> KeySuccession {
        let old = try signer()
        return try KeySuccession(from: old, to: NoteSigner(name: old.verifier.name))
    }

    /// From now on that key signs; the public ones of those before it stay.
    func replace(by new: NoteSigner) throws {
        let known = try FileSystem.inspect(publicPath) == nil ? [] : KeyFile.verifiers(path: publicPath)
        try write(public: [new.verifier] + known)
        try write(private: new)
    }
}

/// One key after another: the old one signs the new one.
struct KeySuccession {
    var old: NoteSigner
    var new: NoteSigner
    private var signature: [UInt8]

    init(from old: NoteSigner, to new: NoteSigner) throws {
        self.old = old
        self.new = new
        signature = try old.sign(Self.statement(of: new.verifier))
    }

    /// What the old key signs.
    static func statement(of key: NoteVerifier) -> [UInt8] { Array("ringback audit key succession\n\(key)\n".utf8) }

    /// What the log says of it.
    var payload: JSONValue {
        [
            "key": .string("\(new.verifier)"), "previousKey": .string("\(old.verifier)"),
            "signature": .string(NoteKeys.hexadecimal(signature)),
        ]
    }

    /// The key that an entry hands over to, where one of the known keys has signed it.
    static func successor(in payload: JSONValue?, knownTo verifiers: [NoteVerifier]) -> NoteVerifier? {
        guard let key = payload?["key"]?.string.flatMap({ NoteVerifier($0) }),
            let previous = payload?["previousKey"]?.string.flatMap({ NoteVerifier($0) }), verifiers.contains(previous),
            let signature = payload?["signature"]?.string.flatMap({ NoteKeys.bytes($0) }), previous.name == key.name,
            previous.verifies(signature, over: statement(of: key))
        else { return nil }
        return key
    }
}
