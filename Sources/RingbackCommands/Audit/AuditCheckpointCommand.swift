import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome

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
