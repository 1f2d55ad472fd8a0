import AuditLog
import ExactJSON
import HTTPService
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI

/// What a removal of old runs would remove, and the button that does it.
struct PrunePage: Sendable {
    var path: PublicPath
    /// The age as it was typed, such as `30d`.
    var age: String
    /// What would go; `nil` if the age cannot be read.
    var pruning: RunHistory.Pruning?

    /// The page for an age; a look at what would go changes nothing.
    init(_ asked: Route.Asked, _ caller: Caller, _ service: RunningService, _ path: PublicPath) async throws {
        let parameters = try QueryParameters(asked.request.withoutEmptyParameters, known: ["olderThan"])
        self.path = path
        age = parameters.text("olderThan") ?? "30d"
        pruning = try await Self.prune(age, isDryRun: true, by: caller, in: service)
    }

    /// Removes what is older than an age; `nil`, and nothing happens, if the age cannot be read.
    static func prune(_ age: String, isDryRun: Bool, by caller: Caller, in service: RunningService) async throws
        -> RunHistory.Pruning?
    {
        guard let milliseconds = AgeText.milliseconds(age) else { return nil }
        return try await RunHistory.prune(
            .endedBefore(service.store.time.adding(milliseconds: -milliseconds)),
            in: service.home,
            service.store,
            isDryRun: isDryRun,
            actor: .token(caller.name)
        )
    }

    var page: DashboardPage {
        var page = DashboardPage("Remove old runs", .runs)
        page.lead = .filter(
            path("/runs/prune"),
            [.field("Ended longer ago than", name: "olderThan", age, hint: "An age such as 30d, 12h or 45m.")]
        )
        guard let pruning else {
            page.status = 400
            let words = "\(age.prefix(40)) cannot be read as an age: write a number with d, h or m, such as 30d."
            page.sections = [ReportSection("What would go", id: "prune", [.paragraph(words)])]
            return page
        }
        page.sections = [ReportSection("What would go", id: "prune", Self.blocks(pruning, age: age, path))]
        return page
    }

    private static func blocks(_ pruning: RunHistory.Pruning, age: String, _ path: PublicPath) -> [ReportBlock] {
        let (runs, counts) = (pruning.runs.count, pruning.counts)
        let kept: [(Int, String)] = [
            (pruning.pending.count, "kept, because a delivery to a monitor is pending"),
            (pruning.busy.count, "kept, because another process works on them"),
        ]
        let facts: [(String, String?)] =
            [
                ("Runs", NumberText.count(runs)), ("Their events", NumberText.count(counts.events)),
                ("Their deliveries", NumberText.count(counts.deliveries)),
                ("Their folders", NumberText.count(pruning.folders)),
            ] + kept.map { ("Runs \($0.1)", $0.0 == 0 ? nil : NumberText.count($0.0)) }
        guard runs > 0 else { return [.paragraph("No run ended longer ago than \(age)."), .facts(facts)] }
        let button = TemplateValue.button(
            "Remove them",
            path("/runs/prune"),
            label: "Remove \(NumberText.count(runs)) runs that ended longer ago than \(age)",
            fields: [(name: "olderThan", value: age)]
        )
        let words = "The audit log keeps its entries, and gets one about this removal."
        return [
            .facts(facts), .paragraph(words),
            .markup(.guarded("Remove", "The runs, their events and their files cannot be brought back.", button)),
        ]
    }
}
