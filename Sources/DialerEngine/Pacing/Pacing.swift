/// The names of the pacing policies, as scenario files and commands write them.
public enum PacingName: String, CaseIterable, Hashable, Sendable {
    case progressive, power, fixedLines, poisson, ratio, vicidial, lookahead, feedback

    /// Every name with its main parameter, as a help text lists them: `power=linesPerAgent`.
    public static let usage = allCases.map { $0.rawValue + ($0.mainParameter.map { "=" + $0 } ?? "") }
        .joined(separator: ", ")

    /// The parameter that `name=value` sets: how aggressively the policy dials, or how it is steered.
    public var mainParameter: String? {
        switch self {
        case .progressive: nil
        case .power: "linesPerAgent"
        case .fixedLines: "lines"
        case .poisson: "callsPerHour"
        case .ratio: "level"
        case .vicidial: "method"
        case .lookahead, .feedback: "abandonTarget"
        }
    }
}

/// When calls are dialled, and how many: one of the policies, with its parameters.
///
/// Factors are exact decimals: 1.15 lines for each of 100 agents are 115 lines, not 114.
public enum Pacing: Hashable, Sendable {
    /// One call for each free agent: ``ProgressivePolicy``.
    case progressive
    /// A number of lines for each free agent: ``PowerPolicy``.
    case power(linesPerAgent: DecimalFactor)
    /// A number of lines in flight at all times: ``FixedLinesPolicy``.
    case fixedLines(Int)
    /// Calls at random moments, whatever the agents do: ``PoissonPolicy``.
    case poisson(callsPerHour: Double)
    /// A number of calls for each agent on duty: ``RatioPolicy``.
    case ratio(level: DecimalFactor)
    /// VICIdial's adaptive law: ``VicidialPolicy``.
    case vicidial(VicidialParameters)
    /// The most calls whose expected abandonment stays within a target: ``LookaheadPolicy``.
    case lookahead(LookaheadParameters)
    /// A controller on the observed abandonment: ``FeedbackPolicy``.
    case feedback(FeedbackParameters)

    /// The name of the policy.
    public var name: PacingName {
        switch self {
        case .progressive: .progressive
        case .power: .power
        case .fixedLines: .fixedLines
        case .poisson: .poisson
        case .ratio: .ratio
        case .vicidial: .vicidial
        case .lookahead: .lookahead
        case .feedback: .feedback
        }
    }

    /// The policy as it can be asked for: its name, with the main parameter unless all parameters are the usual ones.
    public var label: String {
        let value: String? =
            switch self {
            case .progressive: nil
            case .power(let linesPerAgent): "\(linesPerAgent)"
            case .fixedLines(let lines): "\(lines)"
            case .poisson(let callsPerHour): "\(DecimalFactor(callsPerHour))"
            case .ratio(let level): "\(level)"
            case .vicidial(let law): law == VicidialParameters() ? nil : law.method.rawValue
            case .lookahead(let law): law == LookaheadParameters() ? nil : "\(law.abandonTarget)"
            case .feedback(let law): law == FeedbackParameters() ? nil : "\(law.abandonTarget)"
            }
        return name.rawValue + (value.map { "=" + $0 } ?? "")
    }

    /// The parameters that are numbers, with their bounds.
    private var numbers: [(name: String, value: Double, bounds: Bounds)] {
        switch self {
        case .progressive: []
        case .power(let factor): [("linesPerAgent", factor.doubleValue, PowerPolicy.linesPerAgentBounds)]
        case .fixedLines(let lines): [("lines", Double(lines), .within(FixedLinesPolicy.lineBounds))]
        case .poisson(let rate): [("callsPerHour", rate, PoissonPolicy.callsPerHourBounds)]
        case .ratio(let level): [("level", level.doubleValue, RatioPolicy.levelBounds)]
        case .vicidial(let law): law.numbers
        case .lookahead(let law): law.numbers
        case .feedback(let law): law.numbers
        }
    }

    /// Throws the first parameter that makes no sense, or that the contact centre makes impossible.
    func validate(for center: ContactCenter) throws(SimulationError) {
        for number in numbers {
            try SimulationError.require("\(name): \(number.name)", number.value, number.bounds)
        }
        if case .fixedLines(let lines) = self, let trunks = center.lines {
            let message = "\(name): \(lines) lines cannot be in flight on \(trunks) trunks"
            try SimulationError.require(lines <= trunks, message)
        }
    }

    /// Hands the policy for an experiment on as a value of its own type: one engine is compiled for each policy, so that
    /// the hot loop asks it without indirection.
    func withPolicy<Use: PolicyUse>(for experiment: Experiment, _ use: Use) throws(SimulationError) -> Use.Output {
        switch self {
        case .progressive: try use(ProgressivePolicy())
        case .power(let linesPerAgent): try use(PowerPolicy(linesPerAgent: linesPerAgent))
        case .fixedLines(let lines): try use(FixedLinesPolicy(lines: lines))
        case .poisson(let callsPerHour): try use(PoissonPolicy(callsPerHour: callsPerHour))
        case .ratio(let level): try use(RatioPolicy(level: level))
        case .vicidial(let law): try use(VicidialPolicy(law, length: experiment.length))
        case .lookahead(let law): try use(LookaheadPolicy(law, center: experiment.center, seed: experiment.seed))
        case .feedback(let law): try use(FeedbackPolicy(law))
        }
    }
}

/// What is done with a policy, whatever its type.
protocol PolicyUse {
    associatedtype Output
    func callAsFunction(_ policy: some PacingPolicy) throws(SimulationError) -> Output
}

extension PacingName: CustomStringConvertible {
    /// The name.
    public var description: String { rawValue }
}
