import DialerEngine
import DiscreteEvents
import Testing

/// What holds in every run, whatever the policy.
@Suite("Accounting", .timeLimit(.minutes(5)))
struct AccountingTests {
    static let policies: [Pacing] = [
        .progressive, .power(linesPerAgent: DecimalFactor(2)), .fixedLines(8), .poisson(callsPerHour: 900),
        .ratio(level: DecimalFactor(1.4)), .vicidial(.init()), .lookahead(.init()), .feedback(.init()),
    ]

    @Test func everyPolicyIsHere() { #expect(Self.policies.map(\.name) == PacingName.allCases) }

    /// All parts of the model at once.
    static var center: ContactCenter {
        var center = ContactCenter(
            agents: 6,
            outcomes: OutcomeProbabilities(
                dialTone: 0.05,
                busySignal: 0.1,
                noAnswer: 0.2,
                answer: 0.4,
                voicemail: 0.25
            ),
            ringing: RingingTimes(Distribution(.uniform(min: 2, max: 20))),
            talk: Distribution(.lognormal(mean: 60, sd: 50))
        )
        center.wrap = .exponential(mean: 10)
        center.patience = .exponential(mean: 4)
        center.greetingStart = Distribution(.uniform(min: 0, max: 1))
        center.greetingLength = .exponential(mean: 1)
        center.lines = 20
        center.detection = AnsweringMachineDetection(
            delay: Distribution(.uniform(min: 0.3, max: 1)),
            falsePositive: 0.05,
            falseNegative: 0.2,
            machineTalk: .constant(8)
        )
        return center
    }

    static func experiment(_ pacing: Pacing, _ length: Experiment.Length) -> Experiment {
        var experiment = Experiment(center, pacing: pacing, length: length, seed: 3)
        experiment.compliance = ComplianceProfile.named.filter { $0.attemptLimit == nil }
        return experiment
    }

    /// A shift of 24 hours leaves no time between days for calls to run out.
    @Test func timeDoesNotGoBackAtMidnight() throws {
        var experiment = Self.experiment(.progressive, .shifts(seconds: 86_400, days: 3))
        experiment.center.talk = .constant(1000)
        var (last, days) = (0.0, [Double]())
        _ = try withoutActuallyEscaping({ (event: TraceEvent) in
            #expect(event.time >= last)
            last = event.time
            if event.kind == .dayStarted { days.append(event.time) }
        }) { handle in
            try Replication.run(experiment, number: 0, trace: TraceHandler(handle))
        }
        #expect(days.count == 3 && days[1] > 86_400 && days[1] < 88_000)
    }

    @Test(arguments: policies, [Experiment.Length.calls(600), .shifts(seconds: 1800, days: 3)])
    func identitiesHold(pacing: Pacing, length: Experiment.Length) throws {
        var experiment = Self.experiment(pacing, length)
        experiment.warmUp = 300
        experiment.sampling = .batches(5)
        var events: [TraceEvent] = []
        let trace = TraceHandler { events.append($0) }
        let result = try Replication.run(experiment, number: 1, trace: trace)
        let all = result.allCalls
        #expect(all.attempted == all.outcomes.total && all.attempted > 0)
        #expect(all.answered == all.connected + all.abandoned + all.falsePositives)
        #expect(all.machinesConnected + all.machinesDropped <= all.outcomes[.voicemail])
        if case .calls(let count) = length { #expect(all.attempted == count) }
        #expect(result.peakCalls ?? 0 <= 20)
        // Little's law on lines and agents: the integral over time is the sum over calls.
        #expect(abs(result.busyIntegral - all.handlingSeconds) < 1e-9 * all.handlingSeconds)
        #expect(abs(result.lineIntegral - all.lineSeconds) < 1e-9 * all.lineSeconds)
        // The metrics leave out the warm-up and nothing else.
        let measures = result.measures
        #expect(measures.calls.attempted < all.attempted && measures.dials == measures.calls.attempted)
        #expect(measures.occupancy > 0 && measures.occupancy <= 1)
        #expect(result.waits.count == measures.calls.answered)
        var sum = Measures()
        for sample in result.samples { sum += sample }
        #expect(sum.calls.attempted == measures.calls.attempted && sum.connects == measures.connects)
        #expect(abs(sum.busySeconds - measures.busySeconds) < 1e-6)
        // Every profile sees the same live calls.
        for count in result.compliance {
            let calls = count.profile.denominator == .connected ? all.connected : all.answered
            #expect(count.calls == calls && count.abandoned >= all.abandoned + all.falsePositives)
        }
        check(events, against: result)
    }

    /// Replays a trace: time, trunks, agents, and the integrals.
    func check(_ events: [TraceEvent], against result: ReplicationResult) {
        var (time, lines, busy, lineSeconds, busySeconds) = (0.0, 0, Set<Int>(), 0.0, 0.0)
        var goesBack = false
        for event in events {
            if event.kind != .dayStarted {
                goesBack = goesBack || event.time < time
                lineSeconds += Double(lines) * (event.time - time)
                busySeconds += Double(busy.count) * (event.time - time)
            }
            time = event.time
            switch event.kind {
            case .dialled: lines += 1
            case .ended, .talkEnded, .abandoned, .falsePositive: lines -= 1
            case .connected: if let agent = event.agent { #expect(busy.insert(agent).inserted) }
            case .agentReady: if let agent = event.agent { busy.remove(agent) }
            default: break
            }
            #expect(lines >= 0 && lines <= 20)
        }
        #expect(!goesBack && lines == 0 && busy.isEmpty)
        #expect(abs(lineSeconds - result.lineIntegral) < 1e-6 * lineSeconds)
        #expect(abs(busySeconds - result.busyIntegral) < 1e-6 * busySeconds)
    }

    /// Pieces of a run of shifts are whole days, or parts of each; as many as are wanted, and not many more.
    @Test(arguments: [(1, 20), (3, 21), (15, 30), (20, 20), (30, 30), (45, 23), (400, 20)])
    func aRunOfShiftsHasItsPieces(days: Int, pieces: Int) throws {
        var experiment = Self.experiment(.progressive, .shifts(seconds: 600, days: days))
        experiment.sampling = .batches(20)
        let result = try Replication.run(experiment)
        #expect(result.samples.count == pieces && result.complianceSamples.allSatisfy { $0.count == pieces })
        // Overtime belongs to the last piece of its day.
        let seconds = result.samples.map(\.agentSeconds)
        #expect(seconds.allSatisfy { $0 > 0 } && abs(seconds.reduce(0, +) - result.measures.agentSeconds) < 1e-6)
    }

    /// Without trunks most policies cannot see the end of a conversation; a trace can.
    @Test(arguments: policies, [20, nil])
    func theTraceChangesNothing(pacing: Pacing, lines: Int?) throws {
        var experiment = Self.experiment(pacing, .calls(300))
        experiment.center.lines = lines
        experiment.warmUp = 300
        experiment.sampling = .batches(5)
        let silent = try Replication.run(experiment, number: 2)
        #expect(try Replication.run(experiment, number: 2, trace: TraceHandler { _ in }) == silent)
    }

    /// Six agents: as many trunks as a policy can use at most are as good as none.
    @Test(arguments: [
        (Pacing.progressive, 6), (.power(linesPerAgent: DecimalFactor(2)), 12), (.feedback(.init()), 18),
        (.power(linesPerAgent: DecimalFactor(0.5)), 6),
    ])
    func trunksBeyondUseLimitNothing(pacing: Pacing, most: Int) throws {
        func result(_ lines: Int?) throws -> ReplicationResult {
            var experiment = Self.experiment(pacing, .calls(1000))
            experiment.center.lines = lines
            return try Replication.run(experiment)
        }
        #expect(try result(most) == result(nil))
        #expect((1..<most).contains(try result(most - 1).peakCalls ?? 0))
    }

    @Test(arguments: [Pacing.power(linesPerAgent: DecimalFactor(2)), .vicidial(.init())])
    func threadsAndPartitionsChangeNothing(pacing: Pacing) async throws {
        let experiment = Self.experiment(pacing, .calls(300))
        let one = try await Replications.run(experiment, count: 6, threads: 1)
        let two = try await Replications.run(experiment, count: 6, threads: 2)
        let parts = try await Replications.run(experiment, numbers: 4..<6, threads: 3)
        #expect(one == two && Array(one[4...]) == parts && one.map(\.replication) == Array(0..<6))
        #expect(Set(one.map(\.allCalls.waitSeconds)).count == 6)
    }

    /// Common random numbers: what becomes of an attempt does not depend on the policy.
    @Test func policiesSeeTheSameCustomers() throws {
        func talks(_ pacing: Pacing) throws -> [UInt64: (AttemptOutcome?, Double)] {
            var course: [UInt64: (AttemptOutcome?, Double)] = [:]
            let trace = TraceHandler { event in
                guard let attempt = event.attempt, event.kind == .ended || event.kind == .answered else { return }
                course[attempt] = (event.outcome, event.time - (event.dialledAt ?? 0))
            }
            _ = try Replication.run(Self.experiment(pacing, .calls(300)), number: 0, trace: trace)
            return course
        }
        let (one, other) = (try talks(.progressive), try talks(.power(linesPerAgent: DecimalFactor(3))))
        #expect(one.count == other.count)
        for (attempt, (outcome, time)) in one {
            #expect(other[attempt]?.0 == outcome && abs((other[attempt]?.1 ?? 0) - time) < 1e-6)
        }
    }
}
