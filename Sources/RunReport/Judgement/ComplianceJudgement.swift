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
                let late = facts.calls.lateConnects.dropFirst(index).first ?? 0
                let early = facts.calls.earlyHangUps.dropFirst(index).first ?? 0
                let isBlurred = scenario.mayDropPersons
                let leavesOut = !rule.countsEarlyHangUps || rule.falsePositives != .abandoned
                if leavesOut, isBlurred {
                    notes.append(
                        "compliance \(rule.name): events do not tell persons taken for machines from those who hang up, "
                            + "so all of them are counted; `simulate` tells them apart"
                    )
                }
                let leftOut = rule.countsEarlyHangUps || isBlurred ? 0 : early
                assertions.append(Self.judge(rule, limit: limit, late: late, early: leftOut, facts))
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
        early: Int,
        _ facts: RunFacts
    ) -> Assertion {
        func judged(_ verdict: Verdict, _ observed: String, _ detail: String = "") -> Assertion {
            let calls = rule.denominator == .live ? "answered calls" : rule.denominator.words
            let expected = "at most \(NumberText.percent(ExactDecimal(limit))) of \(calls) abandoned"
            let demand = Demand.abandonment(rule.name)
            return Assertion(demand, verdict, observed: observed, expected: expected, detail: detail)
        }
        let (abandoned, answered) = (facts.calls.abandoned + late - early, facts.calls.outcomes[.answered] ?? 0)
        guard answered > 0 else { return judged(.inconclusive, "no call answered", "no call was answered by a person") }
        let calls =
            switch rule.denominator {
            case .live: answered
            case .connected: answered - facts.calls.abandoned
            case .attempts: facts.callsAttempted
            }
        let rate = calls > 0 ? NumberText.percent(Double(abandoned) / Double(calls)) : "–"
        let waited = late > 0 ? ", \(NumberText.count(late)) of them connected too late" : ""
        let observed = "\(rate) (\(NumberText.count(abandoned)) of \(NumberText.count(calls))\(waited))"
        if limit.isExceeded(by: abandoned, of: calls) {
            let advice = "dial less aggressively: `ringback calibrate` finds a pacing that complies"
            return judged(.fail, observed, advice)
        }
        guard facts.isInOneWindow(of: rule) else {
            let advice = "the run spans more than one window of the rule; `simulate` judges each"
            return judged(.inconclusive, observed, advice)
        }
        return judged(.pass, observed)
    }
}

extension RunFacts {
    /// Whether everything that was seen lies in one window of a rule.
    fileprivate func isInOneWindow(of rule: ComplianceProfile) -> Bool {
        let seconds = calls.timeline.seconds
        guard seconds <= rule.window.seconds else { return false }
        guard sendsExtensions, scenario.contactCenter != nil else { return true }
        let start = status?.createdAt.map { Double(calls.timeline.start.milliseconds - $0.milliseconds) / 1000 } ?? 0
        return scenario.runPlan.calendar.holdsInOneWindow(rule.window, from: max(0, start), to: max(0, start) + seconds)
    }
}

extension Scenario {
    /// Whether a person may be dropped as a machine, at any time of a shift.
    fileprivate var mayDropPersons: Bool {
        ([contactCenter].compactMap(\.self) + schedule.map(\.center)).contains { $0.detection?.falsePositive ?? 0 > 0 }
    }
}
