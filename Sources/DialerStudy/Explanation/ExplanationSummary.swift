import DialerEngine
import ExactJSON
package import RunReport
import Statistics

/// An explanation for a terminal: the clusters of abandonments, and the causes by what they cost.
package struct ExplanationSummary {
    private let explanation: Explanation
    private let style: TextStyle
    private let width: Int
    /// Clusters beyond these are counted, not listed.
    private static let mostClusters = 20

    package init(_ explanation: Explanation, style: TextStyle = .plain, width: Int = 100) {
        (self.explanation, self.style, self.width) = (explanation, style, max(40, width))
    }

    package var text: String {
        let rate = explanation.calls > 0 ? Double(explanation.abandonments) / Double(explanation.calls) : 0
        var lines = [
            style.text("ringback explain", .strong)
                + "  \(explanation.scenario) · \(explanation.profile) · window \(NumberText.count(explanation.window)) · seed "
                + "\(explanation.seed)",
            "  \(NumberText.count(explanation.abandonments)) of \(explanation.denominator.counted(explanation.calls)) "
                + "abandoned, \(NumberText.short(100 * rate, 2)) %", "",
        ]
        lines += clusterLines + [""] + causeLines
        lines += TextColumns.wrapped(
            "Each cause is taken away alone, on the same customers, in this window and the \(Explanation.replications - 1) after it. "
                + "Effects overlap and need not add up.",
            after: "  ",
            to: width
        )
        return lines.joined(separator: "\n") + "\n"
    }

    private var clusterLines: [String] {
        let clusters = explanation.clusters.sorted { $0.abandonments > $1.abandonments }.prefix(Self.mostClusters)
            .sorted { $0.from < $1.from }
        guard !clusters.isEmpty else { return ["  no abandonment"] }
        let head = ["abandoned", "when", "for", "on duty", "on break", "talking", "in flight", "waiting"]
        let rows = clusters.map { cluster in
            [
                "\(cluster.abandonments)", cluster.clock,
                Duration.text(seconds: (cluster.to - cluster.from).rounded()),
                "\(cluster.state.onDuty)", "\(cluster.state.onBreak)", "\(cluster.state.talking)",
                "\(cluster.state.inFlight)", "\(cluster.state.waiting)",
            ]
        }
        let lines = TextTable.lines([head] + rows).enumerated().map { $0 == 0 ? style.text($1, .quiet) : $1 }
        let more = explanation.clusters.count - clusters.count
        return lines + (more > 0 ? ["  and \(NumberText.count(more)) smaller clusters"] : [])
    }

    private var causeLines: [String] {
        let rows = explanation.causes.map { finding in
            let interval = finding.avoided.interval.map {
                "\(NumberText.fixed($0.lower, 1))…\(NumberText.fixed($0.upper, 1))"
            }
            return [
                finding.cause.words, finding.avoided.mean.map { NumberText.fixed($0, 1) } ?? "–", interval ?? "–",
                "\(finding.inWindow)",
            ]
        }
        let head = ["without this alone", "fewer abandoned", "95 % interval", "in this window"]
        return TextTable.lines([head] + rows).enumerated().map { $0 == 0 ? style.text($1, .quiet) : $1 }
    }
}

extension Explanation.Cause {
    /// The cause as a table names it.
    package var words: String {
        switch self {
        case .breaks: "breaks"
        case .roster: "agents who leave early"
        case .longTalks: "talks above the 95th percentile"
        case .answerRate: "swings of the answer rate"
        case .detection: "errors of detection"
        case .lines: "the limit on lines"
        }
    }
}
