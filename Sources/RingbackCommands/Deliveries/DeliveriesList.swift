import Addresses
import ArgumentParser
import ExactJSON
import RunReport
import RunStore

/// `ringback deliveries list`: one page of deliveries.
struct DeliveriesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List deliveries in the order in which they were queued. Sends nothing.",
        discussion: """
            Examples:
              ringback deliveries list --monitor qa --state dead
              ringback deliveries list --run 01M821QA56X5ZM5PW62SPXZAGX
              ringback deliveries list --limit 1000 --after 5000
              ringback deliveries list --state pending --json | jq '.items[].lastError'
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var selection: DeliverySelection

    @Option(help: ArgumentHelp("The most deliveries to list (1…10000).", valueName: "n"))
    var limit = 100

    @Option(help: ArgumentHelp("Continue after the page with this `next`.", valueName: "id"))
    var after: Int64 = 0

    func run() async throws {
        guard (1...10_000).contains(limit) else { throw CommandFailure.usage("--limit must be in 1…10000") }
        var query = selection.query
        (query.limit, query.after) = (limit, after)
        let page = try await DeliveryCommands.read(common.homePath) { try await $0.deliveries(query) }
        if common.json { return Console.output(page.json) }
        Console.output(DeliveryTable(page.items).text)
        if let next = page.next, !common.quiet {
            Console.error("ringback: there are more; continue with --after \(next)")
        }
    }
}

/// Deliveries as a table for people.
struct DeliveryTable {
    private let items: [StoredDelivery]

    init(_ items: [StoredDelivery]) { self.items = items }

    var text: String {
        guard !items.isEmpty else { return "no deliveries" }
        let heads = ["ID", "MONITOR", "STATE", "ATTEMPTS", "LAST", "WEBHOOK", ""]
        let rows = items.map { item in
            [
                String(item.rowID), PrintableText.line(item.monitor, limit: 24), item.state.rawValue,
                String(item.attempts), item.lastStatus.map { String($0) } ?? "–",
                PrintableText.line(item.webhookID ?? "(message of the run)", limit: 40),
                item.lastError.map { PrintableText.line($0) } ?? "",
            ]
        }
        return TextColumns.table([heads] + rows)
    }
}
