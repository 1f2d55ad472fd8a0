import Addresses
import AuditLog
import ExactJSON
import HTTPService
import HTTPTypes
import Logging
import RunStore
import SimulationAPI
import Telemetry
import Tracing

/// The control API.
///
/// Routes write paths of the service itself; ``respond(to:)`` adds what every answer has: the public path before a
/// `Location`, the id of the request, and the fields that keep answers out of caches and frames.
struct ControlRoutes: Sendable {
    let access: AccessRules
    let service: RunningService
    let table: RouteTable
    let settings: Settings
    private let tracer: OTLPTracer?
    private let dashboard: Dashboard

    /// How the service is reached.
    struct Settings: Sendable {
        var publicPath = PublicPath.root
        /// Whether browsers speak TLS with it, or with the proxy before it.
        var isSecure = false
        var trustedProxies = TrustedProxies()
    }

    init(
        access: AccessRules,
        service: RunningService,
        settings: Settings = Settings(),
        tracer: OTLPTracer? = nil
    ) {
        self.tracer = tracer
        (self.access, self.service, self.settings) = (access, service, settings)
        dashboard = Dashboard(service: service, path: settings.publicPath)
        let cookie = SessionCookie(path: settings.publicPath, isSecure: settings.isSecure)
        table = RouteTable(
            routes: Self.probes(service) + Self.session(access, cookie, dashboard) + Self.traffic(service)
                + Self.runs(service) + Self.tokens(service) + Self.administration(service) + Self.metrics(service)
                + Self.description
                + Self.pages(dashboard)
        )
        service.metrics.declare(table.routes.map { ($0.path, $0.method.rawValue) })
    }

    private static let limits: ClosedRange<Int64> = 1...1000

