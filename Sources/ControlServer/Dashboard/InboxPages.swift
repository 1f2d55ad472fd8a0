import Addresses
import ExactJSON
import HTTPService
import RunReport
import RunStore
import SimulationAPI

/// What was received, quarantine included.
struct InboxList: Sendable {
    private let now: Timestamp
    private let path: PublicPath
    private let caller: Caller
    private let query: InboxQuery
    private let webhooks: InboxPage

    init(_ asked: Route.Asked, _ caller: Caller, _ service: RunningService, _ path: PublicPath) async throws {
        let parameters = try QueryParameters(
            asked.request.withoutEmptyParameters,
            known: ["state", "webhookId", "simulationId", "run", "after"]
        )
        var query = InboxQuery()
        query.state = try parameters.word("state", InboxState.self)
        query.webhookID = parameters.text("webhookId")
        query.simulationID = parameters.text("simulationId")
        query.runID = parameters.text("run")
        query.after = try parameters.integer("after", in: 0...Int64.max)
        query.limit = 50
        (self.path, self.caller, self.query) = (path, caller, query)
        now = service.store.time
        webhooks = try await service.store.inboxPage(query)
    }

    var page: DashboardPage {
        var page = DashboardPage("Inbox", .inbox)
        page.lead = .filter(
            path("/inbox"),
            [
                .select(
                    "State",
                    name: "state",
                    [("", "any")] + InboxState.allCases.map { ($0.rawValue, $0.rawValue) },
                    chosen: query.state?.rawValue ?? ""
                ), .field("Webhook, its id", name: "webhookId", query.webhookID ?? ""),
                .field("Simulation, its id", name: "simulationId", query.simulationID ?? ""),
            ]
        )
        let rows = webhooks.items.map { item in
            ReportTable.Row(
                [
                    .chip(item.state.rawValue),
                    .link(
                        item.webhookID,
                        to: PageAddress(path: path("/inbox/entry"), query: [("id", item.webhookID)]).text
                    ),
                    .time(item.receivedAt, now: now), .text(item.callID ?? "–"),
                    item.runID.map { .link($0, to: path("/runs/\($0)")) } ?? .text(item.simulationID ?? "–"),
                ],
                standing: item.state.standing,
                remark: item.reason ?? ""
            )
        }
        let heads = ["State", "Webhook", "Received", "Call", "Run or simulation"].map { ReportTable.Column.text($0) }
        let table = ReportTable("Received webhooks, newest first", heads, rows, nameColumn: 1, isStacked: true)
        let here = PageAddress(
            path: path("/inbox"),
            query: [
                ("state", query.state?.rawValue), ("webhookId", query.webhookID), ("simulationId", query.simulationID),
                ("run", query.runID),
            ]
        )
        let pages = TemplateValue.pages(
            first: query.after.map { _ in here.text },
            next: webhooks.next.map { here.with("after", "\($0)").text },
            words: "Older webhooks"
        )
        let list = rows.isEmpty ? ReportBlock.paragraph("No webhook fits.") : .table(table)
        let again: [ReportBlock] =
            caller.role >= .operator && webhooks.items.contains { $0.state == .quarantined }
            ? [.markup(.button("Read all of the quarantine again", path("/inbox/replay")))] : []
        page.sections = [ReportSection("Newest first", id: "inbox", again + [list, .markup(pages)])]
        page.seconds = 5
        return page
    }
}

extension InboxState {
    /// The colour of the state; its word says the same.
    var standing: ReportTable.Mark {
        switch self {
        case .accepted: .pass
        case .quarantined: .fail
        case .unknown: .inconclusive
        }
    }
}

/// Everything that is kept of a webhook, as text.
struct WebhookDetail: Sendable {
    var path: PublicPath
    var caller: Caller
    var webhookID: String
    var entries: [InboxEntry]

    /// The longest body that a page shows.
    private static let longest = 64 * 1024

    var page: DashboardPage {
        var page = DashboardPage("Webhook", .inbox)
        let here = PageAddress(path: "/inbox/entry", query: [("id", webhookID)]).text
        let fields = [(name: "webhookId", value: webhookID), (name: "next", value: here)]
        let again =
            caller.role >= .operator && entries.contains { $0.item.state == .quarantined }
            ? TemplateValue.button("Read it again", path("/inbox/replay"), fields: fields).text : ""
        page.lead = .markup("<p class=\"fit\"><code>\(MarkupText.escaped(webhookID))</code></p>\(again)")
        page.sections = entries.enumerated().flatMap { number, entry -> [ReportSection] in
            let item = entry.item
            let end = entries.count == 1 ? "" : " \(number + 1)"
            let facts: [(String, String?)] = [
                ("State", item.state.rawValue), ("Reason", item.reason),
                ("Received", TemplateValue.clock(item.receivedAt)),
                ("Signature", item.source), ("Simulation", item.simulationID), ("Call", item.callID),
                ("Run", item.runID), ("SHA-256", entry.digest.isEmpty ? nil : Hexadecimal.text(entry.digest)),
            ]
            return [
                ReportSection("Webhook\(end)", id: "webhook-\(number)", [.facts(facts)]),
                ReportSection(
                    "Headers\(end)",
                    id: "headers-\(number)",
                    [entry.headers.map { .verbatim($0, wrapped: true) } ?? .paragraph("None were kept.")]
                ),
                ReportSection("Body\(end)", id: "body-\(number)", [.verbatim(Self.text(entry.body), wrapped: true)]),
            ]
        }
        return page
    }

    /// Bytes as text, as far as a page shows them.
    static func text(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(longest), as: UTF8.self)
        return bytes.count > longest ? text + "\n… \(NumberText.count(bytes.count)) bytes in all" : text
    }
}
