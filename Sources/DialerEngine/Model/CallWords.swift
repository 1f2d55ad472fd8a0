/// The outcome of a call attempt, in the words of the simulation API.
public enum AttemptOutcome: UInt8, BitwiseCopyable, CaseIterable, Hashable, Sendable {
    /// The line gave a dial tone and the call went nowhere.
    case dialTone
    /// The called line was busy.
    case busy
    /// It rang and nobody answered.
    case noAnswer
    /// A person answered.
    case answered
    /// A voicemail took the call.
    case voicemail

    /// Whether the call rings before it ends or is answered.
    public var rings: Bool {
        switch self {
        case .dialTone, .busy: false
        case .noAnswer, .answered, .voicemail: true
        }
    }
}

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
