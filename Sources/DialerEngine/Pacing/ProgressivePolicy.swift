/// One call for each free agent: dial `max(0, f − j − w)`.
///
/// Source: the progressive mode of every dialer, for example Genesys CX Contact, "Pacing options". An answered call
/// always finds the agent for whom it was dialled, so no call is abandoned (except by the delay of answering-machine
/// detection, during which the agent is kept free).
///
/// Known weakness: agents idle through every unanswered call, `E[T]/p` seconds between conversations for ringing time
/// T and answer probability p.
struct ProgressivePolicy: PacingPolicy {
    static var watchesTalk: Bool { false }

    init() {}

    /// A call is dialled for an agent who is free.
    func mostCalls(agents: Int) -> Int? { agents }

    @inline(__always)
    func callsToPlace(_ view: PacingView) -> Int { view.freeAgents - view.inFlight - view.waiting }
}
