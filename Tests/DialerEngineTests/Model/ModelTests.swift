import DialerEngine
import DiscreteEvents
import Testing

/// The rules of the model, one by one, with constant times.
@Suite("Contact centre model", .timeLimit(.minutes(5)))
struct ModelTests {
    static func center(agents: Int, ringing: Double, talk: Double, wrap: Double = 0, patience: Double) -> ContactCenter
    {
        var center = ContactCenter(
            agents: agents,
            outcomes: .answering(1),
            ringing: RingingTimes(.constant(ringing)),
            talk: .constant(talk)
        )
        center.wrap = .constant(wrap)
        center.patience = .constant(patience)
        return center
    }

    static func steps(_ experiment: Experiment) throws -> [(TraceEvent.Kind, Double, UInt64?, Int?)] {
        var steps: [(TraceEvent.Kind, Double, UInt64?, Int?)] = []
        let trace = TraceHandler { steps.append(($0.kind, $0.time, $0.attempt, $0.agent)) }
        _ = try Replication.run(experiment, number: 0, trace: trace)
        return steps
    }

    static func times(_ kind: TraceEvent.Kind, _ experiment: Experiment) throws -> [Double] {
        try steps(experiment).filter { $0.0 == kind }.map(\.1)
    }

    /// Two calls answered at 10 by one agent who is free at 15: patience decides, and a tie connects.
    @Test(arguments: [(4.0, 1), (5, 2), (6, 2), (0, 1)])
    func patienceThatEndsAsAnAgentFreesConnects(patience: Double, connected: Int) throws {
        let center = Self.center(agents: 1, ringing: 10, talk: 3, wrap: 2, patience: patience)
        let result = try Replication.run(Experiment(center, pacing: .fixedLines(2), length: .calls(2), seed: 1))
        #expect(result.allCalls.connected == connected && result.allCalls.abandoned == 2 - connected)
        #expect(result.allCalls.waitSeconds == (connected == 2 ? 5 : patience))
    }

    @Test func waitingCallsAreServedInOrderAndBeforeThePolicy() throws {
        let center = Self.center(agents: 1, ringing: 10, talk: 5, patience: 100)
        let steps = try Self.steps(Experiment(center, pacing: .fixedLines(3), length: .calls(3), seed: 1))
        #expect(steps.filter { $0.0 == .connected }.map(\.2) == [0, 1, 2])
        #expect(steps.filter { $0.0 == .connected }.map(\.1) == [10, 15, 20])
    }

    @Test func theLongestIdleAgentIsNext() throws {
        let center = Self.center(agents: 3, ringing: 1, talk: 1, patience: 1)
        let steps = try Self.steps(Experiment(center, pacing: .fixedLines(1), length: .calls(7), seed: 1))
        #expect(steps.filter { $0.0 == .connected }.map(\.3) == [0, 1, 2, 0, 1, 2, 0])
    }

    /// Trunks hold ringing, waiting and talking calls, not wrap-up.
    @Test func trunksLimitAClosedLoop() throws {
        var center = Self.center(agents: 5, ringing: 2, talk: 10, wrap: 100, patience: 1)
        center.lines = 9
        center.concurrencyLimit = 2
        let result = try Replication.run(Experiment(center, pacing: .fixedLines(4), length: .calls(5), seed: 1))
        #expect(result.peakCalls == 2 && result.allCalls.blocked == 0)
        let dialled = try Self.times(.dialled, Experiment(center, pacing: .fixedLines(4), length: .calls(5), seed: 1))
        #expect(dialled == [0, 0, 12, 12, 24])
    }

