/// When calls are dialled, and how many: one of the policies, with its parameters.
public enum Pacing: Hashable, Sendable {
    /// One call for each free agent: ``ProgressivePolicy``.
    case progressive
    /// So many lines for each free agent: ``PowerPolicy``.
    case power(linesPerAgent: DecimalFactor)
    /// So many lines in flight at all times: ``FixedLinesPolicy``.
    case fixedLines(Int)
    /// Calls at random moments, whatever the agents do: ``PoissonPolicy``.
    case poisson(callsPerHour: Double)
    /// So many calls for each agent on duty: ``RatioPolicy``.
    case ratio(level: DecimalFactor)
    /// VICIdial's adaptive law: ``VicidialPolicy``.
    case vicidial(VicidialPolicy.Parameters)
    /// The most calls whose expected abandonment stays within a target: ``LookaheadPolicy``.
    case lookahead(LookaheadPolicy.Parameters)
    /// A controller on the observed abandonment: ``FeedbackPolicy``.
    case feedback(FeedbackPolicy.Parameters)

    /// The name of the policy.
    public var name: String {
        switch self {
        case .progressive: "progressive"
        case .power: "power"
        case .fixedLines: "fixedLines"
        case .poisson: "poisson"
        case .ratio: "ratio"
        case .vicidial: "vicidial"
        case .lookahead: "lookahead"
        case .feedback: "feedback"
        }
    }

    /// Creates the policy for a replication of an experiment.
    func policy(for experiment: Experiment) -> any PacingPolicy {
        switch self {
        case .progressive: ProgressivePolicy()
        case .power(let linesPerAgent): PowerPolicy(linesPerAgent: linesPerAgent)
        case .fixedLines(let lines): FixedLinesPolicy(lines: lines)
        case .poisson(let callsPerHour): PoissonPolicy(callsPerHour: callsPerHour)
        case .ratio(let level): RatioPolicy(level: level)
        case .vicidial(let parameters): VicidialPolicy(parameters, length: experiment.length)
        case .lookahead(let parameters):
            LookaheadPolicy(parameters, center: experiment.center, seed: experiment.seed)
        case .feedback(let parameters): FeedbackPolicy(parameters)
        }
    }
}
