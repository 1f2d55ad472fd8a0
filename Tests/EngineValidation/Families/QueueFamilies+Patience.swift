internal import DialerEngine
internal import DiscreteEvents
import QueueingTheory

extension QueueFamilies {
    /// Exponential patience.
    static func impatience(_ simulator: Simulator) async throws -> Family {
        let systems: [(Int, Double, Double)] = [
            (5, 4, 1), (10, 9, 0.5), (50, 48, 0.5), (50, 50, 0.5), (100, 100, 1), (20, 25, 2),
        ]
        let scenarios = systems.map { servers, rate, impatience in
            let system = ErlangA(
                servers: servers,
                arrivalRate: rate,
                serviceRate: 1,
                abandonmentRate: impatience
            )
            return scenario(
                "Erlang A, M/M/n+M",
                "n = \(servers), λ = \(digits(rate)), μ = 1, θ = \(digits(impatience))",
                "Palm 1957; Garnett, Mandelbaum and Reiman 2002",
                servers: servers,
                rate: rate,
                patience: .exponential(mean: 1 / impatience),
                exact: [
                    (.abandonment, system.abandonmentProbability), (.waiting, system.waitingProbability),
                    (.wait, system.meanWait), (.occupancy, system.occupancy),
                ]
            )
        }
        return Family(
            title: "Erlang A",
            introduction: "A person's patience is exponential; P(W > 0) counts those who give up later.",
            comparisons: try await scenarios.comparisons(simulator)
        )
    }

    /// Constant patience, the rule of two seconds.
    static func constantPatience(_ simulator: Simulator) async throws -> Family {
        let systems = [(1, 0.005, 2.0), (5, 0.03, 2), (10, 0.07, 0), (10, 0.07, 2), (20, 0.14, 2), (10, 0.1, 30)]
        let scenarios = systems.map { servers, rate, patience in
            let system = DeterministicPatienceQueue(
                servers: servers,
                arrivalRate: rate,
                serviceRate: 1.0 / 120,
                patience: patience
            )
            return scenario(
                "M/M/n+D",
                "n = \(servers), λ = \(rate)/s, D = \(digits(patience)) s, 1/μ = 120 s",
                "Baccelli and Hébuterne 1981; Zeltyn and Mandelbaum 2005",
                servers: servers,
                rate: rate,
                service: .exponential(mean: 120),
                patience: .constant(patience),
                exact: [(.abandonment, system.abandonmentProbability), (.occupancy, system.occupancy)]
                    + (patience > 0 ? [(.waiting, system.waitingProbability), (.wait, system.meanWait)] : [])
            )
        }
        return Family(
            title: "Two seconds of patience",
            introduction: "Everybody waits for exactly D seconds: the two-second rules of the regulators as a queue.",
            comparisons: try await scenarios.comparisons(simulator)
        )
    }
}
