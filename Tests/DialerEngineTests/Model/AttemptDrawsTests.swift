import DialerEngine
import DiscreteEvents
import Testing

/// What the engine draws for many attempts together against the numbers of each attempt on its own.
@Suite("Draws of attempts", .timeLimit(.minutes(5)))
struct AttemptDrawsTests {
    @Test func everyAttemptHasItsOwnNumbers() throws {
        var ringing = RingingTimes(.exponential(mean: 5))
        ringing[.answered] = Distribution(.lognormal(mean: 9, sd: 4))
        ringing[.noAnswer] = Distribution(.gamma(mean: 20, sd: 9))
        let outcomes = OutcomeProbabilities(dialTone: 0.1, busySignal: 0.2, noAnswer: 0.2, answer: 0.3, voicemail: 0.2)
        var center = ContactCenter(agents: 500, outcomes: outcomes, ringing: ringing, talk: .exponential(mean: 50))
        center.wrap = Distribution(.weibull(mean: 7, shape: 0.8))
        var resolved: [TraceEvent] = []
        var connected: [UInt64: Double] = [:]
        var ready: [(attempt: UInt64, time: Double)] = []
        let trace = TraceHandler { event in
            guard let attempt = event.attempt else { return }
            switch event.kind {
            case .ended, .answered: resolved.append(event)
            case .connected: connected[attempt] = event.time
            case .agentReady: ready.append((attempt, event.time))
            default: break
            }
        }
        let experiment = Experiment(center, pacing: .progressive, length: .calls(1500), seed: 77)
        _ = try Replication.run(experiment, number: 5, trace: trace)

        let stream = RandomStream(seed: 77, replication: 5)
        func draw(_ distribution: Distribution, _ attempt: UInt64, _ purpose: DrawPurpose) -> Double {
            var draws = stream.draws(index: attempt, purpose: purpose.rawValue)
            return distribution.sample(&draws)
        }
        #expect(resolved.count == 1500)
        for event in resolved {
            guard let attempt = event.attempt, let outcome = event.outcome, let dialled = event.dialledAt else {
                continue
            }
            var draws = stream.draws(index: attempt, purpose: DrawPurpose.outcome.rawValue)
            #expect(outcomes.outcome(at: draws.uniform()) == outcome)
            #expect(event.time == dialled + draw(ringing[outcome], attempt, .ringing))
        }
        #expect(ready.count == connected.count && ready.count > 300)
        for (attempt, time) in ready {
            guard let start = connected[attempt] else { continue }
            #expect(time == start + draw(center.talk, attempt, .talk) + draw(center.wrap, attempt, .wrap))
        }
    }
}
