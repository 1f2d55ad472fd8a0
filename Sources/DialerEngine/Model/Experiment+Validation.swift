extension Experiment {
    /// Throws the first thing that makes no sense.
    public func validate() throws(SimulationError) {
        func require(_ isSound: Bool, _ message: String) throws(SimulationError) {
            if !isSound { throw SimulationError(.invalid, message) }
        }
        try require(center.agents >= 1, "a contact centre has at least one agent")
        try require((center.trunks ?? 1) >= 1, "a contact centre has at least one line")
        try require(warmUp >= 0 && warmUp < .infinity, "a warm-up is not negative")
        switch length {
        case .calls(let count): try require(count >= 1, "a run has at least one call")
        case .shifts(let seconds, let days):
            try require(seconds > 0 && seconds < .infinity && days >= 1, "a run has at least one shift with a length")
            try require(warmUp < seconds, "the warm-up is shorter than the shift")
        }
        switch sampling {
        case .none: break
        case .batches(let count): try require(count >= 1, "there is at least one batch")
        case .every(let seconds): try require(seconds > 0 && seconds < .infinity, "samples are some time apart")
        }
        try validatePacing(require)
        for profile in compliance {
            try require(profile.window.seconds > 0, "the window of \(profile.name) has a length")
        }
    }

    private func validatePacing(
        _ require: (Bool, String) throws(SimulationError) -> Void
    ) throws(SimulationError) {
        switch pacing {
        case .progressive: break
        case .power(let factor): try require(factor.numerator >= 0, "lines per agent are not negative")
        case .ratio(let level): try require(level.numerator >= 0, "a level is not negative")
        case .fixedLines(let lines): try require(lines >= 0, "lines are not negative")
        case .poisson(let rate): try require(rate > 0 && rate < .infinity, "calls per hour are more than 0")
        case .vicidial(let law):
            try require(law.maxLevel >= 1 && law.maxLevel < 1e6, "the highest level is at least 1")
            try require(law.initialLevel >= 0 && law.initialLevel < 1e6, "the first level is not negative")
        case .lookahead(let law):
            let target = law.abandonTarget.doubleValue
            try require(target >= 0 && target < 1, "an abandonment target is at least 0 and below 1")
            try require((law.horizon ?? 1) > 0, "a horizon is more than 0")
        case .feedback(let law):
            try require(law.pace >= 1, "a correction comes after at least one live call")
            try require(law.maxLinesPerAgent.doubleValue >= 1, "the most lines per agent are at least 1")
        }
    }
}
