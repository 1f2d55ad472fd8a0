package import DialerEngine
package import ExactJSON
import RunReport
import Statistics

/// How likely the next legal window is breached by the setting as it stands.
package struct OddsResult: Sendable {
    /// What the abandonment rates of the windows are, as shares.
    package struct WindowRates: Hashable, Sendable {
        package var p5: Double
        package var p50: Double
        package var p95: Double
        package var max: Double
    }

    /// The windows with a rate above `from` and up to `to`; rate 0 belongs to the first.
    package struct RateBin: Hashable, Sendable {
        package var from: Double
        package var to: Double
        package var windows: Int
    }

    package let scenario: String
    package let seed: UInt32
    package let profile: String
    /// The highest rate that complies.
    package let limit: Double
    package let windows: Int
    package let breached: Int
    package let breachProbability: Estimate
    /// The quantiles of the rates; nil without a window in which a call counts.
    package let windowRates: WindowRates?
    /// How the rates of the windows are distributed, in bins of one width; one of their borders is the limit.
    package let distribution: [RateBin]
    package let longRunRate: Estimate
    /// The share of windows that has to comply, and the largest long-run rate at which that share is reached.
    ///
    /// The rate is nil if every setting of the policy misses the share.
    package let margin: (share: Double, rate: Double?)

    /// - Parameters:
    ///   - outcomes: Windows 0, 1, … of the setting as it stands; not empty.
    ///   - marginRate: The largest long-run rate at which enough windows comply.
    package init(
        _ outcomes: [LegalWindow.Outcome],
        scenario: String,
        seed: UInt32,
        profile: ComplianceProfile,
        share: Double,
        marginRate: Double?
    ) {
        (self.scenario, self.seed, self.profile) = (scenario, seed, profile.name)
        limit = profile.limit?.doubleValue ?? 0
        windows = outcomes.count
        breached = outcomes.count(where: \.isBreached)
        breachProbability = Estimate(
            mean: windows == 0 ? nil : Double(breached) / Double(windows),
            interval: windows == 0 ? nil : ProportionInterval.clopperPearson(successes: breached, trials: windows)
        )
        let rates = outcomes.filter { $0.calls > 0 }.map { Double($0.abandoned) / Double($0.calls) }.sorted()
        func quantile(_ share: Double) -> Double { rates[min(rates.count - 1, Int(share * Double(rates.count)))] }
        windowRates = rates.last.map {
            WindowRates(p5: quantile(0.05), p50: quantile(0.5), p95: quantile(0.95), max: $0)
        }
        distribution = Self.distribution(rates, limit: limit)
        longRunRate = Self.longRunRate(outcomes)
        margin = (share, marginRate)
    }

    /// The abandoned share of all calls of all windows.
    package static func longRunRate(_ outcomes: [LegalWindow.Outcome]) -> Estimate {
        Estimate(
            RatioEstimate(
                outcomes.map { RatioObservation(numerator: Double($0.abandoned), denominator: Double($0.calls)) }
            ),
            within: 0...1
        )
    }

    /// Counts rates in at most 40 bins.
    ///
    /// - Parameter rates: In ascending order.
    private static func distribution(_ rates: [Double], limit: Double) -> [RateBin] {
        guard let most = rates.last else { return [] }
        let span = max(most, limit * 1.2, 1e-4)
        let parts = [30.0, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1].first { limit > 0 && span * $0 / limit <= 40 }
        let width = parts.map { limit / $0 } ?? span / 40
        // A rate at a border belongs below it, as the limit itself complies.
        func bin(_ rate: Double) -> Int { max(0, Int((rate / width - 1e-9).rounded(.up)) - 1) }
        var bins = (0...bin(span)).map { RateBin(from: Double($0) * width, to: Double($0 + 1) * width, windows: 0) }
        for rate in rates { bins[bin(rate)].windows += 1 }
        return bins
    }

    /// Reads a document of `odds`; nil if it is not a whole one.
    package init?(_ json: JSONValue) {
        guard let scenario = json["scenario"]?.string,
            let seed = json["seed"]?.integer.flatMap({ UInt32(exactly: $0) }), let profile = json["profile"]?.string,
            let limit = json["limit"]?.double, let windows = json["windows"]?.integer,
            let breached = json["breached"]?.integer, let share = json["margin"]?["share"]?.double
        else { return nil }
        (self.scenario, self.seed, self.profile, self.limit) = (scenario, seed, profile, limit)
        (self.windows, self.breached) = (windows, breached)
        breachProbability = Estimate(json["breachProbability"])
        longRunRate = Estimate(json["longRunRate"])
        margin = (share, json["margin"]?["rate"]?.double)
        func rate(_ name: String) -> Double? { json["windowRate"]?[name]?.double }
        if let p5 = rate("p5"), let p50 = rate("p50"), let p95 = rate("p95"), let max = rate("max") {
            windowRates = WindowRates(p5: p5, p50: p50, p95: p95, max: max)
        } else {
            windowRates = nil
        }
        distribution = (json["distribution"]?.elements ?? []).compactMap { bin in
            guard let from = bin["from"]?.double, let to = bin["to"]?.double, let count = bin["windows"]?.integer
            else { return nil }
            return RateBin(from: from, to: to, windows: count)
        }
    }

    package var json: JSONValue {
        let quantiles = windowRates
        return [
            "version": 1, "kind": "odds", "scenario": .string(scenario), "seed": .integer(seed),
            "profile": .string(profile),
            "limit": .double(limit), "windows": .integer(windows), "breached": .integer(breached),
            "breachProbability": breachProbability.json,
            "windowRate": [
                "p5": .optional(quantiles?.p5), "p50": .optional(quantiles?.p50), "p95": .optional(quantiles?.p95),
                "max": .optional(quantiles?.max),
            ],
            "distribution": .array(
                distribution.map {
                    ["from": .double($0.from), "to": .double($0.to), "windows": .integer($0.windows)]
                }
            ),
            "longRunRate": longRunRate.json,
            "margin": ["share": .double(margin.share), "rate": .optional(margin.rate)],
        ]
    }

    /// The odds in sentences.
    package var text: String {
        let percent = MetricText(StudyMetric.abandonmentRate)
        let breach = percent.cells(breachProbability)
        var lines = [
            "ringback odds  \(scenario) · \(profile) · \(NumberText.count(windows, "window")) · seed \(seed)", "",
            "  the next window is breached with probability \(breach[0]) (\(breach[1])): "
                + "\(NumberText.count(breached)) of \(NumberText.count(windows)) were",
        ]
        if let rates = windowRates {
            func text(_ value: Double) -> String { NumberText.short(100 * value, 2) + " %" }
            lines.append(
                "  abandonment rate of a window: median \(text(rates.p50)), 5 % below \(text(rates.p5)), "
                    + "5 % above \(text(rates.p95)), highest \(text(rates.max)); limit \(text(limit))"
            )
            let long = percent.cells(longRunRate)
            lines.append("  over all windows \(long[0]) (\(long[1]))")
        } else {
            lines.append("  no window had a call that counts")
        }
        lines.append("  margin: \(marginSentence)")
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the margin is, without its name.
    var marginSentence: String {
        let share = NumberText.short(100 * margin.share, 1)
        return margin.rate.map {
            "this team and policy keep the rule in \(share) % of windows up to \(NumberText.short(100 * $0, 2)) % over all windows"
        } ?? "no setting of this policy keeps the rule in \(share) % of windows"
    }
}
