internal import DialerEngine
import QueueingTheory

extension DialingFamilies {
    /// The power law against its Markov chain.
    static func power(_ simulator: Simulator) async throws -> Family {
        let cases: [(Int, Double, Double, Double, Double)] = [
            (1, 2, 0.3, 15, 120), (1, 3, 0.3, 15, 120), (10, 2, 0.3, 15, 120), (5, 1.5, 0.2, 20, 90),
            (20, 1.15, 0.5, 10, 200), (3, 4, 0.1, 12, 60), (30, 2.5, 0.4, 18, 240), (2, 1, 0.25, 15, 100),
            (100, 2.5, 0.4, 12, 210), (7, 6, 0.08, 25, 45),
        ]
        let scenarios = cases.map { agents, factor, p, ringing, handle in
            let chain = PowerDialingChain(
                agents: agents,
                linesPerAgent: factor,
                answerProbability: p,
                meanRinging: ringing,
                meanHandle: handle
            )
            return Scenario(
                model: "power",
                parameters: "n = \(agents), k = \(digits(factor)), p = \(p), ringing \(digits(ringing)) s, "
                    + "handling \(digits(handle)) s",
                source: "stationary two-dimensional Markov chain",
                center: .exponential(agents: agents, answering: p, ringing: ringing, handle: handle),
                pacing: .power(linesPerAgent: DecimalFactor(factor)),
                exact: [
                    (.abandonment, chain.abandonment), (.occupancy, chain.occupancy),
                    (.dials, chain.dialsPerAgentHour),
                ]
            )
        }
        return Family(
            title: "Power dialling",
            introduction: "k lines per free agent, exponential times, zero patience: busy agents and ringing lines are "
                + "a Markov chain, which is solved to twelve digits.",
            comparisons: try await scenarios.comparisons(simulator)
        )
    }
}
