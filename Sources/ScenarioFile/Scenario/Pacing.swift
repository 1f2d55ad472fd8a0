public import ExactJSON

extension Scenario {
    /// When calls are dialled, and how many.
    ///
    /// Factors are exact decimals: 1.15 lines for each of 100 agents are 115 lines, not 114.
    public enum Pacing: Hashable, Sendable {
        /// One call for each free agent; never abandons.
        case progressive
        /// So many lines for each free agent.
        case power(linesPerAgent: ExactDecimal)
        /// So many lines ringing at all times.
        case fixedLines(Int)
        /// Calls at random moments, whatever the agents do.
        case poisson(callsPerHour: Double)
        /// So many lines for each agent on duty, ringing, waiting and talking ones together.
        case ratio(level: ExactDecimal)
        /// VICIdial's adaptive law.
        case vicidial(Vicidial)
        /// The most calls whose expected abandonment stays within a target.
        case lookahead(Lookahead)
        /// A controller on the observed abandonment.
        case feedback(Feedback)

        /// The policy's name in a scenario file.
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

        /// Every policy's name.
        public static let names = [
            "progressive", "power", "fixedLines", "poisson", "ratio", "vicidial", "lookahead", "feedback",
        ]
    }
}

extension Scenario.Pacing {
    /// The parameters of VICIdial's adaptive law.
    public struct Vicidial: Hashable, Sendable {
        /// What happens when the drop limit is exceeded.
        public enum Method: String, Hashable, Sendable, CaseIterable {
            /// Back to one line an agent.
            case hardLimit
            /// Half the level.
            case average
            /// Less the later in the shift it is.
            case tapered
        }

        /// What happens when the drop limit is exceeded.
        public var method = Method.hardLimit
        /// The share of dropped calls that is tolerated.
        public var dropLimit: ExactDecimal = Scenario.threePercent
        /// Waiting calls less free agents that the law aims at; negative keeps agents waiting.
        public var target = 0.0
        /// How much stronger (positive) or weaker (negative) it corrects, in percent.
        public var intensity = 0.0
        /// The highest dial level.
        public var maxLevel: ExactDecimal = ExactDecimal(3)
        /// The dial level at the start.
        public var initialLevel: ExactDecimal = .one

        /// The usual parameters.
        public init() {}
    }

    /// The parameters of the look-ahead policy.
    public struct Lookahead: Hashable, Sendable {
        /// The share of answered calls that may be abandoned.
        public var abandonTarget: ExactDecimal = Scenario.threePercent
        /// How far it looks ahead, in seconds; `nil` is the mean ringing time of answered calls.
        public var horizon: Double?

        /// The usual parameters.
        public init() {}
    }

    /// The parameters of the feedback policy.
    public struct Feedback: Hashable, Sendable {
        /// The share of answered calls that may be abandoned.
        public var abandonTarget: ExactDecimal = Scenario.threePercent
        /// The most lines for each agent.
        public var maxLinesPerAgent: ExactDecimal = ExactDecimal(3)
        /// How strongly it corrects.
        public var gain = 1.0
        /// After how many answered calls it corrects.
        public var pace = 100

        /// The usual parameters.
        public init() {}
    }
}

extension Scenario {
    /// The limit that most regulations set.
    static let threePercent = ExactDecimal("0.03") ?? .zero
}
