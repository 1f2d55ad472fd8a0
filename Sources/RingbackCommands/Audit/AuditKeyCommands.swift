import Addresses
import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunPipeline
import RunReport

/// `ringback audit rotate-key`: a new key for later checkpoints.
struct AuditRotateKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Sign with a new key from now on. The log has the new key, signed with the old one.",
        discussion: """
            `audit verify --key` still accepts the old public key. The old private key
            is erased, and signatures by it on later entries are not accepted.

            Example:
              ringback audit rotate-key --home .ringback
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let path = common.homePath
        let signed = try await CommandFailure.catching {
            try await BlockingWork.run { () -> SignedCheckpoint in
                let home = try AuditCommands.home(path)
                let actor = try Pseudonyms(home).commitment(to: ThisProcess.user)
                return try AuditLog(home).rotateKey(actor: "\(actor) (ringback \(Run.version))")
            }
        }
        if common.json {
            Console.output(signed.json)
        } else if !common.quiet {
            Console.outputRaw(signed.note.text)
        }
    }
}

/// `ringback audit forget`: erases a name.
struct AuditForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Erase a person's name. The log keeps its entries and proofs, without a way back to the name.",
        discussion: """
            The log has commitments instead of names; the home has the salts that open
            them. This erases one salt. It cannot be undone. Erase copies of the home
            as well.

            Example:
              ringback audit forget alice
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: .value("name", "The name that `audit show` prints."))
    var name: String

    func run() async throws {
        let (path, name) = (common.homePath, name)
        let wasKnown = try await AuditCommands.read { try Pseudonyms(try AuditCommands.home(path)).forget(name) }
        let shown = PrintableText.line(name, limit: 200)
        guard wasKnown else { throw CommandFailure.usage("the name \(shown) is unknown in \(path)") }
        if common.json {
            Console.output(["forgotten": .string(name)])
        } else if !common.quiet {
            Console.output("\(shown) is forgotten; the log is unchanged")
        }
    }
}
