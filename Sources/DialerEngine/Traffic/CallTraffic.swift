internal import DiscreteEvents

/// Calls without a contact centre: virtual agents never run short.
///
/// At time 0 as many calls are dialled as may run at a time; whenever one ends the next is dialled at the same instant,
/// until all have been placed. A call runs from dialling to its final event:
///
/// | Outcome | Course |
/// |---|---|
/// | dial tone, busy signal | dialing → completed |
/// | no answer, voicemail | dialing → ringing → completed |
/// | answer | dialing → ringing → answered → connected → completed |
///
/// Every random number belongs to its attempt (``DrawPurpose``), so the outcome and the durations of an attempt do not
/// depend on how many run at a time. Memory is proportional to the concurrency limit, not to the number of calls.
public struct CallTraffic: Sequence, IteratorProtocol, Sendable {
    private struct Step {
        var attempt: UInt64
        var phase: CallPhase
        var outcome: AttemptOutcome?
        var startedAt: Double
    }

    /// The configuration of the traffic.
    public let configuration: Configuration
    private let stream: RandomStream
    private var queue: EventQueue<Step>
    private var callsScheduled = 0

    /// Creates the traffic of a configuration.
    ///
    /// - Parameter configuration: A concurrency limit of at least 1 and a number of calls that is not negative
    ///   (preconditions).
    public init(_ configuration: Configuration) {
        precondition(configuration.concurrencyLimit >= 1, "the concurrency limit is at least 1")
        precondition(configuration.maxCalls >= 0, "the number of calls is not negative")
        self.configuration = configuration
        stream = RandomStream(seed: configuration.seed, replication: configuration.replication)
        let first = Swift.min(configuration.concurrencyLimit, configuration.maxCalls)
        queue = EventQueue(capacity: first)
        for _ in 0..<first { dialNext(at: 0) }
    }

    /// Advances to the next event.
    ///
    /// Events come in the order of virtual time, those of one instant in the order in which they were scheduled.
    ///
    /// - Returns: The event, `nil` when every call has ended.
    public mutating func next() -> CallEvent? {
        guard let (time, step) = queue.pop() else { return nil }
        var outcome = step.outcome
        switch step.phase {
        case .dialing:
            resolve(step, at: time)
            outcome = nil
        case .ringing:
            ring(step, at: time)
            outcome = nil
        case .answered:
            push(.connected, after: step, at: time)
        case .connected:
            let talk = duration(configuration.timing.talk, of: step.attempt, for: .talk)
            push(.completed, after: step, at: time + talk)
        case .completed, .abandoned:
            dialNext(at: time)
        }
        return CallEvent(
            attempt: step.attempt,
            phase: step.phase,
            outcome: outcome,
            time: time,
            startedAt: step.startedAt
        )
    }

    private mutating func dialNext(at time: Double) {
        guard callsScheduled < configuration.maxCalls else { return }
        queue.push(Step(attempt: UInt64(callsScheduled), phase: .dialing, outcome: nil, startedAt: time), at: time)
        callsScheduled += 1
    }

    /// Draws the outcome of a dialled attempt and schedules its ringing, or its end without ringing.
    private mutating func resolve(_ step: Step, at time: Double) {
        var draws = draws(of: step.attempt, for: .outcome)
        let outcome = configuration.outcomeProbabilities.outcome(at: draws.uniform())
        var step = step
        step.outcome = outcome
        if outcome.rings {
            let setup = duration(configuration.timing.setup, of: step.attempt, for: .setup)
            push(.ringing, after: step, at: time + setup)
        } else {
            let own = duration(configuration.timing.resolution(of: outcome), of: step.attempt, for: .ringing)
            push(.completed, after: step, at: time + own)
        }
    }

    private mutating func ring(_ step: Step, at time: Double) {
        guard let outcome = step.outcome else { return }
        let ringing = duration(configuration.timing.resolution(of: outcome), of: step.attempt, for: .ringing)
        push(outcome == .answered ? .answered : .completed, after: step, at: time + ringing)
    }

    private mutating func push(_ phase: CallPhase, after step: Step, at time: Double) {
        var next = step
        next.phase = phase
        queue.push(next, at: time)
    }

    private func draws(of attempt: UInt64, for purpose: DrawPurpose) -> RandomDraws {
        stream.draws(index: attempt, purpose: purpose.rawValue)
    }

    private func duration(_ distribution: Distribution, of attempt: UInt64, for purpose: DrawPurpose) -> Double {
        var draws = draws(of: attempt, for: purpose)
        return Swift.max(0, distribution.sample(&draws))
    }
}
