internal import DialerEngine
internal import DiscreteEvents
import QueueingTheory

extension DialingFamilies {
    /// A constant number of lines.
    static func fixedLines(_ simulator: Simulator) async throws -> Family {
        let talks: [(String, (Double) -> Distribution)] = [
            ("exponential", { .exponential(mean: $0) }),
            ("lognormal", { Distribution(.lognormal(mean: $0, sd: 1.25 * $0)) }), ("constant", { .constant($0) }),
            ("gamma, c² = 4,", { Distribution(.gamma(mean: $0, sd: 2 * $0)) }),
        ]
        let cases = [
            (10, 2, 0.3, 0), (10, 2, 0.3, 1), (10, 3, 0.3, 2), (10, 4, 0.3, 3), (100, 36, 0.3, 0), (100, 36, 0.3, 1),
            (3, 5, 0.1, 1),
        ]
        let scenarios = cases.map { agents, lines, p, talk in
            let theory = FixedLinesDialing(
                agents: agents,
                lines: lines,
                answerProbability: p,
                meanRinging: 15,
                meanHandle: 120
            )
            var scenario = Scenario(
                model: "fixedLines",
                parameters: "n = \(agents), K = \(lines), p = \(p), \(talks[talk].0) talk 120 s",
                source: "Erlang 1917; insensitivity: Sevastyanov 1957",
                center: .exponential(agents: agents, answering: p, ringing: 15, handle: 120),
                pacing: .fixedLines(lines),
                exact: [
                    (.abandonment, theory.abandonment), (.occupancy, theory.occupancy),
                    (.dials, theory.dialsPerAgentHour),
                ]
            )
            scenario.center.talk = talks[talk].1(120)
            return scenario
        }
        return Family(
            title: "A fixed number of lines",
            introduction: "K lines always ring, exponentially long (mean 15 s): answers are a Poisson process, so the "
                + "agents are Erlang's loss system, whatever the distribution of the talk time.",
            comparisons: try await scenarios.comparisons(simulator)
        )
    }
}
