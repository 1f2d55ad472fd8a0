import ExactJSON
import HTTPService
import RunReport
import RunStore
import SimulationAPI

/// What goes to monitors: dead letters first of all, each with a way to send it again.
struct DeliveriesPage: Sendable {
    /// Which deliveries are shown.
    private enum Choice: String, CaseIterable {
        case open, pending, dead, disabled, delivered, all

        var words: String {
            switch self {
            case .open: "not delivered"
            case .dead: "dead letters"
            case .all: "any"
            default: rawValue
            }
        }

        var states: Set<DeliveryState> {
            switch self {
            case .open: [.pending, .dead, .disabled]
            case .all: []
            default: DeliveryState(rawValue: rawValue).map { [$0] } ?? []
            }
        }
    }

    private let now: Timestamp
    private let path: PublicPath
    private let caller: Caller
    private let choice: Choice
    private let query: DeliveryQuery
    private let deliveries: DeliveryPage

    init(_ asked: Route.Asked, _ caller: Caller, _ service: RunningService, _ path: PublicPath) async throws {
        let parameters = try QueryParameters(
            asked.request.withoutEmptyParameters,
            known: ["monitor", "state", "run", "after", "note"]
        )
        choice = try parameters.word("state", Choice.self) ?? .open
        var query = DeliveryQuery()
        query.monitor = parameters.text("monitor")
        query.states = choice.states
        query.runID = parameters.text("run")
        query.after = try parameters.integer("after", in: 0...Int64.max) ?? 0
        query.limit = 50
        (self.path, self.caller, self.query) = (path, caller, query)
        now = service.store.time
        deliveries = try await service.store.deliveries(query)
    }

    var page: DashboardPage {
        var page = DashboardPage("Deliveries", .deliveries)
        page.lead = .filter(
            path("/deliveries"),
            [
                .select(
                    "State",
                    name: "state",
                    Choice.allCases.map { ($0.rawValue, $0.words) },
                    chosen: choice.rawValue
                ),
                .field("Monitor, its whole name", name: "monitor", query.monitor ?? ""),
                .field("Run, its id", name: "run", query.runID ?? ""),
            ]
        )
        let here = PageAddress(
            path: "/deliveries",
            query: [("state", choice.rawValue), ("monitor", query.monitor), ("run", query.runID)]
        )
        let dead = deliveries.items.filter { $0.state == .dead }
        var blocks: [ReportBlock] = []
        if caller.role >= .operator, dead.count > 1 {
            let fields = dead.map { (name: "id", value: "\($0.rowID)") } + [(name: "next", value: here.text)]
            let words = "Send all \(dead.count) dead letters of this page again"
            blocks.append(.markup(.button(words, path("/deliveries/replay"), fields: fields)))
        }
        if deliveries.items.isEmpty {
            blocks.append(.paragraph(choice == .open ? "Everything has been delivered." : "No delivery fits."))
        } else {
            let table = Self.table(
                deliveries.items,
                "Deliveries, oldest first",
                path,
                caller: caller,
                next: here.text,
                now: now
            )
            blocks.append(.table(table))
        }
        let outside = PageAddress(path: path(here.path), query: here.query)
        let pages = TemplateValue.pages(
            first: query.after > 0 ? outside.text : nil,
            next: deliveries.next.map { outside.with("after", "\($0)").text },
            words: "Later deliveries"
        )
        page.sections = [ReportSection("Oldest first", id: "deliveries", blocks + [.markup(pages)])]
        page.seconds = 5
        return page
    }

    /// Deliveries as rows.
    ///
    /// - Parameter next: the page of the service that a replay leads back to.
    static func table(
        _ deliveries: [StoredDelivery],
        _ caption: String,
        _ path: PublicPath,
        caller: Caller,
        next: String,
        now: Timestamp
    ) -> ReportTable {
        let mayReplay = caller.role >= .operator
        let rows = deliveries.map { delivery in
            ReportTable.Row(
                [
                    .chip(delivery.state.rawValue),
                    .markup(
                        .link(
                            delivery.monitor,
                            code: "delivery \(delivery.rowID)",
                            to: path("/deliveries/\(delivery.rowID)")
                        )
                    ),
                    delivery.webhookID.map {
                        .link($0, to: PageAddress(path: path("/inbox/entry"), query: [("id", $0)]).text)
                    } ?? .text("message about the run"), .text(NumberText.count(delivery.attempts)),
                    .text(delivery.lastStatus.map { "\($0)" } ?? "–"),
                    .time(delivery.nextAttemptAt, now: now, isAhead: true),
                ] + (mayReplay ? [replay(delivery, path, next)] : []),
                standing: delivery.state.standing,
                remark: delivery.state == .delivered ? "" : delivery.lastError ?? ""
            )
        }
        let columns: [ReportTable.Column] = [
            .text("State"), .text("Monitor"), .text("Webhook"), .number("Attempts"), .number("Last status"),
            .text("Next try"),
        ]
        return ReportTable(
            caption,
            columns + (mayReplay ? [.text("Action")] : []),
            rows,
            nameColumn: 1,
            isStacked: true
        )
    }

