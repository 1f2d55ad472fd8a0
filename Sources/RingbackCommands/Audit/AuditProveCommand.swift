import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome

/// `ringback audit prove`: a proof that another tool can check.
struct AuditProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Prove that an entry is in the log, or that the log continues an older state.",
        discussion: """
            The proof is one JSON document (RFC 9162 section 2.1); docs/AUDIT.md has a
            short program that checks it. The proof is for the tree of the newest
            checkpoint if that covers the entry, else for the tree of all entries.

            Examples:
              ringback audit prove 17
              ringback audit prove copy/audit 17
              ringback audit prove copy/audit --since 12
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: .value("dir", "The folder of the log.", "Default: HOME/audit"), completion: .directory)
    var directory: String?

    @Argument(help: .value("seq", "The number of the entry; the first is 1."))
    var sequence: Int?

    @Option(help: .value("n", "Prove that the log continues its first N entries."))
    var since: Int?

    mutating func validate() throws {
        // A single argument that is a number is the entry.
        if since == nil, sequence == nil, let number = directory.flatMap({ Int($0) }) {
            (directory, sequence) = (nil, number)
        }
        guard (sequence == nil) != (since == nil) else { throw ValidationError("name an entry, or --since N") }
    }

    func run() async throws {
        let prover = AuditProver(directory: directory ?? Home(inspecting: common.homePath).auditPath)
        let (sequence, since) = (sequence, since)
        let json = try await AuditCommands.read {
            if let sequence { return try prover.inclusion(of: sequence).json }
            return try prover.consistency(from: since ?? 0).json
        }
        Console.output(json)
    }
}

/// `ringback audit checkpoint`: prints the newest checkpoint of a log.
struct AuditCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract:
            "Print the newest checkpoint. With a copy kept elsewhere, `audit verify --checkpoint` detects changes.",
        discussion: """
            A signed note (C2SP tlog-checkpoint): the log's name, the number of entries,
            the root of their tree, and signatures.

            Example:
              ringback audit checkpoint > checkpoint-$(date +%F).txt
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var folder: AuditFolder

    func run() async throws {
        let directory = folder.path(common)
        let signed = try await AuditCommands.read { () -> SignedCheckpoint in
            let reader = AuditReader(directory: directory)
            try reader.requireLog()
            guard let signed = try reader.checkpoint() else {
                throw CommandFailure.usage("\(directory) has no checkpoint yet; the end of a run makes one")
            }
            return signed
        }
        guard common.json else { return Console.outputRaw(signed.note.text) }
        Console.output(signed.json)
    }
}

extension SignedCheckpoint {
    /// The checkpoint for programs.
    var json: JSONValue {
        [
            "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
            "rootHash": .string(checkpoint.root.hexadecimal), "note": .string(note.text),
        ]
    }
}
