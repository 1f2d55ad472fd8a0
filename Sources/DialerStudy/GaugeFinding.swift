package import DialerEngine
package import ExactJSON
package import RunReport
import ScenarioFile
import Statistics

/// What the screen of a dialer shows, beside what the law counts on the same calls.
package struct GaugeFinding: Hashable, Sendable {
    package let gauge: Gauge
    /// The value at the end of a day (of a rolling gauge its highest one), averaged over days and replications.
    package let value: Estimate
    /// The rule that it is compared with: the first of the scenario that judges a share.
    package let law: ComplianceFinding

    /// - Parameter counts: What each replication showed.
    init(_ gauge: Gauge, _ counts: [ComplianceCount], law: ComplianceFinding) {
        self.gauge = gauge
        self.law = law
        let days = counts.map { Gauge.days(of: $0).map(\.rate) }
        // The days of a single replication stand for replications.
        let values =
            counts.count == 1 ? days.joined().map { $0 } : days.filter { !$0.isEmpty }.map { Self.mean($0) }
        value = Estimate(MeanEstimate(values), within: 0...1)
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// What somebody would conclude who judged the gauge by the limit of the law; nil if the law sets no limit.
    package var verdict: Verdict? {
        guard let limit = law.profile.limit?.doubleValue, value.mean != nil else { return nil }
        return Scenario.Threshold.Comparison.atMost.verdict(on: value.interval, limit: limit)
    }

    package var agrees: Bool { verdict == law.verdict }

    package var json: JSONValue {
        [
            "name": .string(gauge.rawValue), "value": value.json,
            "law": ["profile": .string(law.profile.name), "rate": law.rate.json],
            "verdicts": [
                "gauge": .string(verdict?.rawValue ?? "reported"), "law": .string(law.verdict?.rawValue ?? "reported"),
            ],
            "agrees": .bool(agrees),
        ]
    }
}
