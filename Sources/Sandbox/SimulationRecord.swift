import DialerEngine
import ExactJSON
import ScenarioFile
import SimulationAPI

/// What the sandbox knows of one simulation.
struct SimulationRecord: Sendable {
    let id: String
    /// Position in the sandbox's order of creation, from 1; part of the random stream's key.
    let ordinal: Int
    let request: SimulationRequest
    let createdAt: Timestamp
    /// How its webhooks stand.
    let deliveries: DeliveryLedger
    private(set) var state = SimulationState.queued
    var callsAttempted = 0
    var callsCompleted = 0
    var outcomes: [CallOutcome: Int] = [:]
    var peakConcurrency = 0
    /// What kept agents idle, once the last call has ended.
    var idleCauses: IdleCauses?
    private(set) var errors: [SimulationStatus.RemoteError] = []
    private var callsUp = 0

    var payload: SimulationPayload { request.payload }

    init(
        id: String,
        ordinal: Int,
        request: SimulationRequest,
        createdAt: Timestamp,
        deliveries: DeliveryLedger = DeliveryLedger()
    ) {
        self.id = id
        self.ordinal = ordinal
        self.request = request
        self.createdAt = createdAt
        self.deliveries = deliveries
    }

    /// Goes to the next state if that is legal; an ended simulation keeps its state.
    @discardableResult
    mutating func advance(to next: SimulationState) -> Bool {
        guard next != state, next.canFollow(state) else { return false }
        state = next
        return true
    }

    /// Ends with a failure, unless it has ended before.
    mutating func fail(_ code: String, _ message: String) {
        guard advance(to: .failed) else { return }
        errors.append(SimulationStatus.RemoteError(code: code, message: message))
    }

    mutating func count(_ event: CallEvent) {
        if event.phase == .dialing {
            callsAttempted += 1
            callsUp += 1
            peakConcurrency = max(peakConcurrency, callsUp)
        }
        guard event.phase.isFinal else { return }
        callsUp -= 1
        if event.phase == .completed { callsCompleted += 1 }
        if let outcome = event.outcome { outcomes[CallOutcome(outcome), default: 0] += 1 }
    }

    /// The status as the API shows it.
    var status: SimulationStatus {
        var status = SimulationStatus(
            id: id,
            state: state,
            callsAttempted: callsAttempted,
            callsCompleted: callsCompleted,
            complianceBypassed: payload.complianceBypass
        )
        (status.errors, status.tag, status.createdAt) = (errors, payload.tag, createdAt)
        (status.outcomes, status.peakConcurrency) = (outcomes, peakConcurrency)
        status.webhooks = deliveries.counts
        if let idleCauses, idleCauses.total > 0 {
            let limits = PacingLimit.allCases.filter { idleCauses[$0] > 0 }
            let shares = limits.map { ($0.rawValue, idleCauses[$0] / idleCauses.total) }
            status.bound = Dictionary(uniqueKeysWithValues: shares)
        }
        return status
    }
}