    /// The button that sends a delivery again; a monitor that wants no more gets nothing.
    private static func replay(_ delivery: StoredDelivery, _ path: PublicPath, _ next: String) -> ReportTable.Cell {
        guard delivery.state != .disabled else { return .text("monitor disabled") }
        let isDone = delivery.state == .delivered
        let words = isDone ? "Send twice" : delivery.state == .pending ? "Send now" : "Send again"
        return .markup(
            .button(
                words,
                path("/deliveries/\(delivery.rowID)/replay"),
                label: "\(words): delivery \(delivery.rowID) to \(delivery.monitor)",
                fields: [(name: "next", value: next)] + (isDone ? [(name: "force", value: "true")] : [])
            )
        )
    }
}

extension DeliveryState {
    /// The colour of the state; its word says the same.
    var standing: ReportTable.Mark {
        switch self {
        case .delivered: .pass
        case .dead: .fail
        case .disabled: .inconclusive
        case .pending: .reported
        }
    }
}

extension ReportTable.Cell {
    /// A moment that lies ahead.
    static func time(_ time: Timestamp?, now: Timestamp, isAhead: Bool) -> Self {
        guard let time else { return .text("–") }
        let seconds = Double(time.milliseconds - now.milliseconds) / 1000
        return seconds <= 0
            ? .text("now") : .markup(.markup("<time datetime=\"\(time)\">in \(TemplateValue.age(seconds))</time>"))
    }
}

/// One delivery: what was tried, what came back, and what is sent.
struct DeliveryDetail: Sendable {
    var now: Timestamp
    var path: PublicPath
    var caller: Caller
    var history: DeliveryHistory

    var page: DashboardPage {
        let delivery = history.delivery
        var page = DashboardPage("Delivery \(delivery.rowID)", .deliveries)
        let here = "/deliveries/\(delivery.rowID)"
        let table = DeliveriesPage.table([delivery], "The delivery", path, caller: caller, next: here, now: now)
        page.sections = [
            ReportSection("State", id: "state", [.table(table)]),
            ReportSection("Attempts", id: "attempts", attempts),
            ReportSection(
                "Where it belongs",
                id: "facts",
                [
                    .markup(
                        .markup(
                            delivery.runID.map {
                                "<p>It belongs to the run \(TemplateValue.link($0, to: path("/runs/\($0)")).text).</p>"
                            } ?? "<p>It goes to a monitor of the service.</p>"
                        )
                    ),
                    .facts([("Call", delivery.callID.isEmpty ? nil : delivery.callID), ("Webhook", delivery.webhookID)]
                    ),
                ]
            ),
            ReportSection("What is sent", id: "body", [.verbatim(WebhookDetail.text(history.body))]),
        ]
        page.seconds = delivery.state == .pending ? 3 : nil
        return page
    }

    /// What was sent and what came back, attempt by attempt.
    private var attempts: [ReportBlock] {
        let unlisted = history.unlistedAttempts
        let remark = unlisted > 0 ? [ReportBlock.paragraph(Self.remark(unlisted))] : []
        guard !history.attempts.isEmpty else {
            return remark.isEmpty ? [.paragraph("Nothing has been sent yet.")] : remark
        }
        let rows = history.attempts.map { attempt in
            ReportTable.Row(
                [
                    .text("\(attempt.number)"), .markup(.moment(attempt.sentAt)),
                    .text(
                        attempt.milliseconds == 0
                            ? "under 1 ms" : Duration.text(seconds: Double(attempt.milliseconds) / 1000)
                    ),
                    .text(attempt.status.map { "\($0)" } ?? "–"), .text(attempt.error ?? "delivered"),
                ],
                standing: attempt.error == nil ? .pass : .fail
            )
        }
        let columns: [ReportTable.Column] = [
            .text("Attempt"), .text("Sent"), .number("Took"), .number("Status"), .text("What came of it"),
        ]
        return [.table(ReportTable("Attempts, oldest first", columns, rows, isStacked: true))] + remark
    }

    /// Why a delivery counts more attempts than the table has lines.
    private static func remark(_ attempts: Int) -> String {
        let begin = attempts == 1 ? "1 counted attempt is" : "\(NumberText.count(attempts)) counted attempts are"
        return
            "\(begin) not listed. While a monitor keeps failing, a failed request for one event counts for the others that "
            + "are due. Versions before this one kept no attempts."
    }
}