    /// Answers any request but that of the webhook path.
    func respond(to request: ServiceRequest) async -> ServiceResponse {
        var request = request
        request.path = settings.publicPath.removed(from: request.path)
        let (id, begun) = (RequestID(request.headers), ContinuousClock.now)
        let match = table.match(request.method, request.path)
        var response = await traced(request, match, id)
        service.metrics.answered(
            route: match.route?.path ?? MetricFamily.other,
            method: match.route?.method.rawValue ?? MetricFamily.other,
            status: response.status,
            after: begun.duration(to: .now)
        )
        if response.status >= 400 {
            log(response, to: request, id)
            response = await forPerson(response, to: request, match.route)
        }
        let location = response.headers[.location]
        if let location, location.hasPrefix("/") { response.headers[.location] = settings.publicPath(location) }
        response = response.keptPrivate
        response.headers.addIfAbsent(.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
        response.headers[.requestID] = id.text
        return response
    }

    /// Answers within a span, which continues the trace of the request; what only watches the service has none.
    private func traced(_ request: ServiceRequest, _ match: RouteTable.RouteMatch, _ id: RequestID) async
        -> ServiceResponse
    {
        guard let tracer, let route = match.route, route.kind != .probe, route.path != "/metrics" else {
            return await answer(request, match, id)
        }
        var context = ServiceContext.topLevel
        tracer.extract(request.headers, into: &context, using: FieldExtractor())
        let span = tracer.startSpan("\(route.method.rawValue) \(route.path)", context: context, ofKind: .server)
        defer { span.end() }
        let response = await ServiceContext.withValue(span.context) { await answer(request, match, id) }
        span.attributes["http.route"] = route.path
        span.attributes["http.response.status_code"] = response.status
        span.attributes["ringback.request.id"] = id.text
        if response.status >= 500 { span.setStatus(SpanStatus(code: .error)) }
        return response
    }

    /// A refusal as a page, if a browser shows it; a form or a link gets the page, a script what programs get.
    private func forPerson(
        _ response: ServiceResponse,
        to request: ServiceRequest,
        _ route: Route?
    ) async -> ServiceResponse {
        guard Dashboard.isForPerson(request), route?.kind != .probe, request.method == .get || route?.kind == .page,
            response.headers[.contentType] == Problem.mediaType
        else { return response }
        guard case .known(let caller) = await access.caller(of: request) else {
            return dashboard.page(of: response, to: request, caller: nil)
        }
        return dashboard.page(of: response, to: request, caller: caller)
    }

    private func log(_ response: ServiceResponse, to request: ServiceRequest, _ id: RequestID) {
        var metadata: Logger.Metadata = [
            "status": .stringConvertible(response.status), "method": "\(request.method.rawValue)",
            "path": "\(request.path.prefix(200))", "request": "\(id.text)",
        ]
        metadata["client"] = settings.trustedProxies.client(of: request).map { "\($0)" }
        service.logger.info("request refused", metadata: metadata)
    }

    private func answer(
        _ request: ServiceRequest,
        _ match: RouteTable.RouteMatch,
        _ id: RequestID
    ) async -> ServiceResponse {
        let route = match.route
        let caller: Caller?
        switch await access.judge(request, for: route) {
        case .refused(let refusal): return refusal
        case .passed(let found): caller = found
        }
        switch match {
        case .unknown: return .problem(.notFound(path: request.path, list: "GET /openapi.yaml"))
        case .otherMethods(let methods): return .methodNotAllowed(methods)
        case .route(let route, let parameters):
            do {
                let asked = Route.Asked(request: request, parameters: parameters, caller: caller, id: id.text)
                return try await route.answer(asked)
            } catch let problem as Problem {
                return .problem(problem)
            } catch {
                service.logger.error(
                    "the store failed",
                    metadata: ["path": "\(request.path)", "reason": "\(error)", "request": "\(id.text)"]
                )
                let detail = "the store could not be read or written; the log of the service says why"
                return .problem(.storeUnavailable(detail), headers: [.retryAfter: "1"])
            }
        }
    }

    /// What asks whether the service is alive and ready.
    private static func probes(_ service: RunningService) -> [Route] {
        [
            Route(.get, "/healthz", nil, kind: .probe) { _ in .json(["status": "ok"]) },
            Route(.get, "/readyz", nil, kind: .probe) { await readiness(of: service, $0.request) },
        ]
    }

    /// Events that came in, and what goes to monitors.
    private static func traffic(_ service: RunningService) -> [Route] {
        [
            Route(.get, "/v1/webhooks", .viewer) { try await webhooks(of: service, $0.request) },
            Route(.post, "/v1/inbox/replay", .operator) { asked in
                let parameters = try QueryParameters(asked.request, known: ["webhookId"])
                return .json(try await service.readAgain(parameters.text("webhookId"), by: asked.caller ?? .owner).json)
            },
            Route(.get, "/v1/deliveries", .viewer) { try await deliveries(of: service, $0.request) },
            Route(.get, "/v1/deliveries/{id}", .viewer) { asked in
                .json(try await delivery(asked.parameters[0], of: service).json)
            },
            Route(.post, "/v1/deliveries/{id}/replay", .operator) { asked in
                try await replay(asked, of: service)
            },
        ]
    }

    /// Whether events can be stored and are forwarded; `?verbose` adds what has come since the start.
    private static func readiness(of service: RunningService, _ request: ServiceRequest) async -> ServiceResponse {
        let problems = service.problems()
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

    /// The delivery of an id as it stands in a path.
    ///
    /// - Throws: 404 for an id that no delivery has.
    static func delivery(_ id: String, of service: RunningService) async throws -> DeliveryHistory {
        guard let number = Int64(id), number > 0, let found = try await service.store.delivery(number) else {
            throw Problem.notFound("there is no delivery \(String(id.prefix(40))); GET /v1/deliveries lists them")
        }
        return found
    }

    /// `POST /v1/deliveries/{id}/replay`: sends one again, under the same identity.
    static func replay(_ asked: Route.Asked, of service: RunningService) async throws -> ServiceResponse {
        let id = asked.parameters[0]
        let force = try QueryParameters(asked.request, known: ["force"]).flag("force")
        let delivery = try await Self.delivery(id, of: service).delivery
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
        if let caller = asked.caller {
            let payload: JSONValue = ["delivery": .string(id), "monitor": .string(delivery.monitor)]
            try await service.audit.record(.replay, "requested", by: caller, payload: payload)
        }
        try await service.replay(delivery.rowID)
        let now = try await service.store.delivery(delivery.rowID)?.delivery ?? delivery
        return .json(now.json, status: 202)
    }
}
