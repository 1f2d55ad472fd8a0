import ExactJSON
import HTTPService
import RunReport
import RunStore
import SimulationAPI

/// The list of runs, with filters and pages.
struct RunsPage: Sendable {
    var now: Timestamp
    var path: PublicPath
    var caller: Caller
    var query: RunPageQuery
    var runs: RunPage

    init(_ asked: Route.Asked, _ caller: Caller, _ service: RunningService, _ path: PublicPath) async throws {
        let parameters = try QueryParameters(
            asked.request.withoutEmptyParameters,
            known: ["state", "kind", "scenario", "after"]
        )
        var query = RunPageQuery()
        query.states = try parameters.word("state", StoredRun.State.self).map { [$0] } ?? []
        query.kind = try parameters.word("kind", StoredRun.Kind.self)
        query.scenario = parameters.text("scenario")
        query.after = try parameters.integer("after", in: 1...Int64.max)
        query.limit = 50
        (now, self.path, self.caller, self.query) = (service.store.time, path, caller, query)
        runs = try await service.store.runPage(query)
    }

    var page: DashboardPage {
        var page = DashboardPage("Runs", .runs)
        let any = [(value: "", words: "any")]
        page.lead = .filter(
            path("/runs"),
            [
                .select(
                    "State",
                    name: "state",
                    any + StoredRun.State.allCases.map { ($0.rawValue, $0.rawValue) },
                    chosen: query.states.first?.rawValue ?? ""
                ),
                .select(
                    "Kind",
                    name: "kind",
                    any + StoredRun.Kind.allCases.map { ($0.rawValue, $0.rawValue) },
                    chosen: query.kind?.rawValue ?? ""
                ), .field("Scenario, its whole name", name: "scenario", query.scenario ?? ""),
            ]
        )
        let here = PageAddress(
            path: path("/runs"),
            query: [
                ("state", query.states.first?.rawValue), ("kind", query.kind?.rawValue), ("scenario", query.scenario),
            ]
        )
        let list: [ReportBlock] =
            runs.items.isEmpty
            ? [.paragraph(query.after == nil ? "No run fits." : "There are no more runs.")]
            : [.table(Self.table(runs.items, "Runs, newest first", path, now: now))]
        let pages = TemplateValue.pages(
            first: query.after.map { _ in here.text },
            next: runs.next.map { here.with("after", "\($0)").text },
            words: "Older runs"
        )
        let prune = TemplateValue.markup(
            "<p>\(TemplateValue.link("Remove old runs", to: path("/runs/prune")).text)</p>"
        )
        let more: [ReportBlock] = caller.role >= .admin ? [.markup(pages), .markup(prune)] : [.markup(pages)]
        page.sections = [ReportSection("Newest first", id: "runs", list + more)]
        page.stream = "/v1/events"
        return page
    }

    /// Runs as rows, with their verdicts in words.
    static func table(_ runs: [ListedRun], _ caption: String, _ path: PublicPath, now: Timestamp) -> ReportTable {
        let rows = runs.map { run in
            ReportTable.Row(
                [
                    .chip(run.run.state.rawValue), run.nameCell(path), .text(run.run.kind.rawValue),
                    .text(run.submission?.token ?? "command line"), .time(run.submittedAt, now: now),
                    .text(run.length(now: now) ?? "–"),
                ],
                standing: run.run.state.standing
            )
        }
        let heads = ["State", "Run", "Kind", "By", "Submitted"].map { ReportTable.Column.text($0) }
        return ReportTable(caption, heads + [.number("Took")], rows, nameColumn: 1, isStacked: true)
    }
}

extension ServiceRequest {
    /// The request without the parameters that a form sends empty.
    var withoutEmptyParameters: ServiceRequest {
        var request = self
        request.query = query.filter { !$0.value.isEmpty }
        return request
    }
}

extension ListedRun {
    /// The scenario as a link, and the id of the run.
    func nameCell(_ path: PublicPath) -> ReportTable.Cell {
        .markup(.link(run.scenario, code: run.id, to: path("/runs/\(run.id)")))
    }

    var submittedAt: Timestamp { Timestamp(milliseconds: submission?.submittedAt ?? run.startedAt) }
    var finishedAt: Timestamp? { run.finishedAt.map { Timestamp(milliseconds: $0) } }

    /// How long it took, or takes already; `nil` if it has not begun.
    func length(now: Timestamp) -> String? {
        guard run.state != .queued, run.state != .cancelled || progress != nil || run.verdict != nil else { return nil }
        let end = run.finishedAt ?? now.milliseconds
        return Duration.text(seconds: Double(max(0, end - run.startedAt)) / 1000)
    }

    /// How far it is, in words.
    var progressWords: String {
        guard run.state == .running else { return submission == nil ? "" : "waits for a worker" }
        if submission?.cancelledAt != nil { return "stopping, as somebody asked" }
        guard let progress else { return "starting" }
        let step = progress["step"]?.string ?? "running"
        func pair(_ done: String, _ of: String, _ what: String) -> String? {
            guard let done = progress[done]?.integer, let all = progress[of]?.integer, all > 0 else { return nil }
            return "\(NumberText.count(min(done, all))) of \(NumberText.count(all)) \(what)"
        }
        let counts =
            pair("attempted", "maxCalls", "calls") ?? pair("done", "of", "replications")
            ?? pair("windows", "mostWindows", "windows")
        let waiting = progress["waiting"]?.string
        return [step, counts, waiting].compactMap { $0 }.joined(separator: " · ")
    }

    /// How far it is, from 0 to 1; `nil` if it does not say.
    private var progressShare: Double? {
        guard run.state == .running, let progress else { return nil }
        for (done, all) in [("attempted", "maxCalls"), ("done", "of"), ("windows", "mostWindows")] {
            if let done = progress[done]?.double, let all = progress[all]?.double, all > 0 { return min(1, done / all) }
        }
        return nil
    }

    /// How far it is, as a bar for somebody who reads the words beside it.
    var progressBar: TemplateValue {
        guard let share = progressShare else { return .markup("") }
        let label = MarkupText.escaped(progressWords)
        return .markup("<progress max=\"1000\" value=\"\(Int(share * 1000))\" aria-label=\"\(label)\"></progress>")
    }

    /// How far it is, as a bar with its words.
    var progressMarkup: TemplateValue {
        .template(
            "progress",
            [
                "bar": progressBar, "words": .text(progressWords),
            ]
        )
    }
}
