/// What the random numbers of a call attempt decide.
///
/// The raw value is the purpose word of the random stream. Numbers are never reused or changed: results of a seed
/// depend on them.
package enum DrawPurpose: UInt32, Sendable {
    /// The outcome of the attempt.
    case outcome = 0
    /// The time from ringing to resolution.
    case ringing = 1
    /// The length of the conversation.
    case talk = 2
    /// The time from dialling to ringing.
    case setup = 3
}
