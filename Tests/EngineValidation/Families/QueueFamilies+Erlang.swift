internal import DialerEngine
internal import DiscreteEvents
import QueueingTheory

extension QueueFamilies {
    /// The loss system.
    static func loss(_ simulator: Simulator) async throws -> Family {
        let services: [(String, Distribution)] = [
            ("exponential", .exponential(mean: 120)),
            ("lognormal, c² = 1.56,", Distribution(.lognormal(mean: 120, sd: 150))), ("constant", .constant(120)),
        ]
        let systems = [(5, 3.0, 0), (10, 8, 0), (50, 40, 0), (100, 90, 0), (10, 8, 1), (10, 8, 2), (3, 7, 1)]
        let scenarios = systems.map { servers, load, service in
            let system = ErlangB(servers: servers, offeredLoad: load)
            return scenario(
                "Erlang B, M/G/n/n",
                "n = \(servers), a = \(digits(load)), \(services[service].0) talk",
                "Erlang 1917; insensitivity: Sevastyanov 1957",
                servers: servers,
                rate: load / 120,
                service: services[service].1,
                patience: .constant(0),
                exact: [(.abandonment, system.blocking), (.occupancy, system.occupancy)]
            )
        }
        return Family(
            title: "Erlang B",
            introduction: "Zero patience makes the agents a loss system, whatever the distribution of the talk time.",
            comparisons: try await scenarios.comparisons(simulator)
        )
    }

    /// The delay system.
    static func delay(_ simulator: Simulator) async throws -> Family {
        let scenarios = [(5, 4.0), (10, 8), (20, 18), (50, 45), (100, 95)].map { servers, load in
            let system = ErlangC(servers: servers, arrivalRate: load / 180, serviceRate: 1.0 / 180)
            return scenario(
                "Erlang C, M/M/n",
                "n = \(servers), a = \(digits(load)), 1/μ = 180 s",
                "Erlang 1917",
                servers: servers,
                rate: load / 180,
                service: .exponential(mean: 180),
                millions: servers > 10 ? 8 : 4,
                exact: [
                    (.wait, system.meanWait), (.waiting, system.waitingProbability),
                    (.waiting(longerThan: 20), system.probabilityOfWait(longerThan: 20)),
                    (.occupancy, system.occupancy),
                ]
            )
        }
        return Family(
            title: "Erlang C",
            introduction: "Endless patience makes the agents a delay system; answered calls wait in order of arrival.",
            comparisons: try await scenarios.comparisons(simulator)
        )
    }
}
