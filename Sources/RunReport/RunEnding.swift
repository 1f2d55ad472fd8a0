/// How a run's simulation ended.
public enum RunEnding: Hashable, Sendable {
    /// The simulation reached a terminal state; ``RunFacts/status`` has it.
    case ended
    /// No simulation was created, for this reason.
    case notCreated(String)
    /// The remote side or the transport refused for good, for this reason.
    case refused(String)
    /// This machine could not go on (its disk, its records), for this reason; the remote side is not to blame.
    case failedLocally(String)
    /// The time limit was reached; the text says in which situation.
    case timedOut(String)
    /// The user stopped the run.
    case interrupted
    /// A create may have happened; the text says what to look for.
    case outcomeUnknown(String)

    /// The stable name of the case, as in `result.json`.
    public var name: String {
        switch self {
        case .ended: "ended"
        case .notCreated: "notCreated"
        case .refused: "refused"
        case .failedLocally: "failedLocally"
        case .timedOut: "timedOut"
        case .interrupted: "interrupted"
        case .outcomeUnknown: "outcomeUnknown"
        }
    }

    /// The ending in a few words, such as `timed out`.
    public var title: String {
        switch self {
        case .notCreated: "not created"
        case .failedLocally: "failed on this machine"
        case .timedOut: "timed out"
        case .outcomeUnknown: "outcome unknown"
        case .ended, .refused, .interrupted: name
        }
    }

    /// The reason if the simulation did not simply end.
    public var reason: String? {
        switch self {
        case .ended: nil
        case .interrupted: "stopped before the run had ended"
        case .notCreated(let reason), .refused(let reason), .failedLocally(let reason), .timedOut(let reason),
            .outcomeUnknown(let reason):
            reason
        }
    }

    /// The exit code of a run that ended like this; if the simulation ended, the verdict decides.
    func exitCode(_ verdict: Verdict) -> ExitCode {
        switch self {
        case .ended:
            switch verdict {
            case .pass: .pass
            case .inconclusive: .inconclusive
            case .fail: .assertionFailed
            }
        case .notCreated, .refused: .refused
        case .failedLocally: .usage
        case .timedOut, .interrupted: .timedOut
        case .outcomeUnknown: .outcomeUnknown
        }
    }
}

/// The exit code of a command; a code means the same for every command.
public enum ExitCode: Int32, CaseIterable, Hashable, Sendable {
    /// Every demand was met.
    case pass = 0
    /// An assertion failed: a threshold or compliance breach, a failed simulation, outcomes that do not fit the injected
    /// ones, webhooks that do not reconcile.
    case assertionFailed = 1
    /// Something on this machine is wrong: usage, scenario, configuration, or the disk that keeps the records.
    case usage = 2
    /// The remote side or the transport refused for good.
    case refused = 3
    /// Timed out or interrupted; the simulation was cancelled if possible.
    case timedOut = 4
    /// Outcome unknown: a create may have happened.
    case outcomeUnknown = 5
    /// Inconclusive: the sample is too small to decide.
    case inconclusive = 6
}
