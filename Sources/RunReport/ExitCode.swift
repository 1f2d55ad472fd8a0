/// What a command exits with; the same meaning for every command.
public enum ExitCode: Int32, CaseIterable, Hashable, Sendable {
    /// Everything that was demanded holds.
    case pass = 0
    /// An assertion failed: a threshold or compliance breach, a failed simulation, outcomes that do not fit the injected
    /// ones, webhooks that do not reconcile.
    case assertionFailed = 1
    /// A usage, scenario or configuration error; no request was sent.
    case usage = 2
    /// The remote side or the transport refused for good.
    case refused = 3
    /// Timed out or interrupted; the simulation was cancelled where possible.
    case timedOut = 4
    /// Outcome unknown: a create may have happened.
    case outcomeUnknown = 5
    /// Inconclusive: the sample is too small to decide.
    case inconclusive = 6
}
