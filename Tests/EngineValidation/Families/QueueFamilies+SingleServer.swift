internal import DialerEngine
internal import DiscreteEvents
import QueueingTheory

extension QueueFamilies {
    /// One server: M/M/1, M/G/1 and M/M/1/K.
    static func singleServer(_ simulator: Simulator) async throws -> Family {
        var scenarios: [Scenario] = [0.5, 0.8, 0.9].map { load in
            let queue = SingleServerQueue(arrivalRate: load, serviceRate: 1)
            return scenario(
                "M/M/1",
                "ρ = \(load)",
                "Kleinrock, Queueing Systems 1 (1975), 3.2",
                servers: 1,
                rate: load,
                millions: 6,
                exact: [
                    (.wait, queue.meanWait), (.waiting, queue.occupancy),
                    (.waiting(longerThan: 5), queue.probabilityOfWait(longerThan: 5)),
                    (.occupancy, queue.occupancy),
                ]
            )
        }
        let services: [(String, Distribution, Double)] = [
            ("constant", .constant(1), 0.8), ("uniform 0.5 … 1.5", Distribution(.uniform(min: 0.5, max: 1.5)), 0.7),
            ("lognormal, c² = 1.72", Distribution(.lognormal(mean: 1, sd: 1.718_281_828_459_045.squareRoot())), 0.5),
            ("gamma, c² = 2", Distribution(.gamma(mean: 1, sd: 2.0.squareRoot())), 0.6),
        ]
        scenarios += services.map { name, service, load in
            let queue = GeneralServiceQueue(arrivalRate: load, meanService: 1, squaredVariation: service.variance)
            return scenario(
                "M/G/1",
                "\(name), ρ = \(load)",
                "Pollaczek 1930; Khinchine 1932",
                servers: 1,
                rate: load,
                service: service,
                millions: 6,
                exact: [(.wait, queue.meanWait), (.waiting, load)]
            )
        }
        scenarios += [(0.8, 5), (1.2, 10)].map { load, capacity in
            let queue = FiniteSingleServerQueue(offeredLoad: load, capacity: capacity)
            var scenario = scenario(
                "M/M/1/K (K trunks)",
                "ρ = \(load), K = \(capacity)",
                "Kleinrock, 3.6",
                servers: 1,
                rate: load,
                exact: [(.blocked, queue.blocking), (.occupancy, queue.occupancy)]
            )
            scenario.center.lines = capacity
            return scenario
        }
        return Family(
            title: "One agent as a queue",
            introduction:
                "Calls are placed at random moments (policy `poisson`) and answered at once; one agent serves "
                + "them with endless patience. With K trunks a call that finds K others is blocked.",
            comparisons: try await scenarios.comparisons(simulator)
        )
    }
}
