extension Pacing {
    /// The most lines per agent that can be stated.
    private static let most = 1000.0

    /// Throws the first parameter that makes no sense, or that the contact centre makes impossible.
    func validate(for center: ContactCenter) throws(SimulationError) {
        func require(_ isSound: Bool, _ message: @autoclosure () -> String) throws(SimulationError) {
            try SimulationError.require(isSound, "\(name): \(message())")
        }
        func requireTarget(_ target: DecimalFactor) throws(SimulationError) {
            try require((0..<1).contains(target.doubleValue), "an abandonment target is at least 0 and below 1")
        }
        switch self {
        case .progressive: break
        case .power(let factor):
            try require((0...Self.most).contains(factor.doubleValue), "lines per agent are between 0 and 1000")
        case .ratio(let level):
            try require((0...Self.most).contains(level.doubleValue), "a level is between 0 and 1000")
        case .fixedLines(let lines):
            try require((0...1_000_000).contains(lines), "lines are between 0 and 1,000,000")
            let trunks = center.lines ?? .max
            try require(lines <= trunks, "\(lines) lines cannot be in flight on \(trunks) trunks")
        case .poisson(let rate):
            try require((0.001...1e9).contains(rate), "calls per hour are between 0.001 and 10⁹")
        case .vicidial(let law):
            try require((1..<1e6).contains(law.maxLevel), "the highest level is at least 1")
            try require((0..<1e6).contains(law.initialLevel), "the first level is not negative")
            try require(law.target.isFinite && law.intensity.isFinite, "target and intensity are numbers")
            try require(law.dropLimit.numerator >= 0, "a drop limit is not negative")
        case .lookahead(let law):
            try requireTarget(law.abandonTarget)
            let horizon = law.horizon ?? 1
            try require(horizon > 0 && horizon <= 1e9, "a horizon is more than 0 and at most 10⁹ seconds")
        case .feedback(let law):
            try requireTarget(law.abandonTarget)
            try require(law.pace >= 1, "a correction comes after at least one live call")
            try require(law.gain >= 0 && law.gain <= 1e6, "a gain is not negative")
            try require(
                (1...Self.most).contains(law.maxLinesPerAgent.doubleValue),
                "the most lines per agent are between 1 and 1000"
            )
        }
    }
}
