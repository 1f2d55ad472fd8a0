import ExactJSON
import SimulationAPI

/// What the pictures of a run are drawn from.
extension ResultDocument {
    /// The outcomes as they were observed and injected; empty if the document has none.
    var outcomes: [RunResult.OutcomeShare] {
        guard case .object(let members) = json["outcomes"] else { return [] }
        let total = members.reduce(0) { $0 + ($1.value["observed"]?.integer ?? 0) }
        return members.compactMap { member in
            guard let outcome = CallOutcome(rawValue: member.name),
                let injected = member.value["injected"]?.number.flatMap({ ExactDecimal($0) }),
                let observed = member.value["observed"]?.integer, let low = member.value["low"]?.double,
                let high = member.value["high"]?.double
            else { return nil }
            return RunResult.OutcomeShare(
                outcome: outcome,
                injected: injected,
                observed: observed,
                share: total == 0 ? 0 : Double(observed) / Double(total),
                low: low,
                high: high
            )
        }
    }

    /// Whether a distribution of outcomes was injected.
    var isInjected: Bool {
        json["scenarioDocument"]?["simulation"]?["outcomeInjection"]?["enabled"]?.bool
            ?? outcomes.contains { !$0.injected.isZero }
    }

    var goodnessOfFit: RunResult.GoodnessOfFitSummary? {
        guard let fit = json["goodnessOfFit"], let test = fit["test"]?.string,
            let statistic = fit["statistic"]?.double, let pValue = fit["pValue"]?.double,
            let verdict = fit["verdict"]?.string.flatMap(Verdict.init(rawValue:))
        else { return nil }
        return RunResult.GoodnessOfFitSummary(test: test, statistic: statistic, pValue: pValue, verdict: verdict)
    }

    /// Calls over virtual time; nil if the document has no such series.
    var timeline: CallTimeline? {
        guard let json = json["timeline"], let start = json["start"]?.string.flatMap({ Timestamp($0) }),
            let width = json["binSeconds"]?.double, width > 0, width < 1e9, let up = json["callsUp"]?.elements
        else { return nil }
        var timeline = CallTimeline()
        timeline.start = start
        timeline.binMs = Int64((width * 1000).rounded())
        timeline.callsUp = up.map { max(0, $0.integer ?? 0) }
        timeline.abandoned = (json["abandoned"]?.elements ?? []).map { max(0, $0.integer ?? 0) }
        for outcome in CallOutcome.allCases {
            for (bin, count) in (json["ended"]?[outcome.rawValue]?.elements ?? []).enumerated() {
                while timeline.ended.count <= bin { timeline.ended.append([:]) }
                if let count = count.integer, count > 0 { timeline.ended[bin][outcome] = count }
            }
        }
        return timeline
    }
}
