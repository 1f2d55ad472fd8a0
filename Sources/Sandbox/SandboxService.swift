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

    /// `onCreate` starts the engine of a new simulation.
    init(
        _ configuration: SandboxConfiguration,
        faults: FaultInjector = FaultInjector(nil),
        environment: SandboxEnvironment = SandboxEnvironment(),
        onCreate: @escaping @Sendable (SimulationRecord) -> Void
    ) {
        self.configuration = configuration
        self.environment = environment
        self.faults = faults
        self.onCreate = onCreate
        state = Mutex(SandboxState(seed: configuration.seed, maxActive: configuration.maxActive))
    }

    func update<Result: Sendable>(_ id: String, _ change: (inout SimulationRecord) -> Result) -> Result? {
        state.withLock { $0.update(id, change) }
    }

    func respond(to request: ServiceRequest) async -> ServiceResponse {
        switch APIRoute.match(request.method, request.path) {
        case .notFound: return .problem(.notFound(path: request.path, list: "GET /openapi.yaml"))
        case .methodNotAllowed(let allowed): return .methodNotAllowed(allowed)
        case .found(let route):
            let injection = route.point.map { faults.next(at: $0) } ?? Injection()
            // The delay of a create that is handled comes when its key is claimed.
            let isLater = injection.delay > 0 && route == .operation(.create, id: "") && !injection.replacesTheAnswer
            if !isLater { await delay(injection.delay) }
            if let answer = await answer(to: injection.fault) { return answer }
            if injection.fault == .expireToken, let token = request.bearerToken {
                let now = environment.moment
                state.withLock { $0.expire(token, at: now) }
            }
            let answer: ServiceResponse
            do { answer = try await handle(request, route, delay: isLater ? injection.delay : 0) } catch {
                answer = error.response
            }
            return Self.spoiled(answer, by: injection.fault)
        }
    }

    private func delay(_ seconds: Double) async {
        if seconds > 0 { try? await environment.sleep(seconds: seconds) }
    }

    private func handle(
        _ request: ServiceRequest,
        _ route: APIRoute,
        delay: Double
    ) async throws(SandboxProblem) -> ServiceResponse {
        switch route {
        case .health: return .json(["status": "ok"])
        case .ready: return .json(["status": "ready"])
        case .openAPI:
            let yaml = PackageResources.openapi_yaml
            return ServiceResponse(status: 200, headers: [.contentType: "application/yaml"], body: yaml)
        case .token: return try await token(request)
        case .operation(let operation, let id):
            let client = try authorize(request, for: operation)
            switch operation {
            case .create: return try await create(request, clientID: client, delay: delay)
            case .list:
                let records = state.withLock { $0.list(tag: request.queryValue("tag")) }
                return .json(["simulations": .array(records.map(\.status.json))])
            case .status: return .json(try simulation(id).status.json)
            case .cancel: return try cancel(id)
            case .aggregate: return try await aggregate(request)
            }
        }
    }

    private func simulation(_ id: String) throws(SandboxProblem) -> SimulationRecord {
        guard let record = state.withLock({ $0.simulation(id) }) else { throw .notFound(simulation: id) }
        return record
    }

    // MARK: Clients and tokens

    /// Checks bearer token, rate limit and scope.
    ///
    /// - Returns: the client's id.
    private func authorize(_ request: ServiceRequest, for operation: APIOperation) throws(SandboxProblem) -> String {
        let now = environment.moment
        guard let token = request.bearerToken else {
            let isMissing = request.headers[.authorization] == nil
            let reason = isMissing ? "no bearer token was sent" : "the Authorization header is not a bearer token"
            throw .invalidToken(reason, presented: false)
        }
        let grant = try state.withLock { (state) throws(SandboxProblem) in try state.grant(of: token, at: now) }
        try limitRate(clientID: grant.clientID, operation.rawValue)
        guard grant.scopes.contains(operation.scope) else { throw .insufficientScope(operation.scope) }
        return grant.clientID
    }

    private func limitRate(clientID: String, _ endpoint: String) throws(SandboxProblem) {
        guard let rate = configuration.rateLimit else { return }
        let now = environment.moment
        let wait = state.withLock { $0.take(from: "\(endpoint) \(clientID)", rate: rate, at: now) }
        if let wait { throw .rateLimited(seconds: wait) }
    }

    private func token(_ request: ServiceRequest) async throws(SandboxProblem) -> ServiceResponse {
        let body = try await read(request)
        guard request.headers.isForm, let form = FormEncoding.decode(String(decoding: body, as: UTF8.self)) else {
            throw .token("send application/x-www-form-urlencoded")
        }
        let asked = try TokenRequest(form: form, authorization: request.headers[.authorization])
        let client = try asked.client(among: configuration.clients)
        try limitRate(clientID: client.id, "token")
        let scopes = try asked.scopes(of: client)
        let token = "rbk_" + Identifiers.random(bytes: 32)
        let lifetime = configuration.tokenLifetime
        let now = environment.moment
        state.withLock { $0.grant(token, to: client.id, scopes: scopes, lifetime: lifetime / .seconds(1), at: now) }
        let answer = TokenAnswer(
            accessToken: token,
            expiresIn: Int(lifetime.components.seconds),
            scope: scopes.map(\.rawValue).joined(separator: " ")
        )
        return .json(answer.json, headers: [.cacheControl: "no-store"])
    }

    // MARK: Simulations

    private func create(
        _ request: ServiceRequest,
        clientID: String,
        delay: Double
    ) async throws(SandboxProblem) -> ServiceResponse {
        let body = try await read(request)
        let json = try parse(body, of: request)
        // With its length in front, no client id can run over into the key of another client.
        let key = try idempotencyKey(of: request).map { "\(clientID.utf8.count)/\(clientID)/\($0)" }
        let now = environment.moment
        if let key {
            let hash = SHA256.hash(data: body).description
            switch state.withLock({ $0.claim(key, bodyHash: hash, at: now) }) {
            case .new: break
            case .replay(let answer): return answer
            case .reused:
                let detail = "the key was sent before with another body; use a new key for a new request"
                throw SandboxProblem(422, "idempotency_key_reused", detail)
            case .inFlight:
                let detail = "a request with this key is still being handled; send it again in a moment"
                throw SandboxProblem(409, "idempotency_key_in_flight", detail)
            }
        }
        await self.delay(delay)
        let answer: ServiceResponse
        var record: SimulationRecord?
        do {
            let new = try create(json, at: delay > 0 ? environment.moment : now)
            record = new
            let location = "\(Endpoint.simulations)/\(new.id)"
            answer = .json(CreateAnswer(id: new.id).json, status: 201, headers: [.location: location])
        } catch { answer = error.response }
        if let key { state.withLock { $0.settle(key, answer, at: now) } }
        if let record { onCreate(record) }
        return answer
    }

    private func create(_ json: JSONValue, at now: SandboxState.Moment) throws(SandboxProblem) -> SimulationRecord {
        let request: SimulationRequest
        do {
            request = try SimulationRequest(json, maxConcurrent: configuration.maxConcurrent, seed: configuration.seed)
        } catch { throw .validation(error) }
        if let record = state.withLock({ $0.create(request, at: now) }) { return record }
        throw SandboxProblem(
            409,
            "active_simulation_limit",
            title: "Too many active simulations",
            "the organisation already has \(configuration.maxActive) active simulations; wait for one to end, or cancel one"
        )
    }

    private func cancel(_ id: String) throws(SandboxProblem) -> ServiceResponse {
        let answer = state.withLock { state in
            state.update(id) { record in (isNew: record.advance(to: .cancelled), status: record.status) }
        }
        guard let answer else { throw .notFound(simulation: id) }
        if answer.isNew { return .json(answer.status.json, status: 202) }
        let state = answer.status.stateWord
        let detail = "the simulation is already \(state); only queued and running ones can be cancelled"
        throw SandboxProblem(409, "not_cancellable", detail)
    }

    private func aggregate(_ request: ServiceRequest) async throws(SandboxProblem) -> ServiceResponse {
        let id: String
        let json = try parse(try await read(request), of: request)
        do { id = try MetricsAggregation.check(json).get() } catch { throw .validation(error) }
        _ = try simulation(id)
        return .json(["simulationId": .string(id), "state": "accepted"], status: 202)
    }

    // MARK: Bodies and keys

    private func read(_ request: ServiceRequest) async throws(SandboxProblem) -> [UInt8] {
        do {
            return try await request.body(upTo: Self.maximumBody)
        } catch {
            switch error {
            case .tooLarge: throw SandboxProblem(.bodyTooLarge("a body has at most 256 KiB"))
            case .incomplete: throw SandboxProblem(.incompleteBody)
            }
        }
    }

    private func parse(_ body: [UInt8], of request: ServiceRequest) throws(SandboxProblem) -> JSONValue {
        guard request.headers.isJSON, request.headers.isIdentityEncoded else {
            throw SandboxProblem(.unsupportedMediaType)
        }
        do { return try JSONReader.read(body) } catch {
            throw SandboxProblem(400, "malformed_json", title: "Malformed JSON", "\(error)")
        }
    }

    /// The key of `Idempotency-Key`, quoted as a structured field or bare; nil without one.
    private func idempotencyKey(of request: ServiceRequest) throws(SandboxProblem) -> String? {
        let values = request.headers[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        let isQuoted = value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
        let key = isQuoted ? String(value.dropFirst().dropLast()) : value
        guard values.count == 1, (1...255).contains(key.utf8.count) else {
            throw SandboxProblem(400, "idempotency_key_invalid", "send one Idempotency-Key of 1 to 255 characters")
        }
        return key
    }
}
