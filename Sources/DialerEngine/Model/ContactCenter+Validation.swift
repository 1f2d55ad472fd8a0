public import DiscreteEvents

extension ContactCenter {
    func validate() throws(SimulationError) {
        try SimulationError.require(
            roster != nil || Self.agentBounds.contains(agents),
            "a contact centre has between 1 and 1,000,000 agents"
        )
        try SimulationError.require(
            Self.lineBounds.contains(lines ?? 1) && (concurrencyLimit ?? 1) >= 1,
            "a contact centre has between 1 and 1,000,000 lines"
        )
        for outcome in AttemptOutcome.allCases { try ringing[outcome].validate(as: "ringing until \(outcome)") }
        try talk.validate(as: "talk")
        try wrap.validate(as: "wrap-up")
        try greetingStart.validate(as: "greeting start")
        try greetingLength.validate(as: "greeting length")
        // Endless patience is the only endless time.
        if patience != .constant(.infinity) { try patience.validate(as: "patience") }
        guard let detection else { return }
        try SimulationError.require("the share of false positives", detection.falsePositive, .share)
        try SimulationError.require("the share of false negatives", detection.falseNegative, .share)
        try detection.delay.validate(as: "detection delay")
        try detection.machineTalk.validate(as: "machine talk")
    }
}

extension Distribution {
    /// The standard deviations that there may be, in means.
    public static let spreadBounds = Bounds.within(1e-6...1e3)
    /// The shape parameters that a Weibull distribution may have.
    public static let weibullShapeBounds = Bounds.within(0.05...1_000)

    /// Throws unless values can be drawn, and their mean and standard deviation are durations.
    func validate(as name: String) throws(SimulationError) {
        func require(_ isSound: Bool, _ message: @autoclosure () -> String) throws(SimulationError) {
            try SimulationError.require(isSound, "\(name): \(message())")
        }
        func requireDuration(_ value: Double, _ what: String) throws(SimulationError) {
            try SimulationError.require("\(name): \(what)", value, .duration)
        }
        try require(abs(shift) <= Bounds.duration.upper, "a shift is at most 10⁹ seconds")
        switch shape {
        case .constant(let value): try requireDuration(value, "a constant")
        case .uniform(let min, let max):
            try requireDuration(max, "a maximum")
            try require(abs(min) <= Bounds.duration.upper && min <= max, "a minimum is not above the maximum")
        case .exponential(let mean): try requireDuration(mean, "a mean")
        case .lognormal(let mean, let sd), .gamma(let mean, let sd):
            try requireDuration(mean, "a mean")
            try requireDuration(sd, "a standard deviation")
            // A mean or a standard deviation of 0 is a constant.
            let spread = mean > 0 && sd > 0 ? sd / mean : 1
            try SimulationError.require("\(name): the standard deviation in means", spread, Self.spreadBounds)
        case .weibull(let mean, let shape):
            try requireDuration(mean, "a mean")
            try SimulationError.require("\(name): a Weibull shape", shape, Self.weibullShapeBounds)
        case .empirical(let values):
            try require(!values.isEmpty, "there is at least one value")
            for value in values { try requireDuration(value, "a value") }
        }
    }
}
