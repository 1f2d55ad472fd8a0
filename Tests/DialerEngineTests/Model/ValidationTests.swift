import DialerEngine
import DiscreteEvents
import Testing

/// Experiments that make no sense end with a message, not with a crash or without an end.
@Suite("Validation of experiments", .timeLimit(.minutes(5)))
struct ValidationTests {
    typealias Change = @Sendable (inout Experiment) -> Void

    static var sound: Experiment {
        let center = ModelTests.center(agents: 2, ringing: 5, talk: 20, patience: 2)
        return Experiment(center, pacing: .progressive, length: .calls(20), seed: 1)
    }

    static func failure(_ change: Change) -> SimulationError? {
        var experiment = sound
        change(&experiment)
        return #expect(throws: SimulationError.self) { try Replication.run(experiment) }
    }

    static let centers: [(String, Change)] = [
        ("a contact centre has between 1 and 1,000,000 agents", { $0.center.agents = 0 }),
        ("a contact centre has between 1 and 1,000,000 agents", { $0.center.agents = -3 }),
        ("a contact centre has between 1 and 1,000,000 agents", { $0.center.agents = .max }),
        ("a contact centre has between 1 and 1,000,000 lines", { $0.center.lines = 0 }),
        ("a contact centre has between 1 and 1,000,000 lines", { $0.center.concurrencyLimit = -1 }),
        ("talk: a mean is -3.0; it must be in 0…1000000000", { $0.center.talk = .exponential(mean: -3) }),
        ("talk: a mean is nan; it must be in 0…1000000000", { $0.center.talk = .exponential(mean: .nan) }),
        ("wrap-up: a mean is inf; it must be in 0…1000000000", { $0.center.wrap = .exponential(mean: .infinity) }),
        ("wrap-up: a constant is -1.0; it must be in 0…1000000000", { $0.center.wrap = .constant(-1) }),
        (
            "ringing until noAnswer: a constant is inf; it must be in 0…1000000000",
            { $0.center.ringing[.noAnswer] = .constant(.infinity) }
        ),
        (
            "talk: a standard deviation is -1.0; it must be in 0…1000000000",
            { $0.center.talk = Distribution(.gamma(mean: 1, sd: -1)) }
        ),
        (
            "talk: the standard deviation in means is 1e-200; it must be in 1e-06…1000",
            { $0.center.talk = Distribution(.gamma(mean: 1, sd: 1e-200)) }
        ),
        (
            "talk: the standard deviation in means is 9.999999999999999e+299; it must be in 1e-06…1000",
            { $0.center.talk = Distribution(.lognormal(mean: 1e-300, sd: 1)) }
        ),
        (
            "talk: a Weibull shape is 0.0; it must be in 0.05…1000",
            { $0.center.talk = Distribution(.weibull(mean: 1, shape: 0)) }
        ),
        ("talk: there is at least one value", { $0.center.talk = Distribution(.empirical([])) }),
        (
            "talk: a value is nan; it must be in 0…1000000000",
            { $0.center.talk = Distribution(.empirical([1, .nan])) }
        ),
        (
            "talk: a minimum is not above the maximum",
            { $0.center.talk = Distribution(.uniform(min: 3, max: 2)) }
        ),
        ("talk: a shift is at most 10⁹ seconds", { $0.center.talk.shift = .nan }),
        ("patience: a mean is -1.0; it must be in 0…1000000000", { $0.center.patience = .exponential(mean: -1) }),
        (
            "the share of false positives is 1.1; it must be in 0…1",
            { $0.center.detection = AnsweringMachineDetection(falsePositive: 1.1) }
        ),
        (
            "the share of false negatives is nan; it must be in 0…1",
            { $0.center.detection = AnsweringMachineDetection(falseNegative: .nan) }
        ),
        (
            "detection delay: a constant is -1.0; it must be in 0…1000000000",
            { $0.center.detection = AnsweringMachineDetection(delay: .constant(-1)) }
        ),
    ]

    static let runs: [(String, Change)] = [
        ("a run has at least one call", { $0.length = .calls(0) }),
        ("a run has between 1 and 36,525 days", { $0.length = .shifts(seconds: 100, days: 0) }),
        ("a shift has a length", { $0.length = .shifts(seconds: 0, days: 1) }),
        ("a shift has a length", { $0.length = .shifts(seconds: .nan, days: 1) }),
        ("a shift lasts at most 30 days", { $0.length = .shifts(seconds: 31 * 86_400, days: 1) }),
        ("a run has between 1 and 36,525 days", { $0.length = .shifts(seconds: 1, days: .max) }),
        ("a warm-up is not negative", { $0.warmUp = -1 }), ("a warm-up is not negative", { $0.warmUp = .nan }),
        (
            "the warm-up is shorter than the shift",
            {
                $0.length = .shifts(seconds: 100, days: 2)
                $0.warmUp = 100
            }
        ),
        ("there are 1 to 1,000,000 batches", { $0.sampling = .batches(0) }),
        ("samples are at least a millisecond apart", { $0.sampling = .every(seconds: 0) }),
        (
            "the hours of own is 0.0; it must be above 0 and at most 720",
            { $0.compliance = [ComplianceProfile(name: "own", limit: nil, window: .rollingHours(0))] }
        ),
        (
            "the seconds of own is nan; it must be in 0…1000000000",
            { $0.compliance = [ComplianceProfile(name: "own", limit: nil, window: .calendarDay, seconds: .nan)] }
        ),
    ]

