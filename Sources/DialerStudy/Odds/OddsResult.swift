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

    package let scenario: String
    package let seed: UInt32
    package let profile: String
    /// The highest rate that complies.
    package let limit: Double
    package let windows: Int
    package let breached: Int
    package let breachProbability: Estimate
    /// The rates of the windows with a call that counts, in ascending order.
    package let rates: [Double]
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
        rates = outcomes.filter { $0.calls > 0 }.map { Double($0.abandoned) / Double($0.calls) }.sorted()
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

    /// The quantiles of the rates; nil without a window in which a call counts.
    package var windowRates: WindowRates? {
        guard let last = rates.last else { return nil }
        func quantile(_ share: Double) -> Double { rates[min(rates.count - 1, Int(share * Double(rates.count)))] }
        return WindowRates(p5: quantile(0.05), p50: quantile(0.5), p95: quantile(0.95), max: last)
    }

    package var json: JSONValue {
        let quantiles = windowRates
        return [
            "version": 1, "scenario": .string(scenario), "seed": .integer(seed), "profile": .string(profile),
            "limit": .double(limit), "windows": .integer(windows), "breached": .integer(breached),
            "breachProbability": breachProbability.json,
            "windowRate": [
                "p5": .optional(quantiles?.p5), "p50": .optional(quantiles?.p50), "p95": .optional(quantiles?.p95),
                "max": .optional(quantiles?.max),
            ],
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
        let share = NumberText.short(100 * margin.share, 1)
        lines.append(
            margin.rate.map {
                "  margin: this team and policy keep the rule in \(share) % of windows up to "
                    + "\(NumberText.short(100 * $0, 2)) % over all windows"
            } ?? "  margin: no setting of this policy keeps the rule in \(share) % of windows"
        )
        return lines.joined(separator: "\n") + "\n"
    }
}
