import ExactJSON
import SimulationAPI

extension ReportSection {
    /// The outcomes of a run beside those that were injected; nil without a call.
    static func outcomes(_ shares: [RunResult.OutcomeShare], isInjected: Bool, fit: String) -> ReportSection? {
        guard shares.contains(where: { $0.observed > 0 }) else { return nil }
        let rows = shares.map { share in
            [
                share.outcome.rawValue, isInjected ? NumberText.percent(share.injected) : "–",
                NumberText.count(share.observed), NumberText.percent(share.share),
                NumberText.percentRange(share.low, share.high, digits: 1),
            ]
        }
        let table = ReportTable(
            "Outcomes",
            [.text("Outcome"), .number("Injected"), .number("Calls"), .number("Observed"), .number("95 % interval")],
            rows
        )
        return ReportSection(
            "Outcomes",
            id: "outcomes",
            [.picture(OutcomeChart(shares, isInjected: isInjected).picture), .table(table)]
                + (fit.isEmpty ? [] : [.paragraph(fit)])
        )
    }

    /// The calls of a run over virtual time; nil without a call.
    static func timeline(_ timeline: CallTimeline, limit: Int) -> ReportSection? {
        guard let chart = TimelineChart(timeline, limit: limit) else { return nil }
        return ReportSection(
            "Time line",
            id: "time",
            [.picture(chart.picture), .paragraph("Virtual time from \(timeline.start).")]
        )
    }
}

extension RunResult.GoodnessOfFitSummary {
    /// What the test says about these outcomes.
    func sentence(on outcomes: [RunResult.OutcomeShare], accuracyRate: Double?) -> String {
        let word =
            switch verdict {
            case .pass: "The observed outcomes fit the injected distribution"
            case .inconclusive: "The sample is too small to judge the fit"
            case .fail: "The observed outcomes do not fit the injected distribution"
            }
        let impossible = outcomes.filter { $0.injected.isZero && $0.observed > 0 }.map(\.outcome.rawValue)
        guard impossible.isEmpty else {
            return "\(word): \(impossible.joined(separator: ", ")) was injected with probability 0."
        }
        let accuracy = accuracyRate.map { "; accuracy rate \(NumberText.short($0, 4))" } ?? ""
        return
            "\(word): \(test) test, χ² = \(NumberText.short(statistic, 2)), p = \(NumberText.pValue(pValue))\(accuracy)."
    }
}
