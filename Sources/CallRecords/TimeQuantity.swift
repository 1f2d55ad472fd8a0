package import DialerEngine

/// A duration of a call that records show and a scenario describes by a distribution.
package enum TimeQuantity: Hashable, Sendable {
    /// From dialling to what happened on the line, apart for each outcome.
    case ringing(AttemptOutcome)
    /// The conversation of agent and customer.
    case talk
    /// The agent's work after the call.
    case wrap
}
