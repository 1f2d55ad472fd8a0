public import DiscreteEvents

/// How long the parts of a call take, in seconds.
///
/// No law of ringing times has been published; the defaults are illustrative. A negative value drawn from a
/// distribution with a negative shift counts as 0.
public struct CallTiming: Hashable, Sendable {
    /// From dialling to ringing, for calls that ring.
    public var setup = Distribution.constant(1)
    /// From dialling to the end of a call that meets a dial tone.
    public var dialTone = Distribution(.uniform(min: 1, max: 3))
    /// From dialling to the end of a call that meets a busy line.
    public var busySignal = Distribution(.uniform(min: 2, max: 4))
    /// From ringing to giving up when nobody answers, the dial timeout.
    ///
    /// US law asks for at least 15 s or four rings (16 CFR 310.4(b)(4)(ii)).
    public var noAnswer = Distribution.constant(30)
    /// From ringing to a person's answer.
    public var answer = Distribution(.lognormal(mean: 7, sd: 4), shift: 3)
    /// From ringing to the moment a voicemail takes the call.
    public var voicemail = Distribution(.uniform(min: 15, max: 30))
    /// From the connection with an agent to the end of the conversation.
    public var talk = Distribution(.lognormal(mean: 30, sd: 20))

    /// Creates the illustrative timing.
    public init() {}

    /// Returns the time from ringing to resolution; without ringing, from dialling to the end.
    public func resolution(of outcome: AttemptOutcome) -> Distribution {
        switch outcome {
        case .dialTone: dialTone
        case .busy: busySignal
        case .noAnswer: noAnswer
        case .answered: answer
        case .voicemail: voicemail
        }
    }
}
