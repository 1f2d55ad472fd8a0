package import DiscreteEvents

/// The time in seconds from dialling to each outcome.
package struct RingingTimes: Hashable, Sendable {
    /// Until the dial tone of a line that leads nowhere.
    package var dialTone: Distribution
    /// Until the busy signal.
    package var busySignal: Distribution
    /// Until the dialer gives up.
    package var noAnswer: Distribution
    /// Until a person answers.
    package var answer: Distribution
    /// Until a machine answers.
    package var voicemail: Distribution

    /// Creates times that are the same for all outcomes.
    package init(_ all: Distribution) {
        dialTone = all
        busySignal = all
        noAnswer = all
        answer = all
        voicemail = all
    }

    /// The time to an outcome.
    package subscript(outcome: AttemptOutcome) -> Distribution {
        switch outcome {
        case .dialTone: dialTone
        case .busySignal: busySignal
        case .noAnswer: noAnswer
        case .answer: answer
        case .voicemail: voicemail
        }
    }
}
