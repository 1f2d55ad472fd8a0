import Addresses
import ArgumentParser
import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// `ringback inbox list`: a page of received webhooks.
struct InboxListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List received webhooks, newest first.",
        discussion: """
            Examples:
              ringback inbox list --state quarantined
              ringback inbox list --run 01JD8Z9N7M4T2V6X8Y0ZABCDEF --limit 20
              ringback inbox list --json | jq '.items[].webhookId'
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: .value("state", "Only webhooks in this state."))
    var state: InboxState?

    @Option(help: .value("id", "Only webhooks that this run received."))
    var run: String?

    @Flag(help: "Only webhooks that the service received.")
    var serve = false

    @Option(name: .customLong("webhook-id"), help: .value("id", "Only webhooks with this webhook-id."))
    var webhookID: String?

    @Option(help: .value("id", "Only events of this simulation."))
    var simulation: String?

    @Option(help: .value("n", "The most webhooks to list (1…1000000)."))
    var limit = 100

    @Option(help: .value("n", "Continue after the page with this `next`."))
    var after: Int64?

    func validate() throws {
        if run != nil, serve { throw ValidationError("--run and --serve cannot be used together") }
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000000") }
    }

    func run() async throws {
        var query = InboxQuery()
        query.state = state
        query.runID = run
        query.isOfService = serve
        query.webhookID = webhookID
        query.simulationID = simulation
        query.limit = limit
        query.after = after
        let page = try await InboxCommands.read(common, run: run) { try await $0.page(query) }
        Console.output(common.json ? page.json.prettyText : page.text)
    }
}

extension InboxPage {
    /// The page for people.
    var text: String {
        guard !items.isEmpty else { return "no webhook matches\n" }
        let heads = ["RECEIVED", "STATE", "WEBHOOK", "SIMULATION", "CALL OR REASON", "RUN"]
        let rows = items.map { item in
            [
                item.receivedAt.description, item.state.rawValue, item.webhookID, item.simulationID ?? "-",
                item.callID ?? item.reason ?? "-", item.runID ?? "serve",
            ]
        }
        return TextColumns.table([heads] + rows, limit: 80) + (next.map { "more: --after \($0)\n" } ?? "")
    }
}

extension TextColumns {
    /// Rows as lines with aligned columns, two spaces between them; no cell is longer than `limit` or has line breaks.
    static func table(_ rows: [[String]], limit: Int = PrintableText.limit) -> String {
        let rows = rows.map { row in row.map { PrintableText.line($0, limit: limit) } }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { $0.dropFirst(column).first.map(width) ?? 0 }.max() ?? 0 }
        return rows.map { row in
            let line = zip(row, widths).map { leading($0, $1) }.joined(separator: "  ")
            return line.prefix(upTo: line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex) + "\n"
        }.joined()
    }
}

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
              quarantined  signed, but not an event: replay reads it again; or another
                           body under the identity of an event (identity_reused)
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
    /// Reads the inbox of a home; throws if the run does not exist, since a misspelt id must not look like an empty inbox.
    static func read<Result>(
        _ common: CommonOptions,
        run id: String?,
        _ body: (InboxReader) async throws -> Result
    ) async throws -> Result {
        let reader = InboxReader(Home(inspecting: common.homePath))
        return try await CommandFailure.catching {
            guard let id, try await !reader.hasRun(id) else { return try await body(reader) }
            throw CommandFailure.usage("there is no run \(id) in this home; the folder \"runs\" in it names them all")
        }
    }
}
