import Addresses
import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunPipeline
import RunReport

/// `ringback audit rotate-key`: a new key from now on.
struct AuditRotateKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Sign with a new key from now on; the old one vouches for it in the log.",
        discussion: """
            `audit verify --key` with the old public key goes on to work. The old
            private key is gone afterwards; what it were to sign of later entries
            counts for nothing.

            Example:
              ringback audit rotate-key --home .ringback
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let path = common.homePath
        do {
            let signed = try await BlockingWork.run { () -> SignedCheckpoint in
                let home = try AuditCommands.home(path)
                let actor = try Pseudonyms(home).commitment(to: Actor.name)
                return try AuditLog(home).rotateKey(actor: "\(actor) (ringback \(Run.version))")
            }
            if common.json {
                Console.output(signed.json.prettyText)
            } else if !common.quiet {
                Console.outputRaw(signed.note.text)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(code: .refused, message: "\(error)")
        }
    }
}

/// `ringback audit forget`: erases a person.
struct AuditForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Erase a person: the log keeps its entries and proofs, and nobody can tell whose they are.",
        discussion: """
            The log has commitments to names, and the home the salts that open them.
            This erases a salt; it cannot be undone, and copies of the home elsewhere
            have to be erased too.

            Example:
              ringback audit forget alice
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: ArgumentHelp("The name, as `audit show` has it.", valueName: "name"))
    var name: String

    func run() async throws {
        let (path, name) = (common.homePath, name)
        let wasKnown = try await AuditCommands.carryOut { try Pseudonyms(try AuditCommands.home(path)).forget(name) }
        let shown = PrintableText.line(name, limit: 200)
        guard wasKnown else { throw CommandFailure.usage("nobody of the name \(shown) is known in \(path)") }
        if common.json {
            let json: JSONValue = ["forgotten": .string(name)]
            return Console.output(json.prettyText)
        }
        if !common.quiet { Console.output("\(shown) is forgotten; the log has not changed") }
    }
}
