import ExactJSON
import HTTPService
import HTTPTypes
import Logging
import RunStore
import SimulationAPI

/// The control API.
struct ControlRoutes: Sendable {
    let access: AccessRules
    let service: RunningService
    private let table: RouteTable

    init(access: AccessRules, service: RunningService) {
        (self.access, self.service) = (access, service)
        table = RouteTable(routes: Self.probes(service) + Self.traffic(service))
    }

    private static let limits: ClosedRange<Int64> = 1...1000

    /// Answers any request but that of the webhook path.
    func respond(to request: ServiceRequest) async -> ServiceResponse {
        var response = await answer(request)
        if response.status >= 400 {
            service.logger.info(
                "request refused",
                metadata: [
                    "status": .stringConvertible(response.status), "method": "\(request.method.rawValue)",
                    "path": "\(request.path.prefix(200))",
                ]
            )
        }
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    private func answer(_ request: ServiceRequest) async -> ServiceResponse {
        let match = table.match(request.method, request.path)
        let role: Role?
        if case .route(let route, _) = match { role = route.role } else { role = .viewer }
        let caller: Caller?
        switch access.judge(request, needing: role) {
        case .refused(let refusal): return refusal
        case .passed(let found): caller = found
        }
        switch match {
        case .unknown: return .problem(.notFound(path: request.path, list: "ringback serve --help"))
        case .otherMethods(let methods): return .methodNotAllowed(methods)
        case .route(let route, let parameters):
            do {
                return try await route.answer(
                    Route.Asked(request: request, parameters: parameters, caller: caller)
                )
            } catch let problem as Problem {
                return .problem(problem)
            } catch {
                service.logger.error("the store failed", metadata: ["path": "\(request.path)", "reason": "\(error)"])
                let detail = "the store could not be read or written; the log of the service says why"
                return .problem(.storeUnavailable(detail), headers: [.retryAfter: "1"])
            }
        }
    }

    /// What asks whether the service is alive and ready.
    private static func probes(_ service: RunningService) -> [Route] {
        [
            Route(.get, "/healthz", nil) { _ in .json(["status": "ok"]) },
            Route(.get, "/readyz", nil) { await readiness(of: service, $0.request) },
        ]
    }

    /// Events that came in, and what goes to monitors.
    private static func traffic(_ service: RunningService) -> [Route] {
        [
            Route(.get, "/v1/webhooks", .viewer) { try await webhooks(of: service, $0.request) },
            Route(.get, "/v1/deliveries", .viewer) { try await deliveries(of: service, $0.request) },
            Route(.post, "/v1/deliveries/{id}/replay", .operator) { asked in
                try await replay(asked.parameters[0], of: service, asked.request)
            },
        ]
    }

    /// Whether events can be stored and are forwarded; `?verbose` adds what has come since the start.
    private static func readiness(of service: RunningService, _ request: ServiceRequest) async -> ServiceResponse {
        let problems = await service.problems()
        let counts =
            request.queryValue("verbose") == nil ? [] : [JSONValue.Member("webhooks", service.webhookCounts)]
        guard problems.isEmpty else {
            let detail = problems.joined(separator: "; ")
            let problem = Problem(status: 503, code: "not_ready", title: "Not ready", detail: detail)
            var response = ServiceResponse.problem(problem)
            if case .object(let members) = problem.json { response.body = JSONValue.object(members + counts).bytes }
            return response
        }
        return .json(.object([.init("status", "ready")] + counts))
    }

    /// `GET /v1/webhooks`: what was received, newest first.
    private static func webhooks(of service: RunningService, _ request: ServiceRequest) async throws -> ServiceResponse
    {
        let parameters = try QueryParameters(
            request,
            known: ["state", "webhookId", "simulationId", "run", "limit", "after"]
        )
        var query = InboxQuery()
        query.state = try parameters.word("state", InboxState.self)
        query.webhookID = parameters.text("webhookId")
        query.simulationID = parameters.text("simulationId")
        query.runID = parameters.text("run")
        query.limit = Int(try parameters.integer("limit", in: Self.limits) ?? 100)
        query.after = try parameters.integer("after", in: 0...Int64.max)
        return .json(try await service.store.inboxPage(query).json)
    }

    /// `GET /v1/deliveries`: deliveries to monitors, oldest first.
    private static func deliveries(of service: RunningService, _ request: ServiceRequest) async throws
        -> ServiceResponse
    {
        let parameters = try QueryParameters(request, known: ["monitor", "state", "run", "limit", "after"])
        var query = DeliveryQuery()
        query.monitor = parameters.text("monitor")
        query.states = try parameters.word("state", DeliveryState.self).map { [$0] } ?? []
        query.runID = parameters.text("run")
        query.limit = Int(try parameters.integer("limit", in: Self.limits) ?? 100)
        query.after = try parameters.integer("after", in: 0...Int64.max) ?? 0
        return .json(try await service.store.deliveries(query).json)
    }

    /// `POST /v1/deliveries/{id}/replay`: sends one again, under the same identity.
    private static func replay(
        _ id: String,
        of service: RunningService,
        _ request: ServiceRequest
    ) async throws -> ServiceResponse {
        let force = try QueryParameters(request, known: ["force"]).flag("force")
        guard let number = Int64(id), number > 0, let (delivery, _) = try await service.store.delivery(number) else {
            throw Problem.notFound("there is no delivery \(String(id.prefix(40))); GET /v1/deliveries lists them")
        }
        guard delivery.state != .delivered || force else {
            throw Problem(
                status: 409,
                code: "already_delivered",
                title: "Already delivered",
                detail: "the monitor has it; ?force=true sends it a second time"
            )
        }
        guard delivery.state != .disabled else {
            throw Problem(
                status: 409,
                code: "monitor_disabled",
                title: "Monitor disabled",
                detail: "the monitor said that it wants no more; stop the service, and use ringback deliveries replay"
            )
        }
        try await service.replay(number)
        let now = try await service.store.delivery(number)?.delivery ?? delivery
        return .json(now.json, status: 202)
    }
}
