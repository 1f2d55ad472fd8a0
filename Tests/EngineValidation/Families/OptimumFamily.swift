internal import DialerEngine
internal import DiscreteEvents
import QueueingTheory
internal import Statistics

/// No policy beats the best one.
enum OptimumFamily {
    private static func policies(agents: Int) -> [(String, Pacing, millions: Double)] {
        var strict = FeedbackParameters()
        strict.abandonTarget = DecimalFactor(2, per: 100)
        var careful = LookaheadParameters()
        careful.abandonTarget = DecimalFactor(2, per: 100)
        var average = VicidialParameters()
        average.method = .average
        let lines = max(1, agents / 5)
        return [
            ("progressive", .progressive, 2),
            ("power 1.15", .power(linesPerAgent: DecimalFactor(1.15)), 2),
            ("power 1.3", .power(linesPerAgent: DecimalFactor(1.3)), 2),
            ("power 1.6", .power(linesPerAgent: DecimalFactor(1.6)), 2),
            ("power 2", .power(linesPerAgent: DecimalFactor(2)), 2),
            ("fixedLines \(lines)", .fixedLines(lines), 2),
            ("poisson, \(60 * agents)/h", .poisson(callsPerHour: 60 * Double(agents)), 2),
            ("ratio 1.1", .ratio(level: DecimalFactor(1.1)), 2), ("ratio 1.3", .ratio(level: DecimalFactor(1.3)), 2),
            ("vicidial, hard limit", .vicidial(.init()), 2), ("vicidial, average", .vicidial(average), 2),
            ("feedback, 3 %", .feedback(.init()), 2), ("feedback, 2 %", .feedback(strict), 2),
            ("lookahead, 3 %", .lookahead(.init()), 0.3), ("lookahead, 2 %", .lookahead(careful), 0.3),
        ]
    }

    /// The occupancy of every policy next to the optimum, and a test that is sharp at every abandoned share.
    static func family(_ simulator: Simulator) async throws -> Family {
        var comparisons: [Comparison] = []
        for agents in [1, 5, 10, 20] {
            let optimum = DialingOptimum(DialingOptimum.Model(agents: agents))
            for (name, pacing, millions) in policies(agents: agents) {
                let scenario = Scenario(
                    model: "n = \(agents)",
                    parameters: name,
                    source: "",
                    center: .exponential(agents: agents, answering: 0.3, ringing: 15, handle: 120),
                    pacing: pacing,
                    millions: millions,
                    exact: []
                )
                comparisons += compare(scenario, try await simulator.run(scenario), with: optimum)
            }
        }
        return Family(
            title: "The optimum",
            introduction: """
                Exponential ringing (15 s) and handling (120 s), p = 0.3, zero patience. The highest occupancy that any \
                policy can have with at most 3 % abandoned calls is the optimum of a Markov decision process. An estimate \
                above it would be an error of the engine. Two comparisons for each policy: its occupancy, where it keeps \
                the 3 %; and for every policy, whatever it abandons, its occupancy less λ for each abandoned call per \
                second above 3 % of the answered ones. With the price λ of the optimum no policy has more than the \
                optimum there either. Only standard errors above the optimum count. (The optimum is a limit for \
                memoryless times; where times are not memoryless, a policy that looks at elapsed times may do better.)
                """,
            comparisons: comparisons
        )
    }

    private static func compare(
        _ scenario: Scenario,
        _ results: [ReplicationResult],
        with optimum: DialingOptimum
    ) -> [Comparison] {
        let (agents, target) = (Double(optimum.model.agents), optimum.model.abandonTarget)
        let priced = Quantity(name: "") {
            let calls = $0.measures.calls
            let excess = Double(calls.abandoned) - target * Double(calls.answered)
            return $0.measures.busySeconds - optimum.price * agents * excess
        } denominator: {
            $0.measures.agentSeconds
        }
        let share = 100 * (Quantity.abandonment.estimate(results).value ?? .nan)
        func ceiling(_ quantity: String, _ estimate: RatioEstimate) -> Comparison {
            let interval = estimate.interval()
            return Comparison(
                model: scenario.model,
                parameters: scenario.parameters,
                quantity: quantity,
                exact: "≤ \(digits(optimum.occupancy, 8))",
                estimate: digits(estimate.value ?? .nan),
                interval: interval.map { "\(digits($0.lower)) … \(digits($0.upper))" } ?? "–",
                test: .ceiling(
                    standardErrors: ((estimate.value ?? .nan) - optimum.occupancy) / (estimate.standardError ?? .nan)
                ),
                source: "linear programming duality: Altman 1999"
            )
        }
        let occupancy = ceiling(
            "occupancy, abandoning \(digits(share, 3)) %",
            Quantity.occupancy.estimate(results)
        )
        return (share <= 3 ? [occupancy] : [])
            + [ceiling("priced occupancy, abandoning \(digits(share, 3)) %", priced.estimate(results))]
    }
}
