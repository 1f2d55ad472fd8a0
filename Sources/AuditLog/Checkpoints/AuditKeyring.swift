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
    /// The key that will sign after the one in ``privatePath``, until that has handed over to it.
    private var nextPath: String { "\(keysPath)/audit.key.next" }
    private var lastPath: String { "\(keysPath)/audit.last" }

    /// The newest checkpoint that this home has signed, or nil.
    ///
    /// The checkpoint in the folder may be removed together with the end of the log. So a copy of the last one lies beside
    /// the key, and nothing is ever signed that contradicts it.
    ///
    /// - Throws: ``AuditError`` if a checkpoint is malformed, or not signed by the key of this home.
    func newest() throws -> SignedCheckpoint? {
        guard let published = try published() else { return try read(lastPath) }
        guard let last = try read(lastPath), last.checkpoint.size > published.checkpoint.size else { return published }
        return last
    }

    func published() throws -> SignedCheckpoint? { try read(checkpointPath) }

    private func read(_ path: String) throws -> SignedCheckpoint? {
        guard try FileSystem.inspect(path) != nil else { return nil }
        guard
            let checkpoint = SignedCheckpoint(transferred: try FileSystem.readPlain(path, upTo: SignedNote.maximumSize))
        else {
            throw AuditError.damaged("\(path) is not a checkpoint")
        }
        guard try FileSystem.inspect(privatePath) != nil else { throw missingKey }
        let own = try KeyFile.signer(path: privatePath).verifier
        guard checkpoint.note.isSigned(byOneOf: [own]), checkpoint.checkpoint.origin == own.name else {
            throw AuditError.damaged("\(path) is not signed by the key of this home")
        }
        return checkpoint
    }

    private var missingKey: AuditError {
        .damaged(
            "the log in \(directory) has checkpoints, but their signing key \(privatePath) is missing: put it back"
        )
    }

    /// Signs a checkpoint over the whole log and puts it into the folder of the log.
    func sign(count: Int, root: MerkleHash, by signers: [NoteSigner]?) throws -> SignedCheckpoint {
        let signers = try signers ?? [signer()]
        guard let origin = signers.first?.verifier.name else { preconditionFailure("at least one key signs") }
        let signed = try SignedCheckpoint(Checkpoint(origin: origin, size: count, root: root), by: signers)
        let note = Array(signed.note.text.utf8)
        try FileSystem.replace(lastPath, with: note)
        try FileSystem.syncDirectory(keysPath)
        try FileSystem.replace(checkpointPath, with: note)
        try FileSystem.syncDirectory(directory)
        return signed
    }

    /// The signing key, made on first use.
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

    /// Makes the next signing key and puts it aside until the log records it.
    func beginSuccession() throws -> KeySuccession {
        let old = try signer()
        let new = NoteSigner(name: old.verifier.name)
        try write(private: new, to: nextPath)
        return try KeySuccession(from: old, to: new)
    }

    /// The succession that was begun but not ended, or nil.
    func begunSuccession() throws -> KeySuccession? {
        guard try FileSystem.inspect(nextPath) != nil else { return nil }
        return try KeySuccession(from: signer(), to: KeyFile.signer(path: nextPath))
    }

    /// Ends a succession that the log has not recorded: the old key goes on signing.
    func dropSuccession() throws { try FileSystem.remove(nextPath) }

    /// Makes the new key the signing key; the public keys of its predecessors stay.
    func endSuccession(_ succession: KeySuccession) throws {
        let new = succession.new.verifier
        let isMissing = try FileSystem.inspect(publicPath) == nil
        let known = try isMissing ? [succession.old.verifier] : KeyFile(path: publicPath, isPlain: true).verifiers
        try write(public: [new] + known.filter { $0 != new })
        try FileSystem.move(nextPath, to: privatePath)
        try FileSystem.syncDirectory(keysPath)
    }
}
