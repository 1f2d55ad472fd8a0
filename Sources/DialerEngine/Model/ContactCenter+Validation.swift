internal import DiscreteEvents

extension ContactCenter {
    /// Throws the first thing that makes no sense.
    func validate() throws(SimulationError) {
        try SimulationError.require(agents >= 1, "a contact centre has at least one agent")
        try SimulationError.require(agents <= 1_000_000, "a contact centre has at most 1,000,000 agents")
        try SimulationError.require((trunks ?? 1) >= 1, "a contact centre has at least one line")
        for outcome in AttemptOutcome.allCases { try ringing[outcome].validate(as: "ringing until \(outcome)") }
        try talk.validate(as: "talk")
        try wrap.validate(as: "wrap-up")
        try greetingStart.validate(as: "greeting start")
        try greetingLength.validate(as: "greeting length")
        // Endless patience is the only endless time.
        if patience != .constant(.infinity) { try patience.validate(as: "patience") }
        guard let detection else { return }
        for (name, share) in [("positives", detection.falsePositive), ("negatives", detection.falseNegative)] {
            try SimulationError.require((0...1).contains(share), "the share of false \(name) is between 0 and 1")
        }
        try detection.delay.validate(as: "detection delay")
        try detection.machineTalk.validate(as: "machine talk")
    }
}

extension Distribution {
    /// The longest duration that can be stated, in seconds: about 30 years.
    private static let longest = 1e9

    /// Throws unless values can be drawn, and their mean and standard deviation are durations.
    func validate(as name: String) throws(SimulationError) {
        func require(_ isSound: Bool, _ message: @autoclosure () -> String) throws(SimulationError) {
            try SimulationError.require(isSound, "\(name): \(message())")
        }
        func requireDuration(_ value: Double, _ what: String) throws(SimulationError) {
            try require((0...Self.longest).contains(value), "\(what) is between 0 and 10⁹ seconds, not \(value)")
        }
        try require(abs(shift) <= Self.longest, "a shift is at most 10⁹ seconds")
        switch shape {
        case .constant(let value): try requireDuration(value, "a constant")
        case .uniform(let min, let max):
            try requireDuration(max, "a maximum")
            try require(abs(min) <= Self.longest && min <= max, "a minimum is not above the maximum")
        case .exponential(let mean): try requireDuration(mean, "a mean")
        case .lognormal(let mean, let sd), .gamma(let mean, let sd):
            try requireDuration(mean, "a mean")
            try requireDuration(sd, "a standard deviation")
            let ratio = mean > 0 && sd > 0 ? sd / mean : 1
            try require((1e-9...1e9).contains(ratio), "mean and standard deviation are not 10⁹ times each other")
        case .weibull(let mean, let shape):
            try requireDuration(mean, "a mean")
            try require((0.05...1e6).contains(shape), "a Weibull shape is between 0.05 and 10⁶, not \(shape)")
        case .empirical(let values):
            try require(!values.isEmpty, "there is at least one value")
            for value in values { try requireDuration(value, "a value") }
        }
    }
}
