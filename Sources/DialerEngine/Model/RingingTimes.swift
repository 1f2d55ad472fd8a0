public import DiscreteEvents

/// The time in seconds from dialling to each outcome.
public struct RingingTimes: Hashable, Sendable {
    /// Until the dial tone of a line that leads nowhere.
    public var dialTone: Distribution
    /// Until the busy signal.
    public var busySignal: Distribution
    /// Until the dialer gives up.
    public var noAnswer: Distribution
    /// Until a person answers.
    public var answer: Distribution
    /// Until a machine answers.
    public var voicemail: Distribution

    /// Creates times that are the same for all outcomes.
    public init(_ all: Distribution) {
        dialTone = all
        busySignal = all
        noAnswer = all
        answer = all
        voicemail = all
    }

    /// The time to an outcome.
    public subscript(outcome: AttemptOutcome) -> Distribution {
        switch outcome {
        case .dialTone: dialTone
        case .busySignal: busySignal
        case .noAnswer: noAnswer
        case .answer: answer
        case .voicemail: voicemail
        }
    }
}