    /// A blocked call of an open loop is not dialled, and the next attempt keeps its own numbers.
    @Test func trunksBlockAnOpenLoop() throws {
        var center = Self.center(agents: 5, ringing: 2, talk: 10, patience: 1)
        center.talk = .exponential(mean: 60)
        let open = Experiment(center, pacing: .poisson(callsPerHour: 720), length: .calls(200), seed: 9)
        center.lines = 3
        var narrow = Experiment(center, pacing: .poisson(callsPerHour: 720), length: .calls(200), seed: 9)
        let result = try Replication.run(narrow)
        #expect(result.allCalls.blocked > 50 && result.allCalls.attempted == 200 && result.peakCalls == 3)
        narrow.length = .calls(100)
        let (wide, blocked) = (try Self.steps(open), try Self.steps(narrow).filter { $0.0 == .blocked })
        for (_, time, attempt, _) in blocked where attempt ?? 0 < 200 {
            #expect(wide.contains { $0.0 == .dialled && $0.1 == time && $0.2 == attempt })
        }
    }

    @Test func detectionDropsPersonsAndPassesMachines() throws {
        var center = Self.center(agents: 2, ringing: 3, talk: 20, patience: 2)
        center.detection = AnsweringMachineDetection(delay: .constant(1), falsePositive: 1)
        var result = try Replication.run(Experiment(center, pacing: .progressive, length: .calls(10), seed: 1))
        #expect(result.allCalls.falsePositives == 10 && result.allCalls.connected == 0)
        #expect(result.allCalls.waitSeconds == 10 && result.busyIntegral == 0)
        #expect(result.compliance.first?.abandoned == 10 && result.measures.abandonmentRate == 1)
        center.outcomes = OutcomeProbabilities(dialTone: 0, busySignal: 0, noAnswer: 0, answer: 0, voicemail: 1)
        center.detection = AnsweringMachineDetection(
            delay: .constant(1),
            falseNegative: 1,
            machineTalk: .constant(7)
        )
        result = try Replication.run(Experiment(center, pacing: .progressive, length: .calls(10), seed: 1))
        #expect(result.allCalls.machinesConnected == 10 && result.allCalls.answered == 0)
        #expect(result.busyIntegral == 70 && result.compliance.first?.calls == 0)
        #expect(result.measures.talkSeconds > 0 && result.measures.connects == 0)
    }

    @Test func warmUpLeavesOutTheCallsDialledInIt() throws {
        let center = Self.center(agents: 1, ringing: 5, talk: 5, patience: 2)
        var experiment = Experiment(center, pacing: .progressive, length: .shifts(seconds: 100, days: 2), seed: 1)
        experiment.warmUp = 30
        let result = try Replication.run(experiment)
        // Dialled at 0, 10, …, 90 and, before the shift ends, at 100; those at 30 and later count. The agent stays for the
        // last one, until 110.
        #expect(result.allCalls.attempted == 22 && result.measures.calls.attempted == 16)
        #expect(result.measures.agentSeconds == 160 && result.measures.busySeconds == 80)
        #expect(result.measures.occupancy == 0.5 && result.measures.connects == 16)
        #expect(result.measures.meanIdlePeriod == 5 && result.endTime == 86_400 + 110)
        #expect(result.compliance.first?.calls == 22)
    }

    @Test func aPolicyThatNeverDialsIsAnError() throws {
        let center = Self.center(agents: 1, ringing: 5, talk: 5, patience: 2)
        for length in [Experiment.Length.calls(10), .shifts(seconds: 1000, days: 2)] {
            for pacing in [
                Pacing.power(linesPerAgent: DecimalFactor(0.5)), .ratio(level: DecimalFactor(0.4)),
            ] {
                let error = #expect(throws: SimulationError.self) {
                    try Replication.run(Experiment(center, pacing: pacing, length: length, seed: 1))
                }
                #expect(error?.code == .neverDials)
            }
        }
        var experiment = Experiment(center, pacing: .progressive, length: .calls(3), seed: 1)
        experiment.warmUp = 1e6
        #expect(throws: SimulationError.self) { try Replication.run(experiment) }
        experiment.center.agents = 0
        #expect(throws: SimulationError.self) { try Replication.run(experiment) }
    }
}
