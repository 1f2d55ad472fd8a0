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
        ("a contact centre has at least one agent", { $0.center.agents = 0 }),
        ("a contact centre has at least one agent", { $0.center.agents = -3 }),
        ("a contact centre has at most 1,000,000 agents", { $0.center.agents = .max }),
        ("a contact centre has at least one line", { $0.center.lines = 0 }),
        ("a contact centre has at least one line", { $0.center.concurrencyLimit = -1 }),
        ("talk: a mean is between 0 and 10⁹ seconds, not -3.0", { $0.center.talk = .exponential(mean: -3) }),
        ("talk: a mean is between 0 and 10⁹ seconds, not nan", { $0.center.talk = .exponential(mean: .nan) }),
        ("wrap-up: a mean is between 0 and 10⁹ seconds, not inf", { $0.center.wrap = .exponential(mean: .infinity) }),
        ("wrap-up: a constant is between 0 and 10⁹ seconds, not -1.0", { $0.center.wrap = .constant(-1) }),
        (
            "ringing until noAnswer: a constant is between 0 and 10⁹ seconds, not inf",
            { $0.center.ringing.noAnswer = .constant(.infinity) }
        ),
        (
            "talk: a standard deviation is between 0 and 10⁹ seconds, not -1.0",
            { $0.center.talk = Distribution(.gamma(mean: 1, sd: -1)) }
        ),
        (
            "talk: mean and standard deviation are not 10⁹ times each other",
            { $0.center.talk = Distribution(.gamma(mean: 1, sd: 1e-200)) }
        ),
        (
            "talk: mean and standard deviation are not 10⁹ times each other",
            { $0.center.talk = Distribution(.lognormal(mean: 1e-300, sd: 1)) }
        ),
        (
            "talk: a Weibull shape is between 0.05 and 10⁶, not 0.0",
            { $0.center.talk = Distribution(.weibull(mean: 1, shape: 0)) }
        ),
        ("talk: there is at least one value", { $0.center.talk = Distribution(.empirical([])) }),
        (
            "talk: a value is between 0 and 10⁹ seconds, not nan",
            { $0.center.talk = Distribution(.empirical([1, .nan])) }
        ),
        (
            "talk: a minimum is not above the maximum",
            { $0.center.talk = Distribution(.uniform(min: 3, max: 2)) }
        ),
        ("talk: a shift is at most 10⁹ seconds", { $0.center.talk.shift = .nan }),
        ("patience: a mean is between 0 and 10⁹ seconds, not -1.0", { $0.center.patience = .exponential(mean: -1) }),
        (
            "the share of false positives is between 0 and 1",
            { $0.center.detection = AnsweringMachineDetection(falsePositive: 1.1) }
        ),
        (
            "the share of false negatives is between 0 and 1",
            { $0.center.detection = AnsweringMachineDetection(falseNegative: .nan) }
        ),
        (
            "detection delay: a constant is between 0 and 10⁹ seconds, not -1.0",
            { $0.center.detection = AnsweringMachineDetection(delay: .constant(-1)) }
        ),
    ]

    static let runs: [(String, Change)] = [
        ("a run has at least one call", { $0.length = .calls(0) }),
        ("a run has at least one shift with a length", { $0.length = .shifts(seconds: 100, days: 0) }),
        ("a run has at least one shift with a length", { $0.length = .shifts(seconds: 0, days: 1) }),
        ("a run has at least one shift with a length", { $0.length = .shifts(seconds: .nan, days: 1) }),
        ("a shift lasts at most 30 days", { $0.length = .shifts(seconds: 31 * 86_400, days: 1) }),
        ("a run has at most 36,525 days", { $0.length = .shifts(seconds: 1, days: .max) }),
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
            "the window of own has a length",
            { $0.compliance = [ComplianceProfile(name: "own", limit: nil, window: .rollingHours(0))] }
        ),
        (
            "the seconds of own are not negative",
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
        ("fixedLines: lines are between 0 and 1,000,000", { $0.pacing = .fixedLines(-1) }),
        ("poisson: calls per hour are between 0.001 and 10⁹", { $0.pacing = .poisson(callsPerHour: 0) }),
        ("poisson: calls per hour are between 0.001 and 10⁹", { $0.pacing = .poisson(callsPerHour: 1e-300) }),
        ("poisson: calls per hour are between 0.001 and 10⁹", { $0.pacing = .poisson(callsPerHour: .nan) }),
        ("power: lines per agent are between 0 and 1000", { $0.pacing = .power(linesPerAgent: DecimalFactor(-1)) }),
        ("power: lines per agent are between 0 and 1000", { $0.pacing = .power(linesPerAgent: DecimalFactor(1e8)) }),
        ("ratio: a level is between 0 and 1000", { $0.pacing = .ratio(level: DecimalFactor(-0.5)) }),
        (
            "vicidial: target and intensity are numbers",
            {
                var law = VicidialPolicy.Parameters()
                law.intensity = .nan
                $0.pacing = .vicidial(law)
            }
        ),
        (
            "vicidial: the highest level is at least 1",
            {
                var law = VicidialPolicy.Parameters()
                law.maxLevel = 0.5
                $0.pacing = .vicidial(law)
            }
        ),
        (
            "lookahead: an abandonment target is at least 0 and below 1",
            {
                var law = LookaheadPolicy.Parameters()
                law.abandonTarget = DecimalFactor(1)
                $0.pacing = .lookahead(law)
            }
        ),
        (
            "lookahead: a horizon is more than 0 and at most 10⁹ seconds",
            {
                var law = LookaheadPolicy.Parameters()
                law.horizon = .infinity
                $0.pacing = .lookahead(law)
            }
        ),
        (
            "feedback: a correction comes after at least one live call",
            {
                var law = FeedbackPolicy.Parameters()
                law.pace = 0
                $0.pacing = .feedback(law)
            }
        ),
        (
            "feedback: a gain is not negative",
            {
                var law = FeedbackPolicy.Parameters()
                law.gain = .nan
                $0.pacing = .feedback(law)
            }
        ),
    ]

    @Test func nonsenseIsSaidInWords() {
        for (message, change) in Self.centers + Self.runs + Self.policies {
            let failure = Self.failure(change)
            #expect(failure?.code == .invalid && failure?.description == message)
        }
    }

    @Test func limitsAreNotErrors() throws {
        for change: Change in [
            { $0.center.patience = .constant(.infinity) }, { $0.center.talk = .constant(0) },
            { $0.center.talk = Distribution(.uniform(min: -5, max: 5), shift: -1) },
            { $0.center.talk = .constant(1e9) }, { $0.center.talk = Distribution(.weibull(mean: 60, shape: 0.05)) },
            { $0.center.talk = Distribution(.gamma(mean: 1, sd: 1e-9)) },
            { $0.center.talk = Distribution(.lognormal(mean: 1, sd: 1e9)) },
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

    /// With nobody who answers there is much to dial, nobody to talk to, and an end.
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
