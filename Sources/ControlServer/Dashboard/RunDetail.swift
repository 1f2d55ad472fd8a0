import DialerStudy
import ExactJSON
import RingbackHome
import RunReport
import RunStore
import SimulationAPI

/// The page of one run: the verdict first, then what decided it, what was delivered, and what is kept.
struct RunDetail: Sendable {
    var now: Timestamp
    var path: PublicPath
    var caller: Caller
    var run: ListedRun
    /// The result as a report shows it; `nil` before the end.
    var report: ReportPage?
    var result: JSONValue?
    var deliveries: DeliveryPage
    var files: [RunFileKind]
    /// What was just done, in words.
    var note: String?

    init(_ run: ListedRun, _ caller: Caller, _ service: RunningService, _ path: PublicPath) async throws {
        (now, self.path, self.caller, self.run) = (service.store.time, path, caller, run)
        let bytes = run.run.isOver ? try await service.store.document(of: run.run) : nil
        result = try bytes.map { try JSONReader.read($0) }
        report = result.flatMap { StoredStudy.page($0) }
        var query = DeliveryQuery()
        query.runID = run.run.id
        query.limit = 20
        query.states = [.dead, .disabled, .pending]
        deliveries = try await service.store.deliveries(query)
        if deliveries.items.isEmpty {
            query.states = []
            query.limit = 5
            deliveries = try await service.store.deliveries(query)
        }
        let (folder, hasResult) = (run.run.folder, result != nil)
        files =
            run.run.isOver
            ? try await BlockingWork.run {
                try RunFileKind.allCases.filter { kind in
                    if hasResult, kind != .events { return true }
                    return try folder.map { try FileSystem.inspect("\($0)/\(kind.rawValue)") != nil } ?? false
                }
            } : []
    }

    func page() throws -> DashboardPage {
        var page = DashboardPage("\(run.run.scenario): \(run.run.state.rawValue)", .runs)
        page.heading = run.run.scenario
        let links = files.map {
            ["path": TemplateValue.text(path("/v1/runs/\(run.run.id)/\($0.rawValue)")), "name": .text($0.title)]
        }
        page.lead = .template(
            "run",
            ["id": .text(run.run.id), "banner": try banner(), "links": .list(links), "actions": .markup(actions)]
        )
        page.say =
            run.run.isOver ? "The run has ended: \(run.run.state.rawValue)." : "The run is \(run.run.state.rawValue)."
        page.sections = [facts] + (report?.sections ?? []).map { $0 } + [delivered, entry, scenario]
        page.stream = run.run.isOver ? nil : "/v1/runs/\(run.run.id)/events"
        page.seconds = run.run.isOver ? (deliveries.items.contains { $0.state == .pending } ? 5 : nil) : 10
        return page
    }

    private func banner() throws -> TemplateValue {
        if run.run.state != .cancelled, let report { return try report.banner() }
        let sentence =
            switch run.run.state {
            case .queued:
                "It waits for a worker" + (run.submission?.cancelledAt == nil ? "." : ", and is about to be cancelled.")
            case .running: run.progressWords
            case .cancelled: "Somebody stopped it" + (run.submission?.cancelledBy.map { ": \($0)." } ?? ".")
            default: "It has no result."
            }
        let page = ReportPage(
            kind: run.run.kind.rawValue,
            scenario: run.run.scenario,
            headline: run.run.state.rawValue.uppercased(),
            sentence: sentence,
            []
        )
        return .markup(try page.banner().text + (run.run.state == .running ? run.progressBar.text : ""))
    }

    private var actions: String {
        guard caller.role >= .operator else { return "" }
        var actions = ""
        if !run.run.isOver, run.submission != nil, run.submission?.cancelledAt == nil {
            let button = TemplateValue.button("Stop it", path("/runs/\(run.run.id)/cancel"))
            actions += TemplateValue.guarded("Cancel the run", "Its simulation is cancelled too.", button).text
        }
        if run.request != nil {
            actions += " " + TemplateValue.link("Run it again", to: path("/runs/new?from=\(run.run.id)")).text
        }
        return actions
    }

    private var facts: ReportSection {
        let request = run.request
        let times = [
            ("Submitted", run.submission.map { Timestamp(milliseconds: $0.submittedAt) }),
            ("Started", run.run.state == .queued ? nil : Timestamp(milliseconds: run.run.startedAt)),
            ("Finished", run.finishedAt),
        ].compactMap { name, time in time.map { (name, TemplateValue.clock($0)) } }
        let rows: [(String, String?)] = [
            ("State", run.run.state.rawValue + (run.run.exitCode.map { ", exit \($0)" } ?? "")),
            ("Kind", run.run.kind.rawValue), ("Target", run.run.kind == .run ? run.run.target.rawValue : nil),
            ("Seed", request.map { "\($0.seed)" }), ("By", run.submission?.token ?? "command line"),
            ("Baseline", request?.baseline), ("Fails on regression of", request?.gate),
            ("Took", run.length(now: now)), ("Simulation", run.run.simulationId),
        ]
        return ReportSection("Run", id: "facts", [.facts(rows + times.map { ($0.0, $0.1) })])
    }

    private var delivered: ReportSection? {
        guard !deliveries.items.isEmpty else { return nil }
        let all = PageAddress(path: path("/deliveries"), query: [("run", run.run.id), ("state", "all")])
        let link = TemplateValue.link("All deliveries of this run", to: all.text)
        let table = DeliveriesPage.table(
            deliveries.items,
            "Deliveries of the run",
            path,
            caller: caller,
            next: "/runs/\(run.run.id)",
            now: now
        )
        return ReportSection(
            "Deliveries",
            id: "deliveries",
            [.table(table), .markup(.markup("<p class=\"fit\">\(link.text)</p>"))]
        )
    }

    private var entry: ReportSection? {
        let all = PageAddress(path: path("/audit"), query: [("run", run.run.id)])
        let link = TemplateValue.link("All entries of this run", to: all.text).text
        let place = run.verdictEntry.map { "Its verdict is entry \($0.seq) of the log \($0.origin)." } ?? ""
        return ReportSection(
            "Entries of the audit log",
            id: "entry",
            [.markup(.markup("<p>\(MarkupText.escaped(place)) \(link)</p>"))]
        )
    }

    private var scenario: ReportSection? {
        let source = run.request?.source ?? result?["scenarioDocument"]
        return source.map { source in
            let text = TemplateValue.block(source.prettyText)
            let folded = TemplateValue.template("folded", ["words": .text("The scenario as JSON"), "text": text])
            return ReportSection("Scenario", id: "scenario", [.markup(folded)])
        }
    }
}

extension RunFileKind {
    /// What the file is, for a link.
    var title: String {
        switch self {
        case .report: "Report"
        case .result: "result.json"
        case .junit: "junit.xml"
        case .events: "events.jsonl"
        }
    }
}
