/// What will become of an attempt, drawn before it is dialled; times are in seconds.
struct AttemptPlan: BitwiseCopyable {
    /// From dialling to the outcome.
    var ringing = 0.0
    /// The conversation; of a machine that is taken for a person, the agent's time with it.
    var talk = 0.0
    /// The agent's work after the conversation.
    var wrap = 0.0
    /// How long the call waits for an agent.
    var patience = 0.0
    var outcome = AttemptOutcome.voicemail
    /// Whether answering-machine detection takes a person for a machine, or a machine for a person.
    var isMisjudged = false
}

/// What happens between an answer and the wish for an agent; times are in seconds since the answer.
struct Screening: BitwiseCopyable {
    /// The first word of the person's greeting.
    var greetingStart = 0.0
    /// The last word of the person's greeting.
    var greetingEnd = 0.0
    /// The decision of answering-machine detection.
    var detection = 0.0
}
