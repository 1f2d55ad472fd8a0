/// The outcome of a call attempt.
public enum AttemptOutcome: UInt8, BitwiseCopyable, CaseIterable, Hashable, Sendable {
    /// The line gave a dial tone and the call went nowhere.
    case dialTone
    /// The called line was busy.
    case busySignal
    /// It rang and nobody answered.
    case noAnswer
    /// A person answered.
    case answer
    /// A voicemail took the call.
    case voicemail

    /// Whether the call rings before it ends or is answered.
    public var rings: Bool {
        switch self {
        case .dialTone, .busySignal: false
        case .noAnswer, .answer, .voicemail: true
        }
    }
}
