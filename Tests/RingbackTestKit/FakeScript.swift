import ExactJSON
package import SimulationAPI

/// The answers of a ``FakeAPI`` for each operation; the last answer of a list repeats.
package struct FakeScript: Sendable {
    /// To requests for tokens.
    package var token: [FakeAnswer] = [.normal]
    /// To creates.
    package var create: [FakeAnswer] = [.normal]
    /// To requests for the status of a simulation.
    package var status: [FakeAnswer] = [.state("running"), .state("completed")]
    /// To requests for the simulations with a tag.
    package var list: [FakeAnswer] = [.normal]
    /// To cancels; from the first normal answer on, the simulation is `cancelled`.
    package var cancel: [FakeAnswer] = [.normal]
    /// To aggregations.
    package var aggregate: [FakeAnswer] = [.normal]
    /// The webhooks, which are sent before the first terminal state.
    package var webhooks = FakeWebhooks()
    /// Whether statuses say that compliance was bypassed.
    package var bypassed = true

    /// A well-behaved API.
    package init() {}

    /// A well-behaved API with a change.
    package init(_ change: (inout FakeScript) -> Void) {
        self.init()
        change(&self)
    }

    func answers(_ operation: FakeOperation) -> [FakeAnswer] {
        switch operation {
        case .token: token
        case .create: create
        case .status: status
        case .list: list
        case .cancel: cancel
        case .aggregate: aggregate
        case .other: [.raw(404, body: "")]
        }
    }
}

/// One operation of the API.
package enum FakeOperation: String, Sendable, CaseIterable {
    case token, create, status, list, cancel, aggregate, other

    init(method: String, path: String) {
        switch (method, path) {
        case ("POST", Endpoint.token): self = .token
        case ("POST", Endpoint.simulations): self = .create
        case ("GET", Endpoint.simulations): self = .list
        case ("POST", Endpoint.aggregations): self = .aggregate
        case ("GET", let path) where path.hasPrefix(Endpoint.simulations + "/"): self = .status
        case ("POST", let path) where path.hasSuffix("/cancel"): self = .cancel
        default: self = .other
        }
    }
}

/// One answer.
package enum FakeAnswer: Sendable {
    /// Success; for a status, `completed`.
    case normal
    /// A status with this word; before a terminal one the webhooks are sent.
    case state(String, errors: [SimulationStatus.RemoteError] = [])
    /// A problem with its code.
    case problem(Int, String, String, headers: [String: String] = [:], violations: [Violation] = [])
    /// Any answer at all.
    case raw(Int, headers: [String: String] = [:], body: String)
    /// The request takes effect; then the connection ends without an answer.
    case closeAfterCommit
    /// The request takes effect; then the connection is reset.
    case resetAfterCommit
    /// No answer, and the connection stays open.
    case hang
    /// The request takes effect; then no answer, and the connection stays open.
    case hangAfterCommit

    /// 409: the limit of active simulations is reached.
    package static func noSlot(retryAfter: Int?) -> FakeAnswer {
        .problem(
            409,
            "active_simulation_limit",
            "the organisation already has 5 active simulations",
            headers: retryAfter.map { ["Retry-After": "\($0)"] } ?? [:]
        )
    }

    /// Whether the request takes effect.
    var commits: Bool {
        switch self {
        case .normal, .closeAfterCommit, .resetAfterCommit, .hangAfterCommit: true
        default: false
        }
    }
}

/// What is sent to the payload's `webhookUrl`.
package struct FakeWebhooks: Sendable {
    /// Calls whose final event is never sent.
    package var lostCalls = 0
    /// Deliveries that are sent a second time under the same id.
    package var duplicates = 0
    /// Calls with an event that arrives after the final one.
    package var lateEvents = 0
    /// Events of a simulation that is not the run's.
    package var foreign = 0
    /// Calls that ring after they have ended.
    package var illegalCalls = 0
    /// Deliveries with a signature that matches nothing, sent besides.
    package var badSignatures = 0
    /// The outcome of every call; `nil` for the injected distribution.
    package var outcome: CallOutcome?
    /// The key that deliveries are signed with (`whsec_…`); `nil` sends them unsigned.
    package var secret: String?

    /// Every event once and in order.
    package init() {}

    /// One delivery.
    struct Delivery: Sendable {
        var id: String
        var event: SimulationEvent
        var isForged = false
    }

    /// The deliveries of a simulation, in the order in which they are sent.
    func deliveries(of payload: SimulationPayload, simulationID: String) -> [Delivery] {
        let outcomes = outcome.map { Array(repeating: $0, count: payload.maxCalls) } ?? Self.outcomes(of: payload)
        var events: [SimulationEvent] = []
        for (index, outcome) in outcomes.enumerated() {
            events += self.events(call: index, count: outcomes.count, outcome, simulationID)
        }
        for index in 0..<min(lateEvents, outcomes.count) {
            events.append(Self.event(simulationID, index, .dialing, at: 1, nil))
        }
        for index in 0..<foreign { events.append(Self.event("sim-of-another-run", index, .dialing, at: 0, nil)) }
        let sent = events.enumerated().map { Delivery(id: "msg_\($0.offset)", event: $0.element) }
        let forged = sent.prefix(badSignatures).map { Delivery(id: $0.id + "_forged", event: $0.event, isForged: true) }
        return sent + sent.prefix(duplicates) + forged
    }

    private func events(
        call index: Int,
        count: Int,
        _ outcome: CallOutcome,
        _ simulationID: String
    ) -> [SimulationEvent] {
        let states: [CallState] =
            switch outcome {
            case .dialTone, .busy: [.dialing]
            case .noAnswer, .voicemail: [.dialing, .ringing]
            case .answered: [.dialing, .ringing, .answered, .connected]
            }
        var events = states.enumerated().map { offset, state in
            Self.event(simulationID, index, state, at: Int64(offset) * 100, state.rank >= 2 ? outcome : nil)
        }
        if index < illegalCalls { events.append(Self.event(simulationID, index, .ringing, at: 950, nil)) }
        if index < count - lostCalls {
            events.append(Self.event(simulationID, index, .completed, at: 900, outcome))
        }
        return events
    }

    /// The calls come one after the other, one a second.
    private static func event(
        _ simulationID: String,
        _ call: Int,
        _ state: CallState,
        at offset: Int64,
        _ outcome: CallOutcome?
    ) -> SimulationEvent {
        let time = Timestamp(milliseconds: 1_800_000_000_000 + Int64(call) * 1000 + offset)
        return SimulationEvent(
            simulationID: simulationID,
            callID: "call-\(call)",
            state: state,
            timestamp: time,
            outcome: outcome,
            durationMs: offset
        )
    }

    /// Whole calls in the injected distribution, rounded by largest remainder.
    static func outcomes(of payload: SimulationPayload) -> [CallOutcome] {
        let shares = CallOutcome.allCases.map {
            payload.outcomes.probability(of: $0).doubleValue * Double(payload.maxCalls)
        }
        var counts = shares.map { Int($0) }
        let order = shares.indices.sorted { shares[$0] - Double(counts[$0]) > shares[$1] - Double(counts[$1]) }
        for index in order.prefix(max(0, payload.maxCalls - counts.reduce(0, +))) { counts[index] += 1 }
        return zip(CallOutcome.allCases, counts).flatMap { Array(repeating: $0, count: $1) }
    }
}
