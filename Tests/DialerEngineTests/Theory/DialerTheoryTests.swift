import DialerEngine
import DiscreteEvents
import Testing

/// Dialling laws whose results can be computed.
@Suite("Dialling theory", .timeLimit(.minutes(5)))
struct DialerTheoryTests {
    static func results(
        _ center: ContactCenter,
        _ pacing: Pacing,
        calls: Int,
        warmUp: Double = 1200
    ) throws -> [ReplicationResult] {
        var experiment = Experiment(center, pacing: pacing, length: .calls(calls * testScale), seed: 11)
        experiment.warmUp = warmUp
        return try replicate(experiment)
    }

    /// One call per agent: occupancy S/(S + W), `W = E[T_live] + (1 − p)/p·E[T_fail]`, by renewal and reward, for any
    /// distributions.
    @Test(arguments: [
        (120.0, 0.3, Distribution.exponential(mean: 15), Distribution.exponential(mean: 15)),
        (150, 0.2, Distribution(.uniform(min: 4, max: 20)), .constant(22)),
        (60, 0.6, Distribution(.lognormal(mean: 7, sd: 4), shift: 3), .constant(30)),
    ])
    func progressive(handling: Double, p: Double, live: Distribution, fail: Distribution) throws {
        var ringing = RingingTimes(fail)
        ringing[.answered] = live
        var center = ContactCenter(
            agents: 7,
            outcomes: .answering(p),
            ringing: ringing,
            talk: Distribution(.lognormal(mean: 0.75 * handling, sd: handling))
        )
        center.wrap = .exponential(mean: 0.25 * handling)
        let results = try Self.results(center, .progressive, calls: 5000)
        let idle = live.mean + (1 - p) / p * fail.mean
        let estimate = Estimate.occupancy(results)
        #expect(estimate.agrees(with: handling / (handling + idle)), "\(estimate)")
        #expect(results.allSatisfy { $0.allCalls.abandoned == 0 && $0.measures.calls.waitSeconds == 0 })
        let connects = Estimate(results) {
            3600 * Double($0.measures.connects)
        } per: {
            $0.measures.agentSeconds
        }
        #expect(connects.agrees(with: 3600 / (handling + idle)))
    }

    @Test func progressiveByThePrintedNumbers() throws {
        let results = try Self.results(.exponential(agents: 5, answering: 0.3), .progressive, calls: 5000)
        #expect(Estimate.occupancy(results).agrees(with: 0.705882352941))
    }

    /// K lines with exponential ringing are a Poisson process of answers: Erlang's loss formula, whatever the talk.
    @Test(arguments: [Distribution.exponential(mean: 120), Distribution(.lognormal(mean: 120, sd: 150))])
    func fixedLinesAreErlangLoss(talk: Distribution) throws {
        var center = ContactCenter.exponential(agents: 10, answering: 0.3)
        center.talk = talk
        let results = try Self.results(center, .fixedLines(2), calls: 6000)
        let loss = QueueTests.erlangB(10, 4.8)
        #expect(abs(loss - 0.014879335187) < 1e-11)
        #expect(Estimate.abandonment(results).agrees(with: loss), "\(Estimate.abandonment(results))")
        #expect(Estimate.occupancy(results).agrees(with: 0.472857919110), "\(Estimate.occupancy(results))")
    }

    /// The power law in the exponential model against the exact two-dimensional Markov chain.
    @Test(arguments: [
        (10, 2.0, 0.041134458669, 0.835600672664), (1, 2, 0.210526315789, 0.827586206897),
        (1, 3, 0.347826086957, 0.878048780488),
    ])
    func powerIsTheMarkovChain(agents: Int, k: Double, abandoned: Double, occupancy: Double) throws {
        let center = ContactCenter.exponential(agents: agents, answering: 0.3)
        let pacing = Pacing.power(linesPerAgent: DecimalFactor(k))
        let results = try Self.results(center, pacing, calls: 6000)
        #expect(Estimate.abandonment(results).agrees(with: abandoned), "\(Estimate.abandonment(results))")
        #expect(Estimate.occupancy(results).agrees(with: occupancy), "\(Estimate.occupancy(results))")
    }

    /// No policy that abandons at most 3 % has a higher occupancy than the linear program's optimum of the exponential
    /// model, beyond 3 standard errors.
    @Test(arguments: [(1, 0.7181306393), (5, 0.7835754293), (10, 0.8291771515), (20, 0.879017)])
    func noPolicyBeatsTheOptimum(agents: Int, bound: Double) throws {
        var policies: [Pacing] = [
            .progressive, .poisson(callsPerHour: 60 * Double(agents)), .ratio(level: DecimalFactor(1.1)),
            .feedback(.init()), .fixedLines(max(1, agents / 5)),
        ]
        policies += [1.15, 1.3, 1.6, 2, 2.5].map { .power(linesPerAgent: DecimalFactor($0)) }
        let center = ContactCenter.exponential(agents: agents, answering: 0.3)
        for policy in policies {
            let results = try Self.results(center, policy, calls: 1500)
            let (rate, occupancy) = (Estimate.abandonment(results), Estimate.occupancy(results))
            guard rate.value <= 0.03 else { continue }
            #expect(occupancy.value <= bound + 3 * occupancy.error, "\(policy): \(rate), \(occupancy)")
        }
    }

    /// The look-ahead and VICIdial's law under the same bound, in smaller runs.
    @Test(arguments: [(5, 0.7835754293), (10, 0.8291771515)])
    func adaptivePoliciesStayBelowTheOptimum(agents: Int, bound: Double) throws {
        let center = ContactCenter.exponential(agents: agents, answering: 0.3)
        for policy in [Pacing.lookahead(.init()), .vicidial(.init())] {
            var experiment = Experiment(center, pacing: policy, length: .calls(400 * testScale), seed: 5)
            experiment.warmUp = 600
            let results = try replicate(experiment, 4)
            let (rate, occupancy) = (Estimate.abandonment(results), Estimate.occupancy(results))
            guard rate.value <= 0.03 else { continue }
            #expect(occupancy.value <= bound + 3 * occupancy.error, "\(policy): \(rate), \(occupancy)")
        }
    }
}
