import AuditLog
import ExactJSON
import HTTPService
import HTTPTypes
import RingbackHome
import RunPipeline
import RunStore
import ScenarioFile
import SimulationAPI

/// What is kept of the past: removing old runs, and the audit log.
extension ControlRoutes {
    static func administration(_ service: RunningService) -> [Route] {
        [
            Route(.post, "/v1/runs/prune", .admin) { try await prune($0, service) },
            Route(.get, "/v1/audit", .viewer) { try await audit($0.request, service) },
        ]
    }

    /// `POST /v1/runs/prune`: removes ended runs with their events, deliveries and files.
    private static func prune(_ asked: Route.Asked, _ service: RunningService) async throws -> ServiceResponse {
        guard let caller = asked.caller else { throw Problem.notFound("there is no caller") }
        _ = try QueryParameters(asked.request, known: [])
        let now = service.store.time
        let (rule, isDryRun) = try await RequestDocument.read(asked.request) { form -> (PruneRule, Bool)? in
            let age = form["olderThan"].flatMap { field -> Int64? in
                guard let text = field.text() else { return nil }
                return AgeText.milliseconds(text) ?? field.fail(.fieldType, "olderThan must be an age such as 30d")
            }
            let keep = form["keep"].flatMap { $0.integer(in: 0...Int(Int32.max)) }
            let isDryRun = form["dryRun"].map { $0.boolean() } ?? false
            guard (form.field.member("olderThan") == nil) != (form.field.member("keep") == nil) else {
                return form.field.fail(.fieldMissing, "give either olderThan, such as \"30d\", or keep")
            }
            guard let isDryRun else { return nil }
            if let keep { return (.keepingNewest(keep), isDryRun) }
            return age.map { (.endedBefore(now.adding(milliseconds: -$0)), isDryRun) }
        }
        let pruning = try await RunHistory.prune(
            rule,
            in: service.home,
            service.store,
            isDryRun: isDryRun,
            actor: .token(caller.name)
        )
        return .json(pruning.json)
    }

    /// `GET /v1/audit`: the entries of the log as they stand in it, newest first.
    private static func audit(_ request: ServiceRequest, _ service: RunningService) async throws -> ServiceResponse {
        let parameters = try QueryParameters(request, known: ["run", "type", "limit", "after"])
        var query = AuditQuery()
        query.runID = parameters.text("run")
        query.type = try parameters.word("type", AuditEntry.EventType.self)?.rawValue
        let limit = Int(try parameters.integer("limit", in: 1...200) ?? 100)
        let after = try parameters.integer("after", in: 0...Int64.max).map { Int(clamping: $0) }
        let reader = AuditReader(directory: service.audit.directory)
        let entries = try await BlockingWork.run { [query] in try reader.newest(query, before: after, limit: limit + 1)
        }
        let items = entries.prefix(limit)
        let next = entries.count > limit ? items.last?.sequence : nil
        return .json(["items": .array(items.map(\.json)), "next": next.map { .string("\($0)") } ?? .null])
    }
}
