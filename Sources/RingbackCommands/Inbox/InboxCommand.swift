import ArgumentParser
import RingbackHome
import RunStore

/// `ringback inbox`: the webhooks that were received.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "List and show received webhooks: events, quarantine, events of unknown simulations.",
        discussion: """
            The home's database has every webhook that was answered with 200, and every
            signed one that is not an event (quarantine). List and show change nothing,
            and work during runs.

              accepted     an event of the run's simulation; for the service, of any
                           simulation of the home's runs
              quarantined  signed, but not an event; replay reads it again
              unknown      an event of another simulation

            Examples:
              ringback inbox list --state quarantined
              ringback inbox show msg_p5jXN8AQM9LWM0D4loKWxJek
              ringback inbox replay --all
            """,
        subcommands: [InboxListCommand.self, InboxShowCommand.self, InboxReplayCommand.self],
        defaultSubcommand: InboxListCommand.self
    )
}

/// What the inbox commands share.
enum InboxCommands {
    /// Throws if the run does not exist, so that a misspelt id does not look like an empty inbox.
    static func require(run id: String?, in reader: InboxReader) async throws {
        guard let id, try await !reader.hasRun(id) else { return }
        throw CommandFailure.usage("there is no run \(id) in this home; the folder \"runs\" in it names them all")
    }
}
