/// What a dialled call came to.
public enum CallOutcome: String, CaseIterable, Hashable, Sendable {
    case dialTone = "dial-tone"
    case busy
    case noAnswer = "no-answer"
    case answered
    case voicemail

    /// Whether a call of this outcome can be connected to an agent or abandoned.
    ///
    /// A machine that answering-machine detection took for a person is connected and keeps the outcome `voicemail`.
    public var canReachAgent: Bool { self == .answered || self == .voicemail }
}
