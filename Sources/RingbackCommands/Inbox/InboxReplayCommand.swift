import Addresses
import ArgumentParser
import ExactJSON
import Monitors
import RingbackHome
import RunReport
import RunStore

/// `ringback inbox replay`: reads quarantined bodies again.
struct InboxReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Read quarantined bodies again, and accept those that are events now.",
        discussion: """
            Use it after an update, if the new version can read what the old one could
            not. Bodies that are still not events stay in quarantine, and so do those
            under the identity of another event (identity_reused).

            Examples:
              ringback inbox replay msg_p5jXN8AQM9LWM0D4loKWxJek
              ringback inbox replay --all
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup(visibility: .hidden) var store: StoreOptions

    @Option(help: .value("id", "Only webhooks that this run received."))
    var run: String?

    @Flag(help: "Everything in quarantine.")
    var all = false

    @Argument(help: .value("webhook-id", "The webhook id."))
    var id: String?

    func validate() throws {
        guard all != (id != nil) else { throw ValidationError("name one webhook id, or --all") }
    }

    func run() async throws {
        let replay = try await InboxCommands.read(common, run: run) { reader -> QuarantineReplay in
            if let id {
                let entries = try await reader.entries(webhookID: id, runID: run)
                guard entries.contains(where: { $0.item.state == .quarantined }) else {
                    throw CommandFailure.usage("\(PrintableText.line(id, limit: 200)) is not in quarantine")
                }
            } else {
                _ = try await reader.page(InboxQuery())  // throws if the home has no database
            }
            return try await RunStore.with(try Home(path: common.homePath)) { store in
                let routes = try await store.storedRoutes()
                return try await store.replayQuarantine(webhookID: id, runID: run) { routes[$0] }
            }
        }
        if common.json {
            Console.output(replay.json)
        } else {
            for id in replay.accepted { Console.output("\(PrintableText.line(id, limit: 200)): accepted") }
            for refused in replay.refused {
                let reason = PrintableText.line(refused.reason, limit: 300)
                Console.output("\(PrintableText.line(refused.webhookID, limit: 200)): stays in quarantine: \(reason)")
            }
            if !common.quiet {
                Console.output("\(replay.accepted.count) accepted, \(replay.refused.count) still in quarantine")
            }
        }
    }
}
