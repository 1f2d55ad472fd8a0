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

    @Option(help: .value("n", "The most deliveries to list (1…10000)."))
    var limit = 100

    @Option(help: .value("id", "Continue after the page with this `next`."))
    var after: Int64 = 0

    func run() async throws {
        guard (1...10_000).contains(limit) else { throw CommandFailure.usage("--limit must be in 1…10000") }
        var query = selection.query
        (query.limit, query.after) = (limit, after)
        let page = try await StoredHome.reading(common.homePath, "the deliveries cannot be read") {
            try await $0.deliveries(query)
        }
        if common.json { return Console.output(page.json) }
        Console.output(page.text)
        if let next = page.next, !common.quiet {
            Console.error("ringback: there are more; continue with --after \(next)")
        }
    }
}

extension DeliveryPage {
    /// The page for people.
    var text: String {
        guard !items.isEmpty else { return "no deliveries" }
        let heads = ["ID", "MONITOR", "STATE", "ATTEMPTS", "LAST", "WEBHOOK", ""]
        let rows = items.map { item in
            [
                String(item.rowID), PrintableText.line(item.monitor, limit: 24), item.state.rawValue,
                String(item.attempts), item.lastStatus.map { String($0) } ?? "–",
                PrintableText.line(item.webhookID ?? "(message of the run)", limit: 40),
                item.lastError ?? "",
            ]
        }
        return TextColumns.table([heads] + rows)
    }
}

/// `ringback deliveries show`: one delivery with its attempts and its body.
struct DeliveriesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one delivery with its attempts and its body. Sends nothing.",
        discussion: """
            Examples:
              ringback deliveries show 17
              ringback deliveries show 17 --json | jq -r .body
              ringback deliveries show 17 --json | jq '.history[] | {sentAt, status, error}'
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: .value("id", "The id of the delivery."))
    var id: Int64

    func run() async throws {
        let found = try await StoredHome.reading(common.homePath, "the deliveries cannot be read") {
            try await $0.delivery(id)
        }
        guard let found else { throw CommandFailure.usage("there is no delivery \(id)") }
        let delivery = found.delivery
        let text = String(decoding: found.body, as: UTF8.self)
        if common.json {
            guard case .object(let members) = found.json else { return }
            return Console.output(.object(members + [.init("body", .string(text))]))
        }
        let rows: [(String, String?)] =
            [
                ("id", String(delivery.rowID)), ("monitor", delivery.monitor), ("run", delivery.runID),
                ("webhook", delivery.webhookID), ("call", delivery.callID.isEmpty ? nil : delivery.callID),
                ("state", delivery.state.rawValue), ("attempts", String(delivery.attempts)),
                ("last status", delivery.lastStatus.map { String($0) }), ("last error", delivery.lastError),
                ("next attempt", delivery.nextAttemptAt?.description),
            ] + found.attempts.map { ("attempt \($0.number)", $0.text) } + [("body", text)]
        Console.output(TextColumns.table(rows.compactMap { name, value in value.map { [name, $0] } }))
    }
}

extension DeliveryAttempt {
    /// The attempt for people: when, how long, and what came of it.
    fileprivate var text: String {
        let ending = [status.map { "HTTP \($0)" }, error == status.map { "HTTP \($0)" } ? nil : error].compactMap { $0 }
        return "\(sentAt), \(milliseconds) ms: \(ending.isEmpty ? "delivered" : ending.joined(separator: ", "))"
    }
}
