/// A step in the course of a call.
public enum CallPhase: UInt8, CaseIterable, Hashable, Sendable {
    /// The number is being dialled.
    case dialing
    /// The called line rings.
    case ringing
    /// A person has answered.
    case answered
    /// The person speaks with an agent.
    case connected
    /// The call has ended: after its conversation, or with an outcome other than an answer.
    case completed
    /// The call has ended: a person answered and no agent came in time.
    case abandoned

    /// Whether the call has ended with this step.
    public var isFinal: Bool { self == .completed || self == .abandoned }
}
