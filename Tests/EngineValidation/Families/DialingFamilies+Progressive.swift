internal import DialerEngine
internal import DiscreteEvents
import QueueingTheory

extension DialingFamilies {
    /// One line per agent.
    static func progressive(_ simulator: Simulator) async throws -> Family {
        let exponential = Distribution.exponential(mean: 15)
        let uniform = Distribution(.uniform(min: 4, max: 20))
        let lognormal = Distribution(.lognormal(mean: 7, sd: 4), shift: 3)
        let (gamma, weibull) = (Distribution(.gamma(mean: 12, sd: 6)), Distribution(.weibull(mean: 20, shape: 2)))
        let cases: [(agents: Int, p: Double, live: Distribution, fail: Distribution, handle: Double, text: String)] = [
            (5, 0.3, exponential, exponential, 120, "ringing exponential 15 s"),
            (1, 0.2, uniform, .constant(22), 150, "ringing uniform 4 … 20 s, 22 s"),
            (20, 0.6, lognormal, .constant(30), 60, "ringing 3 s + lognormal, 30 s"),
            (50, 0.05, gamma, weibull, 200, "ringing gamma 12 s, Weibull 20 s"),
        ]
        var comparisons: [Comparison] = []
        for item in cases {
            let theory = ProgressiveDialing(
                meanHandle: item.handle,
                answerProbability: item.p,
                meanLiveLine: item.live.mean,
                meanFailedLine: item.fail.mean
            )
            var scenario = Scenario(
                model: "progressive",
                parameters: "n = \(item.agents), p = \(item.p), \(item.text), handling lognormal + exponential, "
                    + "mean \(digits(item.handle)) s",
                source: "renewal and reward: Ross, Stochastic Processes (1996), 3.6",
                center: .exponential(agents: item.agents, answering: item.p, ringing: 15, handle: item.handle),
                pacing: .progressive,
                exact: [
                    (.occupancy, theory.occupancy), (.connects, theory.connectsPerAgentHour),
                    (.dials, theory.dialsPerAgentHour),
                ]
            )
            scenario.center.ringing = RingingTimes(item.fail)
            scenario.center.ringing[.answered] = item.live
            scenario.center.talk = Distribution(.lognormal(mean: 0.75 * item.handle, sd: item.handle))
            scenario.center.wrap = .exponential(mean: 0.25 * item.handle)
            let results = try await simulator.run(scenario)
            comparisons += scenario.compare(results)
            comparisons.append(
                Comparison(
                    scenario.model,
                    scenario.parameters,
                    "abandoned calls, all replications",
                    exact: 0,
                    found: Double(results.map(\.allCalls.abandoned).reduce(0, +)),
                    source: "each call has an agent"
                )
            )
        }
        return Family(
            title: "Progressive dialling",
            introduction: "One line per free agent: an agent's cycle is a search and a call, so only the means matter, "
                + "and no caller is ever abandoned, although the patience here is zero.",
            comparisons: comparisons
        )
    }
}
