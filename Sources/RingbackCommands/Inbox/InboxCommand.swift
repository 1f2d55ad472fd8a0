import ArgumentParser
import RingbackHome
import RunStore

/// `ringback inbox`: what was received.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "Look at what was received: events, quarantine, events of unknown simulations.",
        discussion: """
            Every webhook that was answered with 200 is in the home's database, and
            every signed one that is no event is in quarantine there. Looking
            changes nothing, also while runs go on.

              accepted     an event of a simulation that its run knows, or for the
                           service any run of the home
              quarantined  signed, but no event; replay reads it again
              unknown      an event of some other simulation

            Examples:
              ringback inbox list --state quarantined
              ringback inbox show msg_p5jXN8AQM9LWM0D4loKWxJek
              ringback inbox replay --all
            """,
        subcommands: [InboxListCommand.self, InboxShowCommand.self, InboxReplayCommand.self],
        defaultSubcommand: InboxListCommand.self
    )
}

/// What the commands of the inbox have in common.
enum InboxCommands {
    /// Carries out what reads or changes the inbox; what stands in the way is a message, not a crash.
    static func carryOut<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }

    /// Demands that a run is there, so that a misspelt id is not taken for an empty inbox.
    static func require(run id: String?, in reader: InboxReader) async throws {
        guard let id, try await !reader.hasRun(id) else { return }
        throw CommandFailure.usage("there is no run \(id) in this home; the folder runs in it names them")
    }
}
