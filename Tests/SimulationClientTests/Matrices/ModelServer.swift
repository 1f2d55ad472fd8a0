import ExactJSON
import HTTPExchange
import SimulationAPI
import SimulationClient
import Synchronization

/// A server in a few lines: it counts what it creates, and its first create meets with an accident.
final class ModelServer: Sendable {
    /// What the server offers against creating twice.
    enum Kind: CaseIterable, Sendable {
        case honoursKeys, listsByTag, neither
    }

    /// Where in the first exchange the accident happens.
    enum Cut: CaseIterable, Sendable {
        case connecting, halfSent, beforeHandling, beforeHead, inBody, afterAnswer
    }

    /// Whose accident it is.
    enum Agent: CaseIterable, Sendable {
        /// The caller's task is cancelled.
        case client
        /// The connection breaks; both sides live on.
        case network
        /// The server dies, is away for the next connection, and comes back with what it had stored.
        case server
    }

    private struct State {
        var hasHadAccident = false
        var refusals = 0
        /// The creates that were handled, by id.
        var created: [(id: String, key: String?)] = []
        /// A request that arrived and that the server handles although its client has gone.
        var pending: OutgoingRequest?
    }
    private let kind: Kind
    private let cut: Cut
    private let agent: Agent
    private let state = Mutex(State())

    init(_ kind: Kind, _ cut: Cut, _ agent: Agent) { (self.kind, self.cut, self.agent) = (kind, cut, agent) }

    /// What the client is told of the server.
    var capabilities: Capabilities {
        var capabilities = Capabilities()
        (capabilities.idempotencyKeys, capabilities.listByTag) = (kind == .honoursKeys, kind == .listsByTag)
        return capabilities
    }

    /// How many simulations were made, those of a request that is still being handled included.
    var creations: Int {
        state.withLock { state in
            finish(&state)
            return state.created.count
        }
    }

    func answer(_ request: OutgoingRequest) throws(TransportError) -> IncomingResponse {
        if request.isToken { return .token() }
        let result = state.withLock { state -> Result<IncomingResponse, TransportError> in
            guard request.method == .post, !state.hasHadAccident else { return later(request, &state) }
            state.hasHadAccident = true
            if agent == .client { withUnsafeCurrentTask { $0?.cancel() } }
            if agent == .server { state.refusals = 1 }
            return accident(request, &state)
        }
        return try result.get()
    }

    private func accident(
        _ request: OutgoingRequest,
        _ state: inout State
    ) -> Result<IncomingResponse, TransportError> {
        let code: TransportError.Code = agent == .client ? .cancelled : .unknown
        switch cut {
        case .connecting: return .failure(TransportError(.notSent, "refused"))
        case .halfSent: return .failure(TransportError(code, "cut while sending"))
        case .beforeHandling:
            if agent != .server { state.pending = request }
            return .failure(TransportError(code, "cut before it was handled"))
        case .beforeHead, .inBody:
            _ = handle(request, &state)
            return .failure(TransportError(code, "cut in the answer"))
        case .afterAnswer: return .success(handle(request, &state))
        }
    }

    private func later(
        _ request: OutgoingRequest,
        _ state: inout State
    ) -> Result<IncomingResponse, TransportError> {
        if state.refusals > 0 {
            state.refusals -= 1
            return .failure(TransportError(.notSent, "refused"))
        }
        guard request.method == .get else { return .success(handle(request, &state)) }
        guard kind == .listsByTag else { return .success(IncomingResponse(status: 404)) }
        let listed = state.created.map { JSONValue.status("running", id: $0.id, tag: "t:run-1") }
        // What is pending gets handled after this look: the client must look again.
        finish(&state)
        return .success(.json(200, ["simulations": .array(listed)]))
    }

    private func handle(_ request: OutgoingRequest, _ state: inout State) -> IncomingResponse {
        let key = request.headers["Idempotency-Key"]
        if kind == .honoursKeys {
            if state.pending != nil {
                finish(&state)
                return .problem(409, "idempotency_key_in_flight")
            }
            if let known = state.created.first(where: { $0.key == key }) { return .created(known.id) }
        }
        state.created.append((id: "sim-\(state.created.count + 1)", key: key))
        return .created(state.created[state.created.count - 1].id)
    }

    private func finish(_ state: inout State) {
        guard let pending = state.pending else { return }
        state.pending = nil
        _ = handle(pending, &state)
    }
}
