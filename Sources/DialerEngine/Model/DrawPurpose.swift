/// What the random numbers of a call attempt decide.
///
/// The raw value is the purpose word of the random stream. Numbers are never reused or changed: results of a seed
/// depend on them.
public enum DrawPurpose: UInt32, Sendable {
    /// The outcome of the attempt.
    case outcome = 0
    /// The time from ringing to resolution; in a contact centre from dialling to resolution.
    case ringing = 1
    /// The length of the conversation.
    case talk = 2
    /// The time from dialling to ringing.
    case setup = 3
    /// The agent's work after the conversation.
    case wrap = 4
    /// How long a person waits for an agent.
    case patience = 5
    /// The time from the answer to the first word of the greeting.
    case greetingStart = 6
    /// The time from the first word of the greeting to its last.
    case greetingLength = 7
    /// How long answering-machine detection takes.
    case detectionDelay = 8
    /// Whether answering-machine detection errs.
    case detectionError = 9
    /// How long an agent stays with a machine.
    case machineTalk = 10
    /// The time from one arrival to the next where calls are placed at random moments.
    case interarrival = 11
    /// The past calls from which a pacing policy knows the law of its durations.
    case history = 12
}

/// How random numbers belong to customers.
package enum RandomStreams {
    /// Grows when the same seed and replication no longer draw the same customers; results of one version are comparable
    /// replication by replication.
    package static let version = 1
}