    static let policies: [(String, Change)] = [
        (
            "fixedLines: 6 lines cannot be in flight on 5 trunks",
            {
                $0.pacing = .fixedLines(6)
                $0.center.lines = 5
            }
        ),
        ("fixedLines: lines is -1.0; it must be in 1…1000000", { $0.pacing = .fixedLines(-1) }),
        ("poisson: callsPerHour is 0.0; it must be in 0.001…1000000000", { $0.pacing = .poisson(callsPerHour: 0) }),
        (
            "poisson: callsPerHour is 1e-300; it must be in 0.001…1000000000",
            { $0.pacing = .poisson(callsPerHour: 1e-300) }
        ),
        ("poisson: callsPerHour is nan; it must be in 0.001…1000000000", { $0.pacing = .poisson(callsPerHour: .nan) }),
        (
            "power: linesPerAgent is -1.0; it must be above 0 and at most 1000",
            { $0.pacing = .power(linesPerAgent: DecimalFactor(-1)) }
        ),
        (
            "power: linesPerAgent is 100000000.0; it must be above 0 and at most 1000",
            { $0.pacing = .power(linesPerAgent: DecimalFactor(1e8)) }
        ),
        (
            "ratio: level is -0.5; it must be above 0 and at most 1000",
            { $0.pacing = .ratio(level: DecimalFactor(-0.5)) }
        ),
        (
            "vicidial: intensity is nan; it must be in -100…100",
            {
                var law = VicidialParameters()
                law.intensity = .nan
                $0.pacing = .vicidial(law)
            }
        ),
        (
            "vicidial: maxLevel is 0.5; it must be in 1…1000",
            {
                var law = VicidialParameters()
                law.maxLevel = 0.5
                $0.pacing = .vicidial(law)
            }
        ),
        (
            "lookahead: abandonTarget is 1.0; it must be at least 0 and below 1",
            {
                var law = LookaheadParameters()
                law.abandonTarget = DecimalFactor(1)
                $0.pacing = .lookahead(law)
            }
        ),
        (
            "lookahead: horizon is inf; it must be above 0 and at most 1000000000",
            {
                var law = LookaheadParameters()
                law.horizon = .infinity
                $0.pacing = .lookahead(law)
            }
        ),
        (
            "feedback: pace is 0.0; it must be in 1…1000000",
            {
                var law = FeedbackParameters()
                law.pace = 0
                $0.pacing = .feedback(law)
            }
        ),
        (
            "feedback: gain is nan; it must be in 0…100",
            {
                var law = FeedbackParameters()
                law.gain = .nan
                $0.pacing = .feedback(law)
            }
        ),
    ]

    @Test func nonsenseIsSaidInWords() {
        for (message, change) in Self.centers + Self.runs + Self.policies {
            let failure = Self.failure(change)
            #expect(failure?.code == .invalid)
            #expect(failure?.description == message)
        }
    }

    @Test func limitsAreNotErrors() throws {
        for change: Change in [
            { $0.center.patience = .constant(.infinity) }, { $0.center.talk = .constant(0) },
            { $0.center.talk = Distribution(.uniform(min: -5, max: 5), shift: -1) },
            { $0.center.talk = .constant(1e9) }, { $0.center.talk = Distribution(.weibull(mean: 60, shape: 0.05)) },
            { $0.center.talk = Distribution(.gamma(mean: 1, sd: 1e-6)) },
            { $0.center.talk = Distribution(.lognormal(mean: 1, sd: 1e3)) },
            {
                $0.pacing = .fixedLines(5)
                $0.center.lines = 5
            }, { $0.pacing = .poisson(callsPerHour: 0.001) },
            {
                $0.length = .shifts(seconds: 30 * 86_400, days: 1)
                $0.center.talk = .constant(86_400)
            },
        ] {
            var experiment = Self.sound
            change(&experiment)
            let result = try Replication.run(experiment)
            #expect(result.allCalls.attempted == result.allCalls.outcomes.total)
        }
    }

    /// If no call is answered, the run dials all calls, connects none, and ends.
    @Test(arguments: AccountingTests.policies)
    func nobodyAnswers(pacing: Pacing) throws {
        var experiment = Self.sound
        experiment.center.outcomes = .answering(0)
        experiment.pacing = pacing
        experiment.length = .calls(50)
        let result = try Replication.run(experiment)
        #expect(result.allCalls.attempted == 50 && result.measures.occupancy == 0)
        #expect(result.measures.abandonmentRate.isNaN)
    }

    /// Calls that fail at the moment of dialling would go on for ever.
    @Test func timeThatStandsStillIsAnError() {
        var experiment = Self.sound
        experiment.center.outcomes = .answering(0)
        experiment.center.ringing = RingingTimes(.constant(0))
        experiment.length = .shifts(seconds: 3600, days: 1)
        let error = #expect(throws: SimulationError.self) { try Replication.run(experiment) }
        #expect(error?.code == .timeStandsStill)
    }

    @Test func aPolicyThatNeverDialsSaysSo() {
        let failure = Self.failure { $0.pacing = .power(linesPerAgent: DecimalFactor(0.4)) }
        #expect(failure?.code == .neverDials)
        #expect(
            failure?.description
                == "the policy power places no call at 0.0 s of virtual time, though every agent and line is free"
        )
    }
}
