import RunReport
import Statistics

/// Policies side by side: abandonment, occupancy and predictive gain of each, and how they differ from the scenario's.
struct ComparisonTable {
    private let comparison: PolicyComparison

    init(_ comparison: PolicyComparison) { self.comparison = comparison }

    func lines(style: TextStyle) -> [String] {
        let metrics: [StudyMetric] = [.abandonmentRate, .occupancy, .connectsPerAgentHour]
        var rows = [["policy"] + metrics.map(\.title) + ["predictive gain (min/agent h)"]]
        var differences = [["difference from \(comparison.entries.first?.name ?? "")"] + metrics.map(\.title)]
        for (index, entry) in comparison.entries.enumerated() {
            let means = metrics.map { metric in
                entry.result.metrics[metric].map { MetricText(metric).cells($0)[0] } ?? ""
            }
            rows.append([entry.name] + means + [Self.range(entry.predictiveGain, MetricText(.talkMinutesPerAgentHour))])
            guard index > 0 else { continue }
            let shifts = metrics.map { metric in
                entry.differences[metric].map { Self.range($0, MetricText(metric, isDifference: true)) } ?? ""
            }
            differences.append([entry.name] + shifts)
        }
        let tables = [TextTable.lines(rows)] + (differences.count > 1 ? [TextTable.lines(differences)] : [])
        return Array(
            tables.map { $0.enumerated().map { $0 == 0 ? style.text($1, .quiet) : $1 } }.joined(separator: [""])
        )
    }

    private static func range(_ estimate: Estimate, _ text: MetricText) -> String {
        let cells = text.cells(estimate)
        guard let mean = estimate.mean, estimate.interval != nil else { return cells[0] }
        return "\(mean > 0 ? "+" : "")\(cells[0]) (\(cells[1]))"
    }
}
