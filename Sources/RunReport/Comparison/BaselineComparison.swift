import ExactJSON
package import Statistics

/// A result compared with an earlier one, metric by metric.
package struct BaselineComparison: Hashable, Sendable {
    package enum Change: String, Hashable, Sendable {
        case better, worse
        case notShown = "no difference shown"
    }

    /// One metric of both results.
    package struct Row: Hashable, Sendable {
        package let metric: ComparedMetric
        package let baseline: Double?
        package let current: Double?
        /// The current value less that of the baseline.
        package let difference: Double?
        /// Nil where one of the results has no measure of its error.
        package let interval: ConfidenceInterval?
        /// How much worse it may be; nil if the metric does not gate.
        package let tolerance: Double?

        package var change: Change {
            guard let interval else { return .notShown }
            if interval.lower > 0 { return metric.isWorseHigher ? .worse : .better }
            if interval.upper < 0 { return metric.isWorseHigher ? .better : .worse }
            return .notShown
        }

        /// Whether the whole interval lies beyond the tolerance, on the worse side.
        package var isRegression: Bool {
            guard let interval, let tolerance else { return false }
            return metric.isWorseHigher ? interval.lower > tolerance : interval.upper < -tolerance
        }
    }

    /// The baseline as it is called: the id of a run, or a path.
    package let baseline: String
    /// Whether both saw the same random numbers, replication by replication.
    package let isPaired: Bool
    /// The level of the intervals: 95 %, or with a gate 1 − 0.05/m for m metrics with an interval.
    package let level: Double
    package let rows: [Row]
    package let scenarioDifferences: [ScenarioDifference]
    /// How far the comparison goes.
    package let notes: [String]
    package let hasGate: Bool

    init(_ old: MeasuredResult, called name: String, _ new: MeasuredResult, gate: RegressionGate?) {
        baseline = name
        hasGate = gate != nil
        let samePlan = new.kind == .simulate && new.seed != nil && old.seed == new.seed
        let isPaired =
            samePlan && old.replications == new.replications && new.streams != nil && old.streams == new.streams
            && old.hasReplications && new.hasReplications
        let metrics = (new.kind == .run ? ComparedMetric.ofRun : ComparedMetric.ofSimulation)
        let pairs = metrics.map { (metric: $0, old: old.samples[$0], new: new.samples[$0]) }
        let withInterval = pairs.count { Self.interval($0.new, $0.old, isPaired, 0.95) != nil }
        let level = gate == nil ? 0.95 : 1 - 0.05 / Double(max(1, withInterval))
        rows = pairs.map { metric, old, new in
            let (before, after) = (old?.mean, new?.mean)
            return Row(
                metric: metric,
                baseline: before,
                current: after,
                difference: after.flatMap { after in before.map { after - $0 } },
                interval: Self.interval(new, old, isPaired, level),
                tolerance: gate?.tolerance(of: metric)
            )
        }
        (self.isPaired, self.level) = (isPaired, level)
        let differences = old.document.flatMap { old in new.document.map { ScenarioDifference.all(old, $0) } }
        scenarioDifferences = differences ?? []
        notes = Self.notes(old, new, isPaired, rows, knowsScenarios: differences != nil)
    }

    /// The interval of a difference; nil if one side has no measure of its error.
    private static func interval(
        _ new: MeasuredResult.Sample?,
        _ old: MeasuredResult.Sample?,
        _ isPaired: Bool,
        _ level: Double
    ) -> ConfidenceInterval? {
        guard let new, let old, new.mean != nil, old.mean != nil else { return nil }
        switch (new, old) {
        case (.ratios(let first), .ratios(let second)) where isPaired && first.count == second.count:
            return PairedDifference(first, second).interval(level: level)
        case (.proportion(let successes, let trials), .proportion(let earlier, let earlierTrials)):
            return ProportionInterval.difference((successes, trials), (earlier, earlierTrials), level: level)
        default:
            guard let first = new.side, let second = old.side else { return nil }
            return WelchDifference(first, second).interval(level: level)
        }
    }

    private static func notes(
        _ old: MeasuredResult,
        _ new: MeasuredResult,
        _ isPaired: Bool,
        _ rows: [Row],
        knowsScenarios: Bool
    ) -> [String] {
        var notes: [String] = []
        if old.kind != new.kind {
            notes.append("the baseline is a result of `\(old.kind.rawValue)`: only what both measure is compared")
        }
        if old.version != new.version {
            let version = old.version.map { "has version \($0)" } ?? "names no version"
            notes.append(
                "the baseline's document \(version), this one \(new.version ?? 1): it is compared as far as it goes"
            )
        }
        if old.scenario != new.scenario {
            notes.append("the baseline is of the scenario \(old.scenario)")
        }
        if !knowsScenarios {
            notes.append("the baseline does not hold its scenario: what changed in the scenario is not known")
        }
        if new.kind == .simulate, old.kind == .simulate, !isPaired {
            let reason =
                if old.seed != new.seed {
                    "the seeds differ"
                } else if old.replications != new.replications {
                    "the numbers of replications differ"
                } else if !old.hasReplications || !new.hasReplications {
                    "one of them does not hold its replications"
                } else {
                    "the baseline's random streams are those of another version"
                }
            notes.append("not compared in pairs, since \(reason): the intervals are those of independent samples")
        }
        let without = rows.filter { $0.interval == nil && $0.difference != nil }.map(\.metric.rawValue)
        if !without.isEmpty {
            let verb = without.count == 1 ? "has" : "have"
            notes.append("\(without.joined(separator: ", ")) \(verb) no interval here, and so never fails a comparison")
        }
        if new.kind == .run, rows.contains(where: { $0.metric == .abandonmentRate && $0.interval != nil }) {
            notes.append(
                "the interval of the abandonment rate takes the calls of a run as independent; `simulate` does not"
            )
        }
        return notes
    }
}

