/// A step of one call at a moment of virtual time.
package struct CallEvent: Hashable, Sendable {
    /// The index of the attempt, from 0 in order of dialling.
    package var attempt: UInt64
    /// The step that the call has reached.
    package var phase: CallPhase
    /// The outcome once it is known: from ``CallPhase/answered`` on, for other calls at ``CallPhase/completed``.
    package var outcome: AttemptOutcome?
    /// The moment of the step, in virtual seconds since the start.
    package var time: Double
    /// The moment at which the attempt was dialled, in virtual seconds since the start.
    package var startedAt: Double

    /// Creates an event.
    package init(attempt: UInt64, phase: CallPhase, outcome: AttemptOutcome?, time: Double, startedAt: Double) {
        self.attempt = attempt
        self.phase = phase
        self.outcome = outcome
        self.time = time
        self.startedAt = startedAt
    }

    /// The virtual seconds since the attempt was dialled.
    package var elapsed: Double { time - startedAt }
}
