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
        if let refusal = access.refusal(of: request) { return refusal }
        guard let (method, answer) = route(request.path) else {
            return .problem(.notFound(path: request.path, list: "ringback serve --help"))
        }
        guard request.method == method else { return .methodNotAllowed([method]) }
        do {
            return try await answer(request)
        } catch let problem as Problem {
            return .problem(problem)
        } catch {
            service.logger.error("the store failed", metadata: ["path": "\(request.path)", "reason": "\(error)"])
            let detail = "the store could not be read or written; the log of the service says why"
            return .problem(.storeUnavailable(detail), headers: [.retryAfter: "1"])
        }
    }

    /// The method of a path, and what answers it; nil for an unknown path.
    ///
    /// Hummingbird's router answers 404 to a known path with the wrong method; the API promises 405 with `Allow`.
    private func route(_ path: String) -> (HTTPRequest.Method, (ServiceRequest) async throws -> ServiceResponse)? {
        switch path {
        case "/healthz": return (.get, { _ in .json(["status": "ok"]) })
        case "/readyz": return (.get, readiness)
        case "/v1/webhooks": return (.get, webhooks)
        case "/v1/deliveries": return (.get, deliveries)
        default:
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 5, parts[..<3] == ["", "v1", "deliveries"], parts[4] == "replay" else { return nil }
            return (.post, { try await replay(String(parts[3]), $0) })
        }
    }

    /// Whether events can be stored and are forwarded; `?verbose` adds what has come since the start.
    private func readiness(_ request: ServiceRequest) async -> ServiceResponse {
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
    private func webhooks(_ request: ServiceRequest) async throws -> ServiceResponse {
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
    private func deliveries(_ request: ServiceRequest) async throws -> ServiceResponse {
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
    private func replay(_ id: String, _ request: ServiceRequest) async throws -> ServiceResponse {
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
