public import ExactJSON

/// How far the audit log went when a run had ended, signed: kept elsewhere, it proves later that nothing was altered.
public struct AuditCheckpoint: Hashable, Sendable {
    /// The log's name.
    public var origin: String
    /// The entries of the log.
    public var size: Int
    /// The root of their Merkle tree, 64 hexadecimal digits.
    public var rootHash: String
    /// The signed note (C2SP tlog-checkpoint).
    public var note: String

    /// Creates a checkpoint.
    public init(origin: String, size: Int, rootHash: String, note: String) {
        self.origin = origin
        self.size = size
        self.rootHash = rootHash
        self.note = note
    }

    /// The checkpoint as `result.json` has it.
    public var json: JSONValue {
        [
            "origin": .string(origin), "size": .integer(size), "rootHash": .string(rootHash), "note": .string(note),
        ]
    }
}
