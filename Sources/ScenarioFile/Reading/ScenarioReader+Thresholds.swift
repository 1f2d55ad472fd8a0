import Addresses
import ExactJSON

extension ScenarioReader {
    mutating func thresholds(_ element: Element) -> [Scenario.Threshold]? {
        guard let fields = mapping(element) else { return nil }
        let names = Scenario.Threshold.Metric.allCases.map(\.rawValue)
        var thresholds: [Scenario.Threshold] = []
        for member in fields.members {
            guard let metric = Scenario.Threshold.Metric(rawValue: member.name) else {
                reportUnknown(member, in: fields, "metric", known: names, .thresholdMetric)
                continue
            }
            guard let field = fields[member.name], let threshold = threshold(metric, field) else { continue }
            thresholds.append(threshold)
        }
        return thresholds
    }

    private mutating func threshold(_ metric: Scenario.Threshold.Metric, _ element: Element) -> Scenario.Threshold? {
        guard element.node.content != .refused else { return nil }
        let example = metric.isRate ? "\"<= 3%\"" : metric.isDuration ? "\"<= 2s\"" : "\">= 50\""
        guard let text = element.node.json.string, let expression = ThresholdExpression(text),
            let limit = limit(expression.limit, of: metric)
        else {
            let problem = element.node.json.string.map { "not \"\(PrintableText.clipped($0))\"" }
            report(
                element,
                .thresholdExpression,
                "\(metric.rawValue) must be a comparison such as \(example), "
                    + (problem ?? "not \(element.node.json.kind)")
            )
            return nil
        }
        if metric.isRate, limit < .zero || limit > .one {
            let advice = limit > .one && limit <= ExactDecimal(100) ? "; did you mean \(expression.limit)%?" : ""
            report(
                element,
                .thresholdLimit,
                "\(metric.rawValue) is always in 0…1, so the limit decides nothing\(advice)",
                severity: .warning
            )
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
