import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// The first page: what goes on, what waits, what has ended, and whether the service is well.
struct Overview: Sendable {
    var now: Timestamp
    var path: PublicPath
    var queue: (waiting: Int, oldest: Timestamp?)
    var open: [ListedRun]
    var ended: [ListedRun]
    var tickets: [SlotTicket]
    var monitors: [MonitorHealth]
    /// Why the service is not ready; empty if it is.
    var problems: [String]
    var workers: (busy: Int, all: Int)
    var freeDisk: Int?
    var webhooks: JSONValue

    init(_ service: RunningService, _ path: PublicPath) async throws {
        let store = service.store
        (now, self.path) = (store.time, path)
        queue = try await store.queueState()
        var query = RunPageQuery()
        (query.states, query.limit) = ([.running, .queued], 20)
        // As they go on: first those that run, then those that wait, the oldest first.
        let items = try await store.runPage(query).items.reversed()
        open = items.filter { $0.run.state == .running } + items.filter { $0.run.state == .queued }
        (query.states, query.limit) = (Set(StoredRun.State.allCases).subtracting([.running, .queued]), 8)
        ended = try await store.runPage(query).items
        tickets = try await store.tickets()
        monitors = try await store.monitorHealth(limit: 50)
        problems = service.problems()
        workers = (service.workers.activeCount, service.workers.settings.workers)
        freeDisk = FileSystem.freeBytes(at: service.home.path)
        webhooks = service.webhookCounts
    }

    var page: DashboardPage {
        var page = DashboardPage("Overview", .overview)
        page.lead = .markup(problems.isEmpty ? "" : notReady)
        page.sections = [going, slots, verdicts, trouble, health]
        (page.stream, page.seconds) = ("/v1/events", 10)
        page.say = problems.isEmpty ? "" : "The service is not ready."
        return page
    }

    private var notReady: String {
        let lines = problems.map { "<li><bdi>\(MarkupText.escaped($0))</bdi></li>" }.joined()
        return "<div class=\"alert\"><strong>Not ready.</strong><ul>\(lines)</ul></div>"
    }

    private var going: ReportSection {
        let age = queue.oldest.map { TemplateValue.age(Double(max(0, now.milliseconds - $0.milliseconds)) / 1000) }
        let numbers = ReportBlock.numbers([
            .init("Running", NumberText.count(workers.busy)), .init("Workers", NumberText.count(workers.all)),
            .init("Waiting", NumberText.count(queue.waiting)), .init("Oldest waits", age ?? "–"),
        ])
        guard !open.isEmpty else {
            let start = TemplateValue.link("Start one", to: path("/runs/new"))
            let words = ReportBlock.markup(
                .markup("<p class=\"fit\">No run goes on, and none waits. \(start.text).</p>")
            )
            return ReportSection("Queue", id: "queue", [numbers, words])
        }
        let rows = open.map { run in
            ReportTable.Row(
                [
                    .chip(run.run.state.rawValue), run.nameCell(path), .text(run.run.kind.rawValue),
                    .markup(run.progressMarkup), .text(run.submission?.token ?? "command line"),
                    .time(run.submittedAt, now: now),
                ],
                standing: run.run.state.standing
            )
        }
        let heads = ["State", "Run", "Kind", "Progress", "By", "Submitted"].map { ReportTable.Column.text($0) }
        return ReportSection(
            "Queue",
            id: "queue",
            [numbers, .table(ReportTable("Runs that go on or wait", heads, rows, nameColumn: 1, isStacked: true))]
        )
    }

