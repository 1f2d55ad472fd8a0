/// How a run's simulation ended.
public enum RunEnding: Hashable, Sendable {
    /// The simulation came to a terminal state, which ``RunFacts/status`` tells.
    case ended
    /// No simulation was created; in words.
    case notCreated(String)
    /// The remote side or the transport refused for good; in words.
    case refused(String)
    /// The time was up; in words.
    case timedOut(String)
    /// The user stopped the run.
    case interrupted
    /// A create may have happened; in words what to look for.
    case outcomeUnknown(String)

    /// The stable name of the case, as in `result.json`.
    public var name: String {
        switch self {
        case .ended: "ended"
        case .notCreated: "notCreated"
        case .refused: "refused"
        case .timedOut: "timedOut"
        case .interrupted: "interrupted"
        case .outcomeUnknown: "outcomeUnknown"
        }
    }

    /// The ending in a few words, such as `timed out`.
    public var title: String {
        switch self {
        case .ended: "ended"
        case .notCreated: "not created"
        case .refused: "refused"
        case .timedOut: "timed out"
        case .interrupted: "interrupted"
        case .outcomeUnknown: "outcome unknown"
        }
    }

    /// Why, where the simulation did not simply end.
    public var reason: String? {
        switch self {
        case .ended: nil
        case .interrupted: "stopped before the simulation had ended"
        case .notCreated(let reason), .refused(let reason), .timedOut(let reason), .outcomeUnknown(let reason): reason
        }
    }

    /// What a run that ended so exits with; the verdict decides where the simulation came to its end.
    func exitCode(_ verdict: Verdict) -> ExitCode {
        switch self {
        case .ended:
            switch verdict {
            case .pass: .pass
            case .inconclusive: .inconclusive
            case .fail: .assertionFailed
            }
        case .notCreated, .refused: .refused
        case .timedOut, .interrupted: .timedOut
        case .outcomeUnknown: .outcomeUnknown
        }
    }
}
