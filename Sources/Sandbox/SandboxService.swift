import Addresses
import Crypto
import ExactJSON
import HTTPService
import HTTPTypes
import ScenarioFile
import SimulationAPI
import Synchronization

/// Answers the requests of the simulation API.
///
/// The checks come in the documented order: 404 and 405, 401, 429, 403, 413, 415, 400, idempotency key, 422, 409.
final class SandboxService: Sendable {
    static let maximumBody = 256 * 1024

    private let configuration: SandboxConfiguration
    let environment: SandboxEnvironment
    private let state: Mutex<SandboxState>
    private let faults: FaultInjector
    private let onCreate: @Sendable (SimulationRecord) -> Void

    /// - Parameters:
    ///   - configuration: what the sandbox is like.
    ///   - faults: what it does wrong on purpose.
    ///   - onCreate: starts the engine of a new simulation.
    init(
        _ configuration: SandboxConfiguration,
        faults: FaultInjector = FaultInjector(nil),
        environment: SandboxEnvironment = .system,
        onCreate: @escaping @Sendable (SimulationRecord) -> Void
    ) {
        self.configuration = configuration
        self.environment = environment
        self.faults = faults
        self.onCreate = onCreate
        state = Mutex(SandboxState(seed: configuration.seed, maxActive: configuration.maxActive))
    }

    /// Changes a simulation in place.
    func update<Result: Sendable>(_ id: String, _ change: (inout SimulationRecord) -> Result) -> Result? {
        state.withLock { $0.update(id, change) }
    }

    func respond(to request: ServiceRequest) async -> ServiceResponse {
        switch APIRoute.match(request.method, request.path) {
        case .notFound: return .problem(.notFound(path: request.path, list: "GET /openapi.yaml"))
        case .methodNotAllowed(let allowed): return .methodNotAllowed(allowed)
        case .found(let route):
            let injection = route.point.map { faults.next(at: $0) } ?? .none
            // The delay of a create that is handled comes when its key is claimed.
            let isLater = route == .create && !injection.replacesTheAnswer
            if !isLater, injection.delay > 0 { try? await environment.sleep(seconds: injection.delay) }
            if let answer = await answer(to: injection.fault) { return answer }
            if injection.fault == .expireToken, let token = request.bearerToken {
                let now = environment.moment
                state.withLock { $0.expire(token, at: now) }
            }
            return Self.spoiled(await handle(request, route, delay: isLater ? injection.delay : 0), by: injection.fault)
        }
    }

    private func handle(_ request: ServiceRequest, _ route: APIRoute, delay: Double) async -> ServiceResponse {
        do {
            return try await respond(to: request, route: route, delay: delay)
        } catch let refusal as EarlyAnswer {
            return refusal.response
        } catch {
            return SandboxProblem.problem(500, "internal_error", "Internal error", "the sandbox failed")
        }
    }

    /// An answer that ends the handling of a request early.
    private struct EarlyAnswer: Error {
        var response: ServiceResponse
        init(_ response: ServiceResponse) { self.response = response }
    }

    private func respond(
        to request: ServiceRequest,
        route: APIRoute,
        delay: Double
    ) async throws -> ServiceResponse {
        switch route {
        case .health: return .json(["status": "ok"])
        case .ready: return .json(["status": "ready"])
        case .openAPI:
            return ServiceResponse(
                status: 200,
                headers: [.contentType: "application/yaml"],
                body: PackageResources.openapi_yaml
            )
        case .token: return try await token(request)
        case .create:
            let client = try authorize(request, for: route)
            return try await create(request, clientID: client, delay: delay)
        case .list:
            _ = try authorize(request, for: route)
            let records = state.withLock { $0.list(tag: request.queryValue("tag")) }
            return .json(["simulations": .array(records.map(\.status.json))])
        case .status(let id):
            _ = try authorize(request, for: route)
            guard let record = state.withLock({ $0.simulation(id) }) else {
                return SandboxProblem.notFound(simulation: id)
            }
            return .json(record.status.json)
        case .cancel(let id):
            _ = try authorize(request, for: route)
            return cancel(id)
        case .aggregate:
            _ = try authorize(request, for: route)
            return try await aggregate(request)
        }
    }

