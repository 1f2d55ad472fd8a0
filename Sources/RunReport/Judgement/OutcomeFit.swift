import SimulationAPI
import Statistics

/// Compares the observed outcomes with the injected ones.
struct OutcomeFit {
    let shares: [RunResult.OutcomeShare]
    /// The test; `nil` unless outcomes are injected and at least one ended call reported its own.
    let summary: RunResult.GoodnessOfFitSummary?
    /// The demand that they fit; `nil` if there is nothing to compare.
    let assertion: Assertion?
    let notes: [String]

    /// The probability of rejecting a run whose outcomes do come from the injected distribution.
    private static let level = 0.001

    init(_ facts: RunFacts) {
        let counts = facts.outcomeCounts
        let total = counts.reduce(0, +)
        shares = zip(zip(CallOutcome.allCases, facts.injectedShares), counts).map { injection, count in
            let (outcome, injected) = injection
            let interval = ProportionInterval.wilson(successes: count, trials: total)
            return RunResult.OutcomeShare(
                outcome: outcome,
                injected: injected,
                observed: count,
                share: total == 0 ? 0 : Double(count) / Double(total),
                low: interval.lower,
                high: interval.upper
            )
        }
        let hasEnded = facts.ending == .ended
        let mute = facts.calls.withoutOutcome
        let verb = mute == 1 ? "is" : "are"
        var notes: [String] = []
        if mute > 0 {
            notes.append("\(NumberText.count(mute, "ended call")) reported no outcome and \(verb) in no share")
        }
        if hasEnded, !facts.payload.outcomes.enabled {
            notes.append("outcomes were not injected (enabled: false), so they were not judged")
        }
        if !facts.calls.callsByEntry.isEmpty, facts.payload.outcomes.enabled, total > 0 {
            notes.append(
                "outcomes change during a shift: each call is expected to come out as the schedule had it when it was dialled, "
                    + "and injected shares are means over the calls"
            )
        }
        self.notes = notes
        guard facts.payload.outcomes.enabled, total > 0 || (hasEnded && facts.status?.state == .completed) else {
            (summary, assertion) = (nil, nil)
            return
        }
        let (probabilities, seed) = (facts.injectedProbabilities, UInt64(facts.seed ?? 0))
        let test = GoodnessOfFit(observed: counts, probabilities: probabilities, seed: seed)
        let verdict: Verdict =
            switch test.result(level: Self.level) {
            case .fits: .pass
            case .doesNotFit: .fail
            case .sampleTooSmall: .inconclusive
            }
        let (name, statistic, pValue) = (test.test.words.name, test.statistic, test.pValue)
        let summary = RunResult.GoodnessOfFitSummary(test: name, statistic: statistic, pValue: pValue, verdict: verdict)
        self.summary = total == 0 ? nil : summary
        assertion = hasEnded || !test.impossibleOutcomes.isEmpty ? Self.assertion(test, verdict, counts) : nil
    }

    private static func assertion(_ test: GoodnessOfFit, _ verdict: Verdict, _ counts: [Int]) -> Assertion {
        guard test.impossibleOutcomes.isEmpty else {
            let calls = test.impossibleOutcomes.reduce(0) { $0 + counts[$1] }
            let names = test.impossibleOutcomes.map { CallOutcome.allCases[$0].rawValue }.joined(separator: ", ")
            let observed = "\(NumberText.count(calls, "call")) of probability 0 (\(names))"
            let detail = "the injection was not honoured: \(names) cannot come up"
            return Demand.outcomesFit.judged(false, observed, expected: "none of probability 0", detail)
        }
        let least = GoodnessOfFit.leastSampleSize
        let pValue = NumberText.pValue(test.pValue)
        let detail =
            switch verdict {
            case .pass: ""
            case .inconclusive:
                "sample too small: \(NumberText.count(test.sampleSize, "call")), the test needs \(least); raise maxCalls"
            case .fail:
                "if the injection is honoured, outcomes as far off as these come up with probability \(pValue)"
            }
        return Assertion(
            .outcomesFit,
            verdict,
            observed: test.sampleSize == 0
                ? "no ended calls" : "\(test.test.words.symbol) \(NumberText.fixed(test.statistic, 1)), p \(pValue)",
            expected: "p > \(level), \(least) calls or more",
            detail: detail
        )
    }
}

extension GoodnessOfFit.PValueMethod {
    /// The name of the test, and the symbol of its statistic.
    fileprivate var words: (name: String, symbol: String) {
        switch self {
        case .chiSquare: ("chi-square", "χ²")
        case .exactMultinomial: ("exact multinomial", "exact test, χ²")
        case .monteCarlo: ("Monte Carlo", "Monte Carlo test, χ²")
        }
    }
}