    private var slots: ReportSection {
        guard !tickets.isEmpty else {
            return ReportSection("Slots", id: "slots", [.paragraph("No simulation holds a slot.")])
        }
        let names = Dictionary(open.map { ($0.run.id, $0.run.scenario) }) { first, _ in first }
        let rows = tickets.sorted { ($0.pool, $0.slot ?? .max, $0.rowID) < ($1.pool, $1.slot ?? .max, $1.rowID) }.map {
            ticket in
            ReportTable.Row([
                .text(ticket.slot.map { "slot \($0)" } ?? "waiting"),
                .markup(
                    .link(names[ticket.runId] ?? ticket.runId, code: ticket.runId, to: path("/runs/\(ticket.runId)"))
                ),
                .text(ticket.pool),
                .time(ticket.intendedAt.map { Timestamp(milliseconds: $0) }, now: now),
            ])
        }
        let heads = ["Slot", "Held by", "Pool", "Last seen"].map { ReportTable.Column.text($0) }
        return ReportSection(
            "Slots",
            id: "slots",
            [.table(ReportTable("Slots of the organisation", heads, rows, nameColumn: 1, isStacked: true))]
        )
    }

    private var verdicts: ReportSection {
        guard !ended.isEmpty else {
            return ReportSection("Last verdicts", id: "verdicts", [.paragraph("No run has ended yet.")])
        }
        let more = TemplateValue.markup(
            "<p class=\"fit\">\(TemplateValue.link("All runs", to: path("/runs")).text)</p>"
        )
        let table = RunsPage.table(ended, "Runs that ended last", path, now: now)
        return ReportSection("Last verdicts", id: "verdicts", [.table(table), .markup(more)])
    }

    private var trouble: ReportSection? {
        guard !monitors.isEmpty else { return nil }
        let rows = monitors.map { monitor in
            let address = PageAddress(
                path: path("/deliveries"),
                query: [("monitor", monitor.name), ("run", monitor.runID)]
            )
            return ReportTable.Row(
                [
                    .chip(monitor.word), .link(monitor.name, to: address.text),
                    monitor.runID.map { .link($0, to: path("/runs/\($0)")) } ?? .text("the service"),
                    .text(monitor.text(monitor.pending)), .text(monitor.text(monitor.dead)),
                    .text(monitor.text(monitor.disabled)),
                ],
                standing: monitor.standing,
                remark: monitor.disabledReason ?? (monitor.dead > 0 ? monitor.lastError ?? "" : "")
            )
        }
        let columns =
            ["State", "Monitor", "Of"].map { ReportTable.Column.text($0) }
            + ["Pending", "Dead", "Disabled"].map { ReportTable.Column.number($0) }
        return ReportSection(
            "Monitors",
            id: "monitors",
            [.table(ReportTable("Monitors", columns, rows, nameColumn: 1, isStacked: true))]
        )
    }

    private var health: ReportSection {
        let counts: (String) -> String? = { name in
            webhooks[name]?.integer.flatMap { $0 > 0 || name == "received" ? NumberText.count($0) : nil }
        }
        let refused = webhooks["refused"].flatMap { refused -> String? in
            guard case .object(let members) = refused, !members.isEmpty else { return nil }
            return members.map { "\(NumberText.count($0.value.integer ?? 0)) \($0.name)" }.joined(separator: ", ")
        }
        return ReportSection(
            "Health",
            id: "health",
            [
                .facts([
                    ("Service", problems.isEmpty ? "ready" : "not ready"),
                    ("Disk", freeDisk.map { "\(Self.bytes($0)) free" }),
                    ("Webhooks of no run since the start", counts("received")), ("Duplicates", counts("duplicates")),
                    ("Quarantined", counts("quarantined")), ("Identities reused", counts("identityReused")),
                    ("Webhooks refused", refused),
                    ("Signatures", webhooks["unsignedAccepted"]?.bool == true ? "not demanded" : "demanded"),
                ])
            ]
        )
    }

    private static func bytes(_ count: Int) -> String {
        let units = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB")]
        let (size, unit) = units.first { count >= $0.0 } ?? (1 << 10, "KiB")
        return NumberText.short(Double(count) / Double(size), 1) + " " + unit
    }
}

extension MonitorHealth {
    fileprivate var word: String { disabledReason != nil ? "disabled" : dead > 0 ? "dead letters" : "well" }
    fileprivate var standing: ReportTable.Mark { disabledReason != nil || dead > 0 ? .fail : .pass }
    fileprivate func text(_ count: Int) -> String {
        count >= Self.most ? "\(NumberText.count(Self.most))+" : NumberText.count(count)
    }
}