    // MARK: Who asks

    /// Checks bearer token, rate limit and scope.
    ///
    /// - Returns: the client's id.
    private func authorize(_ request: ServiceRequest, for route: APIRoute) throws(EarlyAnswer) -> String {
        let now = environment.moment
        guard let header = request.headers[.authorization] else {
            throw EarlyAnswer(SandboxProblem.invalidToken("no bearer token was sent", presented: false))
        }
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw EarlyAnswer(
                SandboxProblem.invalidToken("the Authorization header is not a bearer token", presented: false)
            )
        }
        let grant: SandboxState.GrantedToken
        do {
            grant = try state.withLock { try $0.grant(of: String(parts[1]), at: now) }
        } catch {
            let reason =
                (error as? SandboxState.TokenRefusal) == .expired ? "the token has expired" : "the token is unknown"
            throw EarlyAnswer(SandboxProblem.invalidToken(reason, presented: true))
        }
        try limitRate(clientID: grant.clientID, route)
        if let scope = route.operation?.scope, !grant.scopes.contains(scope) {
            throw EarlyAnswer(SandboxProblem.insufficientScope(scope))
        }
        return grant.clientID
    }

    private func limitRate(clientID: String, _ route: APIRoute) throws(EarlyAnswer) {
        guard let rate = configuration.rateLimit else { return }
        let now = environment.moment
        let wait = state.withLock { $0.take(from: "\(route.endpoint) \(clientID)", rate: rate, at: now) }
        if let wait { throw EarlyAnswer(SandboxProblem.rateLimited(seconds: wait)) }
    }

    // MARK: Tokens

    private func token(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await read(request)
        guard request.headers.isForm, let form = FormEncoding.decode(String(decoding: body, as: UTF8.self)) else {
            return TokenProblem.invalidRequest("send application/x-www-form-urlencoded").response
        }
        do {
            let asked = try TokenRequest(form: form, authorization: request.headers[.authorization])
            let client = try asked.client(among: configuration.clients)
            try limitRate(clientID: client.id, .token)
            let scopes = try asked.scopes(of: client)
            let token = "rbk_" + Identifiers.random(bytes: 32)
            let lifetime = configuration.tokenLifetime
            let now = environment.moment
            state.withLock {
                $0.grant(token, to: client.id, scopes: scopes, lifetime: lifetime / .seconds(1), at: now)
            }
            let answer = TokenAnswer(
                accessToken: token,
                expiresIn: Int(lifetime.components.seconds),
                scope: scopes.map(\.rawValue).joined(separator: " ")
            )
            return .json(answer.json, headers: [.cacheControl: "no-store"])
        } catch let problem as TokenProblem {
            return problem.response
        }
    }

    // MARK: Simulations

    private func create(
        _ request: ServiceRequest,
        clientID: String,
        delay: Double
    ) async throws -> ServiceResponse {
        let body = try await read(request)
        let json = try parse(body, of: request)
        // With its length in front, no client id can run over into the key of another client.
        let key = try idempotencyKey(of: request).map { "\(clientID.utf8.count)/\(clientID)/\($0)" }
        let now = environment.moment
        if let key {
            let hash = SHA256.hash(data: body).description
            switch state.withLock({ $0.claim(key, bodyHash: hash, at: now) }) {
            case .new: break
            case .replay(let status, let body): return Self.created(status, body)
            case .reused:
                return SandboxProblem.problem(
                    422,
                    "idempotency_key_reused",
                    "Idempotency key reused",
                    "the key was sent before with another body; use a new key for a new request"
                )
            case .inFlight:
                return SandboxProblem.problem(
                    409,
                    "idempotency_key_in_flight",
                    "Idempotency key in flight",
                    "a request with this key is still being handled; send it again in a moment"
                )
            }
        }
        if delay > 0 { try? await environment.sleep(seconds: delay) }
        let (status, body_, record) = create(json, at: delay > 0 ? environment.moment : now)
        if let key { state.withLock { $0.settle(key, status: status, body: body_, at: now) } }
        if let record { onCreate(record) }
        if status == 409 { return SandboxProblem.activeLimit(configuration.maxActive) }
        return Self.created(status, body_)
    }

    private func create(
        _ json: JSONValue,
        at now: SandboxState.Moment
    ) -> (status: Int, body: JSONValue, record: SimulationRecord?) {
        let request: SimulationRequest
        do {
            request = try SimulationRequest(json, maxConcurrent: configuration.maxConcurrent, seed: configuration.seed)
        } catch {
            let (status, body) = SandboxProblem.validation(error.list)
            return (status, body, nil)
        }
        guard let record = state.withLock({ $0.create(request, at: now) }) else { return (409, .null, nil) }
        return (201, CreateAnswer(id: record.id).json, record)
    }

    private static func created(_ status: Int, _ body: JSONValue) -> ServiceResponse {
        guard status == 201 else {
            return ServiceResponse(status: status, headers: [.contentType: Problem.mediaType], body: body.bytes)
        }
        return .json(
            body,
            status: status,
            headers: [.location: "\(Endpoint.simulations)/\(body["id"]?.string ?? "")"]
        )
    }

    private func cancel(_ id: String) -> ServiceResponse {
        let answer = state.withLock { state -> (isNew: Bool, status: SimulationStatus)? in
            state.update(id) { record in (record.advance(to: .cancelled), record.status) }
        }
        guard let answer else { return SandboxProblem.notFound(simulation: id) }
        guard answer.isNew else {
            return SandboxProblem.problem(
                409,
                "not_cancellable",
                "Not cancellable",
                "the simulation is already \(answer.status.stateWord); only queued and running ones can be cancelled"
            )
        }
        return .json(answer.status.json, status: 202)
    }

    private func aggregate(_ request: ServiceRequest) async throws -> ServiceResponse {
        let json = try parse(try await read(request), of: request)
        switch MetricsAggregation.check(json) {
        case .failure(let violations):
            let (status, body) = SandboxProblem.validation(violations.list)
            return Self.created(status, body)
        case .success(let id):
            guard state.withLock({ $0.simulation(id) }) != nil else { return SandboxProblem.notFound(simulation: id) }
            return .json(["simulationId": .string(id), "state": "accepted"], status: 202)
        }
    }

    // MARK: Bodies and keys

    private func read(_ request: ServiceRequest) async throws(EarlyAnswer) -> [UInt8] {
        do {
            return try await request.body(upTo: Self.maximumBody)
        } catch {
            switch error {
            case .tooLarge:
                throw EarlyAnswer(.problem(.bodyTooLarge("a body has at most 256 KiB")))
            case .incomplete:
                throw EarlyAnswer(.problem(.incompleteBody))
            }
        }
    }

    private func parse(_ body: [UInt8], of request: ServiceRequest) throws(EarlyAnswer) -> JSONValue {
        guard request.headers.isJSON, request.headers.isIdentityEncoded else {
            throw EarlyAnswer(.problem(.unsupportedMediaType))
        }
        do {
            return try JSONReader.read(body)
        } catch {
            throw EarlyAnswer(SandboxProblem.problem(400, "malformed_json", "Malformed JSON", "\(error)"))
        }
    }

    /// The key of `Idempotency-Key`, quoted as a structured field or bare; nil without one.
    private func idempotencyKey(of request: ServiceRequest) throws(EarlyAnswer) -> String? {
        let values = request.headers[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        let isQuoted = value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
        let key = isQuoted ? String(value.dropFirst().dropLast()) : value
        guard values.count == 1, (1...255).contains(key.utf8.count) else {
            throw EarlyAnswer(
                SandboxProblem.problem(
                    400,
                    "idempotency_key_invalid",
                    "Idempotency key invalid",
                    "send one Idempotency-Key of 1 to 255 characters"
                )
            )
        }
        return key
    }
}

extension HTTPField.Name {
    /// The key under which an answer is kept, so that a repeated request is not done twice.
    static let idempotencyKey: HTTPField.Name = {
        guard let name = HTTPField.Name("Idempotency-Key") else { preconditionFailure("a valid field name") }
        return name
    }()
}
