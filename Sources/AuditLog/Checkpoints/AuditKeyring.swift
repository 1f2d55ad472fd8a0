import RingbackHome

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
    /// A key that is to sign after the one in ``privatePath``, until that has handed over to it.
    private var nextPath: String { "\(keysPath)/audit.key.next" }
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
        guard let checkpoint = SignedCheckpoint(try FileSystem.readPlain(path, upTo: SignedNote.maximumSize)) else {
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
        try write(private: signer, to: privatePath)
        try write(public: [signer.verifier])
        return signer
    }

    private func write(private signer: NoteSigner, to path: String) throws {
        try FileSystem.makeDirectory(keysPath)
        try FileSystem.replace(path, with: Array("\(signer.secretText)\n".utf8))
        try FileSystem.syncDirectory(keysPath)
    }

    private func write(public verifiers: [NoteVerifier]) throws {
        try FileSystem.replace(publicPath, with: Array(verifiers.map { "\($0)\n" }.joined().utf8))
        try FileSystem.syncDirectory(directory)
    }

    /// Makes the key that is to sign after the one that signs now, and puts it aside until the log says so.
    func beginSuccession() throws -> KeySuccession {
        let old = try signer()
        let new = NoteSigner(name: old.verifier.name)
        try write(private: new, to: nextPath)
        return try KeySuccession(from: old, to: new)
    }

    /// A succession that was begun and not ended; `nil` where there is none.
    func begunSuccession() throws -> KeySuccession? {
        guard try FileSystem.inspect(nextPath) != nil else { return nil }
        return try KeySuccession(from: signer(), to: KeyFile.signer(path: nextPath))
    }

    /// The log has not taken note of a succession: the old key goes on.
    func dropSuccession() throws { try FileSystem.remove(nextPath) }

    /// From now on the new key signs; the public ones of those before it stay.
    func endSuccession(_ succession: KeySuccession) throws {
        let new = succession.new.verifier
        let known =
            try FileSystem.inspect(publicPath) == nil
            ? [succession.old.verifier] : KeyFile.verifiers(plainPath: publicPath)
        try write(public: [new] + known.filter { $0 != new })
        try FileSystem.move(nextPath, to: privatePath)
        try FileSystem.syncDirectory(keysPath)
    }
}
