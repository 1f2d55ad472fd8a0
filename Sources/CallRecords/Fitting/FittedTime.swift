package import DiscreteEvents
package import Statistics

/// The distribution that a scenario gets for durations of the records.
package struct FittedTime: Sendable {
    /// How the distribution was found.
    package enum FittingWay: Hashable, Sendable {
        /// A family that the values do not contradict.
        case family(DurationFamily)
        /// The values themselves, or quantiles of them.
        case empirical
        /// One value.
        case constant

        /// The name of the distribution in a scenario and in a document.
        package var name: String {
            switch self {
            case .family(let family): family.rawValue
            case .empirical: "empirical"
            case .constant: "constant"
            }
        }
    }

    /// The values.
    package var sample: RoundedSample
    package var way: FittingWay
    /// What the scenario says, with numbers as they are written there.
    package var distribution: Distribution
    /// All families, each without and with a shift; empty with fewer than 30 values.
    package var candidates: [DurationFit]
    /// The best candidate, also where the test refuses it.
    package var chosen: DurationFit?
    /// The test of ``chosen``; nil without one, and where times are censored.
    package var test: KolmogorovTest?

    /// The fewest values that families are fitted to.
    package static let fewestValues = 30
    /// The p-value up to which a family is refused.
    package static let level = 0.001

    /// Fits values, at least one.
    package init(_ sample: RoundedSample, seed: UInt64) {
        self.sample = sample
        candidates = []
        way = .empirical
        distribution = Distribution(.empirical(sample.quantiles))
        guard sample.heldCount >= Self.fewestValues else { return }
        if let value = sample.onlyValue {
            way = .constant
            distribution = .constant(value)
            return
        }
        let data = DurationData(sample)
        candidates = data.candidates()
        chosen = data.best(of: candidates.filter { Distribution($0.model) != nil })
        guard let chosen, let fitted = Distribution(chosen.model) else { return }
        let test = KolmogorovTest(chosen, to: sample, seed: seed)
        self.test = test
        guard test.pValue > Self.level else { return }
        way = .family(chosen.model.family)
        distribution = fitted
    }

    /// Whether the values are fewer than families are fitted to.
    package var isSmall: Bool { sample.count < Self.fewestValues }

    fileprivate init(_ sample: RoundedSample, _ way: FittingWay, _ distribution: Distribution) {
        (self.sample, self.way, self.distribution, candidates) = (sample, way, distribution, [])
    }
}

/// How long callers wait before they hang up.
package struct FittedPatience: Sendable {
    /// The waits of callers who hung up, and of those whom an agent took.
    package var samples: PatienceSamples
    package var time: FittedTime
    package var reason: PatienceReason

    /// Why the distribution is what it is.
    package enum PatienceReason: Hashable, Sendable {
        /// A family fits best.
        case fitted
        /// More than half of the abandoned calls waited equally long: the dialer's own limit.
        case limitOfDialer
        /// Fewer than 30 abandoned calls: a usual value.
        case fewCalls
        /// No family can be used: quantiles of the estimate of Kaplan and Meier.
        case quantiles
    }

    /// What a scenario says where the records do not.
    package static let usual = Distribution.constant(2)

    /// Fits waits of abandoned calls, those of connected ones as censored times.
    package init(_ samples: PatienceSamples) {
        self.samples = samples
        let abandoned = samples.abandoned
        guard abandoned.count >= FittedTime.fewestValues else {
            reason = .fewCalls
            time = FittedTime(abandoned, .constant, Self.usual)
            return
        }
        if let limit = abandoned.value(ofMoreThan: 0.5), limit >= 1 {
            reason = .limitOfDialer
            time = FittedTime(abandoned, .constant, .constant(limit))
            return
        }
        let data = DurationData(abandoned, censored: samples.connected.isEmpty ? nil : samples.connected)
        let candidates = data.candidates()
        let chosen = data.best(of: candidates.filter { Distribution($0.model) != nil })
        guard let chosen, let fitted = Distribution(chosen.model) else {
            reason = .quantiles
            let estimate = KaplanMeier(observed: abandoned, censored: samples.connected)
            // What nobody waited for is unknown: the longest observed wait stands for it.
            let longest = estimate.steps.last?.time ?? 0
            let values = (0..<200).map { estimate.quantile((Double($0) + 0.5) / 200) ?? longest }
            time = FittedTime(abandoned, .empirical, Distribution(.empirical(values)))
            time.candidates = candidates
            return
        }
        reason = .fitted
        time = FittedTime(abandoned, .family(chosen.model.family), fitted)
        time.candidates = candidates
        time.chosen = chosen
    }

    /// The estimate that assumes no family.
    package var estimate: KaplanMeier { KaplanMeier(observed: samples.abandoned, censored: samples.connected) }
}

extension RoundedSample {
    /// The value of all held values; nil if they differ.
    var onlyValue: Double? { entries.count == 1 ? seconds(entries[0]) : nil }

    /// The value that more than this share of the held values have.
    func value(ofMoreThan share: Double) -> Double? {
        entries.first { Double($0.count) > share * Double(heldCount) }.map(seconds)
    }

    /// The values themselves, or if they are more than 200 the means of 200 equal parts of them in order, in seconds.
    ///
    /// The mean of each part is a quantile of it, and together they keep the mean of all values.
    package var quantiles: [Double] {
        let most = 200
        guard heldCount > most else {
            return entries.flatMap { Array(repeating: seconds($0), count: $0.count) }
        }
        // In units of 1/200 of a value: each part has as many of them as there are values.
        var sums = [Double](repeating: 0, count: most)
        var (part, filled) = (0, 0)
        for entry in entries {
            var left = entry.count * most
            while left > 0, part < most {
                let taken = min(left, heldCount - filled)
                sums[part] += Double(taken) * seconds(entry)
                left -= taken
                filled += taken
                if filled == heldCount { (part, filled) = (part + 1, 0) }
            }
        }
        return sums.map { FittedNumber.rounded($0 / Double(heldCount)) }
    }
}
