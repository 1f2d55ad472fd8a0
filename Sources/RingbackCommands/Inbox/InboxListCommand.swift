import Addresses
import ArgumentParser
import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// `ringback inbox list`: a page of what was received.
struct InboxListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what was received, newest first.",
        discussion: """
            Examples:
              ringback inbox list --state quarantined
              ringback inbox list --run 01JD8Z9N7M4T2V6X8Y0ZABCDEF --limit 20
              ringback inbox list --json | jq '.items[].webhookId'
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Only those in this state: accepted, quarantined or unknown.", valueName: "state"))
    var state: InboxStateArgument?

    @Option(help: ArgumentHelp("Only those of this run.", valueName: "id"))
    var run: String?

    @Flag(help: "Only those that the service received.")
    var serve = false

    @Option(name: .customLong("webhook-id"), help: ArgumentHelp("Only those of this identity.", valueName: "id"))
    var webhookID: String?

    @Option(help: ArgumentHelp("Only events of this simulation.", valueName: "id"))
    var simulation: String?

    @Option(help: ArgumentHelp("How many at most (1…1000000).", valueName: "n"))
    var limit = 100

    @Option(help: ArgumentHelp("Go on after the page whose `next` this is.", valueName: "n"))
    var after: Int64?

    func validate() throws {
        if run != nil, serve { throw ValidationError("--run and --serve exclude each other") }
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000000") }
    }

    func run() async throws {
        var query = InboxQuery()
        query.state = state?.state
        query.runID = run
        query.isOfService = serve
        query.webhookID = webhookID
        query.simulationID = simulation
        query.limit = limit
        query.after = after
        let reader = InboxReader(Home(inspecting: common.homePath))
        let page = try await InboxCommands.carryOut { () -> InboxPage in
            try await InboxCommands.require(run: run, in: reader)
            return try await reader.page(query)
        }
        Console.output(common.json ? page.json.prettyText : InboxTable(page).text)
    }
}

/// A state on the command line.
struct InboxStateArgument: ExpressibleByArgument {
    var state: InboxState

    init?(argument: String) {
        guard let state = InboxState(rawValue: argument) else { return nil }
        self.state = state
    }

    static let allValueStrings = InboxState.allCases.map(\.rawValue)
}

/// A page of the inbox as a table for people.
struct InboxTable {
    let page: InboxPage

    init(_ page: InboxPage) { self.page = page }

    var text: String {
        guard !page.items.isEmpty else { return "nothing was received that fits\n" }
        let heads = ["RECEIVED", "STATE", "WEBHOOK", "SIMULATION", "CALL OR REASON", "RUN"]
        let rows = page.items.map { item in
            [
                item.receivedAt.description, item.state.rawValue, item.webhookID, item.simulationID ?? "-",
                item.callID ?? item.reason ?? "-", item.runID ?? "serve",
            ].map { PrintableText.line($0, limit: 80) }
        }
        var text = Self.table([heads] + rows)
        if let next = page.next { text += "more: --after \(next)\n" }
        return text
    }

    /// Columns that stand under each other, two spaces between them.
    static func table(_ rows: [[String]]) -> String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.compactMap { $0.dropFirst(column).first?.count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
