import ScenarioFile

/// What `--fail-on-regression` asks for: the metrics that may not become worse, and by how much they may.
package struct RegressionGate: Hashable, Sendable {
    /// How much worse each metric may be, in its unit; empty for every metric without any tolerance.
    package let tolerances: [ComparedMetric: Double]

    /// What is wrong with the text of a gate.
    package struct SyntaxError: Error, CustomStringConvertible {
        package let description: String
    }

    /// The text that gates every metric, without any tolerance.
    package static let all = "all"

    /// Reads `METRIC=TOLERANCE,…` or `all`.
    package init(parsing text: String) throws(SyntaxError) {
        var tolerances: [ComparedMetric: Double] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) where text != Self.all {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let metric = ComparedMetric(rawValue: words[0]) else {
                let names = ComparedMetric.allCases.map(\.rawValue).joined(separator: ", ")
                throw SyntaxError(
                    description: "there is no metric \"\(words[0])\" to compare; the metrics are \(names)"
                )
            }
            guard words.count == 2, let tolerance = metric.unit.value(words[1]), tolerance >= 0, tolerance.isFinite
            else {
                let example = metric.unit == .share ? "0.5%" : metric.unit == .seconds ? "2s" : "1"
                throw SyntaxError(
                    description:
                        "\(metric.rawValue) needs a tolerance of 0 or more in its unit, such as \(metric.rawValue)=\(example)"
                )
            }
            guard tolerances.updateValue(tolerance, forKey: metric) == nil else {
                throw SyntaxError(description: "\(metric.rawValue) has two tolerances; give it one")
            }
        }
        self.tolerances = tolerances
    }

    /// The tolerance of a metric; nil if the metric does not gate.
    func tolerance(of metric: ComparedMetric) -> Double? { tolerances.isEmpty ? 0 : tolerances[metric] }
}

extension MetricUnit {
    /// The value of a text in this unit: a number, `0.5%` for a share, a duration for seconds.
    fileprivate func value(_ text: String) -> Double? {
        switch self {
        case .share:
            guard text.hasSuffix("%") else { return Double(text) }
            return Double(text.dropLast()).map { $0 / 100 }
        case .seconds: return DurationText.seconds(text)
        case .number, .count: return Double(text)
        }
    }
}
