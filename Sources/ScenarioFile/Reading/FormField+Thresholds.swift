import Addresses
import ExactJSON
import SimulationAPI

extension FormField {
    /// What the measured values have to be, in the order as written.
    func thresholds() -> [Scenario.Threshold]? {
        form(of: "metric", .thresholdMetric) { form in
            form.fields(named: Scenario.Threshold.Metric.allCases.map(\.rawValue)).compactMap { field in
                Scenario.Threshold.Metric(rawValue: field.name).flatMap { field.threshold($0) }
            }
        }
    }

    private func threshold(_ metric: Scenario.Threshold.Metric) -> Scenario.Threshold? {
        guard let text = json.string, let expression = ThresholdExpression(text),
            let limit = limit(expression.limit, of: metric)
        else {
            let example = metric.isRate ? "\"<= 3%\"" : metric.isDuration ? "\"<= 2s\"" : "\">= 50\""
            let problem = Violation.type(pointer, "a comparison such as \(example)", json)
            return fail(.thresholdExpression, problem.message)
        }
        if metric.isRate, limit < .zero || limit > .one {
            let advice = limit > .one && limit <= ExactDecimal(100) ? "; did you mean \(expression.limit)%?" : ""
            warn(.thresholdLimit, "\(metric.rawValue) is always in 0…1, so the limit decides nothing\(advice)")
        }
        return Scenario.Threshold(
            metric: metric,
            comparison: expression.comparison,
            exactLimit: limit,
            text: expression.text
        )
    }

    private func limit(_ text: String, of metric: Scenario.Threshold.Metric) -> ExactDecimal? {
        if let literal = CoreSchema.number(text) { return ExactDecimal(literal) }
        if metric.isRate { return RateText.value(text) }
        guard metric.isDuration, let seconds = DurationText.seconds(text) else { return nil }
        return ExactDecimal("\(seconds)")
    }
}

/// A comparison with a limit, taken apart.
private struct ThresholdExpression {
    var comparison: Scenario.Threshold.Comparison
    var limit: String
    var text: String

    init?(_ text: String) {
        let trimmed = Self.trimmed(text[...])
        let comparisons = Scenario.Threshold.Comparison.allCases
        guard let comparison = comparisons.first(where: { trimmed.hasPrefix($0.rawValue) }) else { return nil }
        self.comparison = comparison
        self.text = String(trimmed)
        limit = String(Self.trimmed(trimmed.dropFirst(comparison.rawValue.count)))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var rest = text.drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" || last == "\n" { rest.removeLast() }
        return rest
    }
}
