import AuditLog
import ExactJSON
import HTTPService
import HTTPTypes
import Logging
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import Telemetry
import Tracing

/// Runs: asked for, listed, watched, cancelled, and their files.
extension ControlRoutes {
    static func runs(_ service: RunningService) -> [Route] {
        let files = RunFileKind.allCases.map { kind in
            Route(.get, "/v1/runs/{id}/\(kind.rawValue)", .viewer) { asked in
                _ = try QueryParameters(asked.request, known: [])
                return try await kind.response(of: try await found(asked, service), service)
            }
        }
        return [
            Route(.post, "/v1/runs", .operator) { try await submit($0, service) },
            Route(.post, "/v1/validate", .viewer) { try await validate($0.request) },
            Route(.get, "/v1/runs", .viewer) { try await list($0, service) },
            Route(.get, "/v1/runs/{id}", .viewer) { asked in
                _ = try QueryParameters(asked.request, known: [])
                let run = try await found(asked, service)
                let bytes = run.run.isOver ? try await service.store.document(of: run.run) : nil
                let result = try bytes.map { try JSONReader.read($0) }
                return .json(run.document(result, timeout: service.workers.settings.timeout))
            },
            Route(.post, "/v1/runs/{id}/cancel", .operator) { try await cancel($0, service) },
            Route(.get, "/v1/runs/{id}/events", .viewer) { asked in
                let run = try await found(asked, service)
                return events(service.changes.events(of: run.run.id, now: (run.run.id, run.version)))
            },
            Route(.get, "/v1/events", .viewer) { _ in events(service.changes.events(of: nil, now: nil)) },
        ] + files
    }

    /// The run that a path names.
    static func found(_ asked: Route.Asked, _ service: RunningService) async throws -> ListedRun {
        let id = asked.parameters[0]
        guard let run = try await service.store.listedRun(id: id) else {
            throw Problem.notFound("there is no run \(String(id.prefix(40))); GET /v1/runs lists them")
        }
        return run
    }

    private static func submit(_ asked: Route.Asked, _ service: RunningService) async throws -> ServiceResponse {
        do {
            let (id, state, warnings) = try await submitted(asked, service)
            return .json(
                .object(present: [
                    "id": .string(id), "state": .string(state.rawValue),
                    "warnings": warnings.isEmpty ? nil : .array(warnings.map(\.json)),
                ]),
                status: 202,
                headers: [.location: "/v1/runs/\(id)"]
            )
        } catch let refused as RefusedScenario {
            return refused.response
        }
    }

    /// Puts the run that a request asks for into the queue.
    ///
    /// - Throws: ``RefusedScenario``, `Problem`.
    static func submitted(
        _ asked: Route.Asked,
        _ service: RunningService
    ) async throws -> (id: String, state: StoredRun.State, warnings: [Diagnostic]) {
        var read = try await RunRequestReader(request: asked.request).read()
        try await service.requireRunnable(read)
        (read.run.trace, read.run.requestID) = (TraceContext(ServiceContext.current)?.text, asked.id)
        let id = RunID.make(at: WallClock.now)
        let outcome = try await service.store.submit(
            NewSubmission(
                id: id,
                kind: read.run.kind,
                target: read.run.target,
                scenario: read.loaded.scenario.name,
                token: (asked.caller ?? .owner).name,
                key: read.key,
                digest: read.digest,
                request: read.run.json,
                at: service.store.time,
                folder: FileSystem.absolute("\(service.home.runsPath)/\(id)")
            )
        )
        service.workers.wake()
        switch outcome {
        case .keyReused:
            throw Problem(
                status: 422,
                code: "idempotency_key_reused",
                title: "Idempotency key reused",
                detail: "this token has used the Idempotency-Key for another request; send a new key"
            )
        case .accepted(let id, let state, let isNew):
            if isNew { service.logger.info("run queued", metadata: ["run": "\(id)", "request": "\(asked.id)"]) }
            return (id, state, read.loaded.warnings)
        }
    }

    /// `POST /v1/validate`: what is wrong with a scenario; starts nothing.
    private static func validate(_ request: ServiceRequest) async throws -> ServiceResponse {
        func answer(_ diagnostics: [Diagnostic]) -> ServiceResponse {
            let isValid = !diagnostics.contains { $0.severity == .error }
            return .json([
                "version": 1, "valid": .bool(isValid), "diagnostics": .array(diagnostics.map(\.json)),
            ])
        }
        do { return answer(try await RunRequestReader(request: request).read().loaded.warnings) } catch let refused
            as RefusedScenario
        {
            return answer(refused.diagnostics)
        }
    }

