import DialerEngine
import SimulationAPI

/// What the sandbox knows of one simulation.
struct SimulationRecord: Sendable {
    let id: String
    /// The how-manieth simulation of this sandbox it is, from 1; part of the random stream's key.
    let ordinal: Int
    let payload: SimulationPayload
    let createdAt: Timestamp
    /// How its webhooks stand.
    let deliveries: DeliveryLedger
    private(set) var state = SimulationState.queued
    var callsAttempted = 0
    var callsCompleted = 0
    var outcomes: [CallOutcome: Int] = [:]
    var peakConcurrency = 0

    init(
        id: String,
        ordinal: Int,
        payload: SimulationPayload,
        createdAt: Timestamp,
        deliveries: DeliveryLedger = DeliveryLedger()
    ) {
        self.id = id
        self.ordinal = ordinal
        self.payload = payload
        self.createdAt = createdAt
        self.deliveries = deliveries
    }

    /// Goes to the next state where that is legal; an ended simulation stays as it ended.
    @discardableResult
    mutating func advance(to next: SimulationState) -> Bool {
        guard next != state, next.canFollow(state) else { return false }
        state = next
        return true
    }

    /// Counts an event of the engine.
    mutating func count(_ event: CallEvent, of traffic: CallTraffic) {
        callsAttempted = traffic.callsAttempted
        peakConcurrency = traffic.peakConcurrency
        guard event.phase.isFinal else { return }
        if event.phase == .completed { callsCompleted += 1 }
        if let outcome = event.outcome { outcomes[CallOutcome(outcome), default: 0] += 1 }
    }

    /// The answer to a question after the simulation.
    var status: SimulationStatus {
        SimulationStatus(
            id: id,
            state: state,
            callsAttempted: callsAttempted,
            callsCompleted: callsCompleted,
            complianceBypassed: payload.complianceBypass,
            tag: payload.tag,
            createdAt: createdAt,
            outcomes: outcomes,
            peakConcurrency: peakConcurrency,
            webhooks: deliveries.counts
        )
    }
}

extension CallOutcome {
    /// The word of the wire for what the engine drew.
    init(_ outcome: AttemptOutcome) {
        self =
            switch outcome {
            case .dialTone: .dialTone
            case .busySignal: .busy
            case .noAnswer: .noAnswer
            case .answer: .answered
            case .voicemail: .voicemail
            }
    }
}

extension CallState {
    /// The word of the wire for a phase of the engine.
    init(_ phase: CallPhase) {
        self =
            switch phase {
            case .dialing: .dialing
            case .ringing: .ringing
            case .answered: .answered
            case .connected: .connected
            case .completed: .completed
            case .abandoned: .abandoned
            }
    }
}
