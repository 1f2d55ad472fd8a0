/// A step of one call at a moment of virtual time.
public struct CallEvent: Hashable, Sendable {
    /// The index of the attempt, from 0 in order of dialling.
    public var attempt: UInt64
    /// The step that the call has reached.
    public var phase: CallPhase
    /// The outcome once it is known: from ``CallPhase/answered`` on, for other calls at ``CallPhase/completed``.
    public var outcome: AttemptOutcome?
    /// The moment of the step, in virtual seconds since the start.
    public var time: Double
    /// The moment at which the attempt was dialled, in virtual seconds since the start.
    public var startedAt: Double

    /// The virtual seconds since the attempt was dialled.
    public var elapsed: Double { time - startedAt }
}
