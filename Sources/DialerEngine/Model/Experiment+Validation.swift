extension Experiment {
    /// Throws the first thing that makes no sense.
    ///
    /// Limits are far beyond any contact centre: they keep times and counts within the numbers that hold them.
    public func validate() throws(SimulationError) {
        try center.validate()
        try SimulationError.require(warmUp >= 0 && warmUp < .infinity, "a warm-up is not negative")
        switch length {
        case .calls(let count): try SimulationError.require(count >= 1, "a run has at least one call")
        case .shifts(let seconds, let days):
            try SimulationError.require(
                seconds > 0 && seconds < .infinity && days >= 1,
                "a run has at least one shift with a length"
            )
            try SimulationError.require(seconds <= 30 * 86_400, "a shift lasts at most 30 days")
            try SimulationError.require(days <= 36_525, "a run has at most 36,525 days")
            try SimulationError.require(warmUp < seconds, "the warm-up is shorter than the shift")
        }
        switch sampling {
        case .none: break
        case .batches(let count):
            try SimulationError.require((1...1_000_000).contains(count), "there are 1 to 1,000,000 batches")
        case .every(let seconds):
            try SimulationError.require(
                seconds >= 0.001 && seconds < .infinity,
                "samples are at least a millisecond apart"
            )
        }
        try pacing.validate(for: center)
        for profile in compliance { try profile.validate() }
    }
}

extension ComplianceProfile {
    func validate() throws(SimulationError) {
        let length = window.seconds
        try SimulationError.require(length > 0 && length < .infinity, "the window of \(name) has a length")
        try SimulationError.require(seconds >= 0 && seconds < .infinity, "the seconds of \(name) are not negative")
        try SimulationError.require((limit?.numerator ?? 0) >= 0, "the limit of \(name) is not negative")
        try SimulationError.require((minimumRinging ?? 0) >= 0, "the least ringing time of \(name) is not negative")
    }
}
