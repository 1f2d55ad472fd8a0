import DialerEngine
import DiscreteEvents
import Foundation
import QueueingTheory
import ScenarioFile
import Statistics
import Testing

@testable import DialerStudy

/// What a calibration promises, on the engine's own windows.
@Suite("Validity of a calibration", .timeLimit(.minutes(30)))
struct CalibrationValidityTests {
    /// A window that takes a moment: three agents for twenty minutes, and a rule that is broken in about a quarter of these.
    private static func window(seed: UInt32) throws -> LegalWindow {
        let scenario = try StudyFixture.scenario(
            agents: 3,
            pacing: "{power: {linesPerAgent: 1.5}}",
            run: "{shift: 20m}"
        )
        let rule = ComplianceProfile(
            name: "daily",
            limit: DecimalFactor(4, per: 100),
            window: .calendarDay,
            clock: .answer
        )
        let experiment = try #require(scenario.experiment(seed: seed))
        return try #require(LegalWindow(experiment, of: rule))
    }

    private static let isSoak = ProcessInfo.processInfo.environment["RINGBACK_SOAK"] != nil

    /// A requirement just above the true share of complying windows: a setting is wrongly certified at most as often as promised;
    /// one with half of the permitted breaches is certified in at least 80 % of the seeds.
    ///
    /// `RINGBACK_SOAK` asks for all of it: 1,000 seeds, and a true share that is known ten times as well.
    @Test func theEngineKeepsThePromise() async throws {
        let (seeds, pilot) = Self.isSoak ? (1000, 40_000) : (30, 600)
        let windows = try await Self.window(seed: 1).simulate(0..<UInt32(pilot), threads: 2)
        let breached = windows.count(where: \.isBreached)
        let share = ProportionInterval.clopperPearson(successes: breached, trials: pilot, level: 0.998)
        #expect(share.lower > 0.1 && share.upper < 0.4, "the model is not cheap any more: \(share)")
        // The true probability of a breach is at least the lower end, so a requirement that permits that little is missed.
        let missed = try await Self.certified(permitting: share.lower, seeds: seeds)
        let allowed = 0.05 * Double(seeds) + 4 * (0.05 * 0.95 * Double(seeds)).squareRoot()
        #expect(Double(missed) <= allowed, "\(missed) of \(seeds)")
        // It is at most the upper end, so a requirement that permits twice as much is met with half of the breaches.
        let met = try await Self.certified(permitting: 2 * share.upper, seeds: seeds)
        let wanted = 0.8 * Double(seeds) - 4 * (0.8 * 0.2 * Double(seeds)).squareRoot()
        #expect(Double(met) >= wanted, "\(met) of \(seeds)")
    }

    /// How many of so many seeds certify the one setting.
    private static func certified(permitting breaches: Double, seeds: Int) async throws -> Int {
        let plan = SequentialPlan(ChanceConstraint(proportion: 1 - breaches, confidence: 0.95))
        var count = 0
        for seed in 0..<seeds {
            let window = try window(seed: UInt32(1000 + seed))
            let setting = CalibrationSetting(policy: .power, agents: 3, over: nil, value: nil, window: window)
            let calibration = Calibration(
                groups: [CalibrationGroup(policy: .power, agents: 3, settings: [setting])],
                plan: plan,
                profile: try #require(window.experiment.compliance.first),
                objective: .occupancy
            )
            if try await calibration.run(threads: 2)[0].verdict == .certified { count += 1 }
        }
        return count
    }

    /// On the exponential model the exact chain says which settings keep 3 % in the long run, and no policy can keep agents busier
    /// than the linear program allows.
    @Test func theRecommendedSettingIsWhatTheoryAllows() async throws {
        let values = ["1.4", "1.6", "2"]
        let agents = 5
        // A shift of a day is a window: long enough that its rate is nearly that of the long run.
        let rule = ComplianceProfile(
            name: "long",
            limit: DecimalFactor(3, per: 100),
            window: .campaign30DayBlocks,
            clock: .answer,
            seconds: 0
        )
        let settings = try values.map { value in
            var experiment = Experiment(
                try Self.exponential(agents: agents),
                pacing: .power(linesPerAgent: DecimalFactor(try #require(Double(value)))),
                length: .shifts(seconds: 86_400, days: 1),
                seed: 7
            )
            experiment.compliance = [rule]
            return CalibrationSetting(
                policy: .power,
                agents: agents,
                over: "pacing.power.linesPerAgent",
                value: value,
                window: LegalWindow(simulating: experiment)
            )
        }
        let calibration = Calibration(
            groups: [CalibrationGroup(policy: .power, agents: agents, settings: settings)],
            plan: SequentialPlan(ChanceConstraint(proportion: 0.7, confidence: 0.9)),
            profile: rule,
            objective: .occupancy
        )
        let results = try await calibration.run(threads: 2)
        for (result, value) in zip(results, values) where result.windows > 0 {
            let chain = PowerDialingChain(
                agents: agents,
                linesPerAgent: try #require(Double(value)),
                answerProbability: 0.3,
                meanRinging: 15,
                meanHandle: 120
            )
            // The chain abandons 0.3 %, 2 % and 10 %; the rate of a window deviates from that by half a point.
            #expect(result.verdict == (chain.abandonment < 0.03 ? .certified : .rejected), "\(value)")
            // Within four standard errors; a day that starts empty moves the mean by less than these.
            for (estimate, exact) in [
                (result.abandonmentRate, chain.abandonment), (result.occupancy, chain.occupancy),
            ] {
                let (mean, interval) = (try #require(estimate.mean), try #require(estimate.interval))
                #expect(abs(mean - exact) < 4 * interval.halfWidth / 2 + 0.001, "\(value): \(mean), exactly \(exact)")
            }
        }
        let best = try #require(
            CalibrationResult(results, of: calibration, scenario: "exponential", seed: 7).groups[0].recommended
        )
        #expect(best.setting.value == "1.6" && results.map(\.verdict) == [.certified, .certified, .rejected])
        let optimum = DialingOptimum(DialingOptimum.Model(agents: agents)).occupancy
        let occupancy = try #require(best.occupancy.mean)
        #expect(occupancy < optimum)
    }

    /// Everything exponential, and persons who do not wait.
    private static func exponential(agents: Int) throws -> ContactCenter {
        var center = ContactCenter(
            agents: agents,
            outcomes: OutcomeProbabilities(dialTone: 0, busySignal: 0, noAnswer: 0.7, answer: 0.3, voicemail: 0),
            ringing: RingingTimes(.exponential(mean: 15)),
            talk: .exponential(mean: 120)
        )
        center.patience = .constant(0)
        return center
    }
}
