/// Why an experiment gave no result.
public struct SimulationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Hashable, Sendable {
        /// A parameter makes no sense.
        case invalid
        /// The pacing policy placed no call, and nothing is left that could change its mind.
        case neverDials
        /// A million calls were placed without virtual time moving on.
        case timeStandsStill
        /// The dialling ended before the warm-up did.
        case warmUpOutlastsRun
        /// The task was cancelled.
        case cancelled
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong, for people.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    init(_ code: Code, pacing: Pacing, at time: Double) {
        let moment = "at \((time * 1000).rounded() / 1000) s of virtual time"
        switch code {
        case .neverDials:
            self.init(code, "the policy \(pacing.name) places no call \(moment), though every agent and line is free")
        case .timeStandsStill:
            self.init(code, "calls end as soon as they are placed, without time moving on \(moment)")
        case .warmUpOutlastsRun: self.init(code, "dialling ends \(moment), before the warm-up does")
        case .cancelled: self.init(code, "cancelled \(moment)")
        case .invalid: self.init(code, "invalid")
        }
    }
}
