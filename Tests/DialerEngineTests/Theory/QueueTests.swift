import DialerEngine
import DiscreteEvents
import Foundation
import Testing

/// The core as a queue: open-loop calls that are answered at once, against queueing theory.
@Suite("Queueing theory", .timeLimit(.minutes(5)))
struct QueueTests {
    static func results(_ center: ContactCenter, rate: Double, calls: Int = 4000) throws -> [ReplicationResult] {
        var experiment = Experiment(
            center,
            pacing: .poisson(callsPerHour: rate * 3600),
            length: .calls(calls * testScale),
            seed: 2024
        )
        experiment.warmUp = 0.1 * Double(calls) / rate
        return try replicate(experiment)
    }

    /// Erlang B by its recursion.
    static func erlangB(_ servers: Int, _ load: Double) -> Double {
        (1...servers).reduce(1) { load * $0 / (Double($1) + load * $0) }
    }

    @Test func erlangBRecursionAgreesWithTables() {
        #expect(abs(Self.erlangB(5, 3) - 0.11005434782609) < 1e-13)
        #expect(abs(Self.erlangB(100, 90) - 0.026957380464359) < 1e-13)
    }

    /// Zero patience is a loss system.
    @Test(arguments: [(5, 3.0), (10, 8), (50, 40)])
    func erlangLoss(servers: Int, load: Double) throws {
        let center = ContactCenter.queue(servers: servers, service: 120, patience: .constant(0))
        let results = try Self.results(center, rate: load / 120)
        let loss = Self.erlangB(servers, load)
        #expect(Estimate.abandonment(results).agrees(with: loss), "\(Estimate.abandonment(results)) for \(loss)")
        #expect(Estimate.occupancy(results).agrees(with: load * (1 - loss) / Double(servers)))
    }

    /// Endless patience: M/M/1 with ρ = 0.8 and Erlang C; the mean wait over all calls, in service times.
    @Test(arguments: [(1, 0.8, 4.0), (5, 4, 0.55411255411255), (10, 8, 0.20459007539822)])
    func erlangDelay(servers: Int, load: Double, wait: Double) throws {
        let center = ContactCenter.queue(servers: servers, service: 1, patience: .constant(.infinity))
        let results = try Self.results(center, rate: load, calls: 12_000)
        #expect(Estimate.wait(results).agrees(with: wait / 1), "\(Estimate.wait(results)) for \(wait)")
        #expect(results.allSatisfy { $0.allCalls.abandoned == 0 })
    }

    /// The share of Erlang C calls that wait: n = 5, a = 4.
    @Test func erlangDelayProbability() throws {
        let center = ContactCenter.queue(servers: 5, service: 1, patience: .constant(.infinity))
        let results = try Self.results(center, rate: 4, calls: 12_000)
        let waiting = Estimate(results) {
            (1 - $0.waits.share(upTo: 0)) * Double($0.waits.count)
        } per: {
            Double($0.waits.count)
        }
        #expect(waiting.agrees(with: 0.55411255411255), "\(waiting)")
    }

    /// Exponential patience: (n, λ, μ, θ) → share abandoned, occupancy; Garnett, Mandelbaum and Reiman, 2002.
    @Test(arguments: [
        (5, 4.0, 1.0, 0.10257604860813, 0.71793916111349), (10, 9, 0.5, 0.067011715473448, 0.8396894560739),
        (20, 25, 2, 0.22613325437142, 0.96733343203573),
    ])
    func erlangAbandonment(servers: Int, rate: Double, theta: Double, abandoned: Double, occupancy: Double) throws {
        let center = ContactCenter.queue(servers: servers, service: 1, patience: .exponential(mean: 1 / theta))
        let results = try Self.results(center, rate: rate, calls: 6000)
        #expect(Estimate.abandonment(results).agrees(with: abandoned), "\(Estimate.abandonment(results))")
        #expect(Estimate.occupancy(results).agrees(with: occupancy), "\(Estimate.occupancy(results))")
        // Little's law of the line: abandonments = θ·E[wait] per call.
        #expect(Estimate.wait(results).agrees(with: abandoned / theta))
    }

    /// Constant patience: the rule of two seconds (Baccelli and Hébuterne, 1981); n, λ, D → P(W > 0), share, occupancy.
    @Test(arguments: [
        (1, 0.005, 2.0, 0.37732725664596, 0.3711212389234), (5, 0.03, 2, 0.17112289846222, 0.15781686003849),
        (10, 0.07, 2, 0.15628871148059, 0.13370479793437), (20, 0.14, 2, 0.10133891450242, 0.075491839188323),
        (10, 0.07, 0, 0.13997359134983, 0.13997359134983),
    ])
    func constantPatience(servers: Int, rate: Double, patience: Double, waiting: Double, abandoned: Double) throws {
        let center = ContactCenter.queue(servers: servers, service: 120, patience: .constant(patience))
        let results = try Self.results(center, rate: rate, calls: 5000)
        #expect(Estimate.abandonment(results).agrees(with: abandoned), "\(Estimate.abandonment(results))")
        let occupancy = rate * 120 * (1 - abandoned) / Double(servers)
        #expect(Estimate.occupancy(results).agrees(with: occupancy), "\(Estimate.occupancy(results))")
        if patience > 0 {
            let share = Estimate(results) {
                (1 - $0.waits.share(upTo: 0)) * Double($0.waits.count)
            } per: {
                Double($0.waits.count)
            }
            #expect(share.agrees(with: waiting), "\(share)")
        }
    }
}