extension MeasuredResult.Sample {
    /// The estimate with its standard error; nil without one.
    fileprivate var side: WelchDifference.Side? {
        switch self {
        case .ratios(let pieces): return WelchDifference.Side(RatioEstimate(pieces))
        case .estimate(let side): return side
        case .proportion, .value: return nil
        }
    }
}

extension BaselineComparison {
    /// Reads a comparison back from its document; nil if members are missing.
    init?(_ json: JSONValue) {
        guard let baseline = json["baseline"]?.string, let rows = json["metrics"]?.elements else { return nil }
        self.baseline = baseline
        isPaired = json["paired"]?.bool ?? false
        level = json["level"]?.double ?? 0.95
        self.rows = rows.compactMap { row in
            guard let metric = row["name"]?.string.flatMap({ ComparedMetric(rawValue: $0) }) else { return nil }
            let difference = row["difference"]
            let interval = difference?["low"]?.double.flatMap { low in
                difference?["high"]?.double.map { ConfidenceInterval(lower: low, upper: $0) }
            }
            return Row(
                metric: metric,
                baseline: row["baseline"]?.double,
                current: row["current"]?.double,
                difference: difference?["mean"]?.double,
                interval: interval,
                tolerance: row["tolerance"]?.double
            )
        }
        scenarioDifferences = (json["scenarioDifferences"]?.elements ?? []).compactMap { item in
            item["path"]?.string.map {
                ScenarioDifference(path: $0, baseline: item["baseline"]?.written, current: item["current"]?.written)
            }
        }
        notes = (json["notes"]?.elements ?? []).compactMap(\.string)
        hasGate = self.rows.contains { $0.tolerance != nil }
    }
}

extension JSONValue {
    /// The value, nil for `null`.
    fileprivate var written: JSONValue? { self == .null ? JSONValue?.none : self }
}