    private static func list(_ asked: Route.Asked, _ service: RunningService) async throws -> ServiceResponse {
        let parameters = try QueryParameters(
            asked.request,
            known: ["state", "kind", "scenario", "limit", "after"]
        )
        var query = RunPageQuery()
        query.states = try parameters.word("state", StoredRun.State.self).map { [$0] } ?? []
        query.kind = try parameters.word("kind", StoredRun.Kind.self)
        query.scenario = parameters.text("scenario")
        query.limit = Int(try parameters.integer("limit", in: 1...200) ?? 100)
        query.after = try parameters.integer("after", in: 1...Int64.max)
        let page = try await service.store.runPage(query)
        return .json([
            "items": .array(page.items.map(\.item)), "next": page.next.map { .string("\($0)") } ?? .null,
        ])
    }

    static func cancel(_ asked: Route.Asked, _ service: RunningService) async throws -> ServiceResponse {
        _ = try QueryParameters(asked.request, known: [])
        let (id, caller) = (asked.parameters[0], asked.caller ?? .owner)
        if try await found(asked, service).run.isOver == false {
            try await service.audit.record(.cancel, "requested", by: caller, runID: id)
        }
        switch try await service.store.cancel(id: id, by: caller.name, at: service.store.time) {
        case .cancelled, .requested, .already: break
        case .ended(let state):
            throw Problem(
                status: 409,
                code: "run_ended",
                title: "Run ended",
                detail: "the run has ended: \(state.rawValue)"
            )
        case .notOfService:
            throw Problem(
                status: 409,
                code: "run_of_command",
                title: "Run of a command",
                detail: "the run goes on in a process of its own; press Ctrl-C there, or send it SIGTERM"
            )
        case .unknown: throw Problem.notFound("there is no run \(String(id.prefix(40))); GET /v1/runs lists them")
        }
        guard let run = try await service.store.listedRun(id: id) else { throw Problem.notFound("the run is gone") }
        return .json(["id": .string(id), "state": .string(run.run.state.rawValue)], status: 202)
    }

    /// A stream of server-sent events (WHATWG HTML, section 9.2), which no cache and no proxy may hold back.
    private static func events(_ stream: AsyncStream<[UInt8]>) -> ServiceResponse {
        var headers: HTTPFields = [.cacheControl: "no-store, no-transform"]
        headers[.init("X-Accel-Buffering") ?? .cacheControl] = "no"
        var response = ServiceResponse(status: 200, type: "text/event-stream", headers: headers)
        response.stream = stream
        return response
    }
}

/// A file of a run.
enum RunFileKind: String, CaseIterable {
    case report = "report.html"
    case result = "result.json"
    case junit = "junit.xml"
    case events = "events.jsonl"

    private var type: String {
        switch self {
        case .report: "text/html; charset=utf-8"
        case .result: "application/json"
        case .junit: "application/xml"
        case .events: "application/jsonl"
        }
    }

    /// The file as the run wrote it, or made from what the store has.
    func response(of run: ListedRun, _ service: RunningService) async throws -> ServiceResponse {
        guard run.run.isOver else {
            throw Problem(
                status: 409,
                code: "run_not_ended",
                title: "Run not ended",
                detail: "the run is \(run.run.state.rawValue); its files come with its end"
            )
        }
        // The last of the files are written after the row has its end: the audit checkpoint covers the verdict.
        let limit = ContinuousClock.now.advanced(by: .seconds(5))
        while try await service.store.isAlive(run.run.id), ContinuousClock.now < limit {
            try await Task.sleep(for: .milliseconds(20))
        }
        var bytes = try await service.store.file(rawValue, of: run.run)
        // A folder of this machine says nothing of a run that another machine may have ended.
        if bytes == nil, !service.store.isShared { bytes = try await written(run.run) }
        if bytes == nil { bytes = try await made(run.run, service.store) }
        guard let bytes else {
            throw Problem.notFound("the run has no \(rawValue)")
        }
        var headers: HTTPFields = [.contentDisposition: "inline; filename=\"\(run.run.id)-\(rawValue)\""]
        if self == .report {
            headers[.contentSecurityPolicy] =
                "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
        }
        return ServiceResponse(status: 200, type: type, headers: headers, body: bytes)
    }

    private func written(_ run: StoredRun) async throws -> [UInt8]? {
        guard let folder = run.folder else { return nil }
        let path = "\(folder)/\(rawValue)"
        return try await BlockingWork.run {
            guard try FileSystem.inspect(path) != nil else { return nil }
            return try FileSystem.readPlain(path, upTo: 1 << 30)
        }
    }

    private func made(_ run: StoredRun, _ store: RunStore) async throws -> [UInt8]? {
        guard let bytes = try await store.document(of: run) else { return nil }
        let json = try JSONReader.read(bytes)
        switch self {
        case .result: return Array((json.prettyText + "\n").utf8)
        case .report: return try ResultDocument(json).map { Array(try StoredReport.html($0).utf8) }
        case .junit: return ResultDocument(json).map { Array(JUnitDocument($0).text.utf8) }
        case .events: return store.isShared ? try await Run.events(of: run, in: store) : nil
        }
    }
}
