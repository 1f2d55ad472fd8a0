import DialerEngine
import ExactJSON
import ScenarioFile
import SimulationAPI

/// Judges a run by the scenario's abandonment rules.
///
/// This is done if the scenario names a rule or has a contact centre. Events show which answered calls were abandoned,
/// persons taken for machines among them, and how long the others waited after the answer. If a rule's clock starts at a
/// greeting of unknown or varying length, only `simulate` knows which calls waited too long.
struct ComplianceJudgement {
    private(set) var assertions: [Assertion] = []
    /// What could not be judged, and why.
    private(set) var notes: [String] = []

    init(_ facts: RunFacts) {
        let scenario = facts.scenario
        let isWanted = scenario.writtenParts.contains("compliance") || scenario.contactCenter != nil
        let mayAnswer = zip(CallOutcome.allCases, facts.injectedProbabilities).contains { $0 == .answered && $1 > 0 }
        guard isWanted, mayAnswer, facts.ending == .ended, facts.status?.state == .completed else { return }
        for (index, rule) in scenario.compliance.enumerated() {
            if let caution = rule.standing?.caution { notes.append("compliance \(rule.name): \(caution)") }
            if rule.attemptLimit != nil {
                notes.append(
                    "compliance \(rule.name): events do not tell which contact is called; `simulate` judges it"
                )
            } else if let limit = rule.limit {
                let late = facts.calls.lateConnects.indices.contains(index) ? facts.calls.lateConnects[index] : 0
                assertions.append(Self.judge(rule, limit: limit, late: late, facts))
                if scenario.longestWait(of: rule) == nil {
                    notes.append(
                        "compliance \(rule.name): events do not tell when the greeting ends, so connected calls are not "
                            + "held against its clock; `simulate` does that"
                    )
                }
            } else {
                notes.append("compliance \(rule.name): the rate is reported, the rule sets no limit")
            }
        }
    }

    private static func judge(
        _ rule: ComplianceProfile,
        limit: DecimalFactor,
        late: Int,
        _ facts: RunFacts
    ) -> Assertion {
        func judged(_ verdict: Verdict, _ observed: String, _ detail: String = "") -> Assertion {
            let expected = "at most \(NumberText.percent(ExactDecimal(limit))) of answered calls abandoned"
            let demand = Demand.abandonment(rule.name)
            return Assertion(demand, verdict, observed: observed, expected: expected, detail: detail)
        }
        let (abandoned, answered) = (facts.calls.abandoned + late, facts.calls.outcomes[.answered] ?? 0)
        guard answered > 0 else { return judged(.inconclusive, "no call answered", "no call was answered by a person") }
        let rate = Double(abandoned) / Double(answered)
        let waited = late > 0 ? ", \(NumberText.count(late)) of them connected too late" : ""
        let observed =
            "\(NumberText.percent(rate)) (\(NumberText.count(abandoned)) of \(NumberText.count(answered))\(waited))"
        if limit.isExceeded(by: abandoned, of: answered) {
            let advice = "dial less aggressively: `ringback calibrate` finds a pacing that complies"
            return judged(.fail, observed, advice)
        }
        guard facts.calls.timeline.seconds <= rule.window.seconds else {
            let advice = "the run spans more than one window of the rule; `simulate` judges each"
            return judged(.inconclusive, observed, advice)
        }
        return judged(.pass, observed)
    }
}
