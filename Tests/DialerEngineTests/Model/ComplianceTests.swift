import DialerEngine
import DiscreteEvents
import Testing

@Suite("Compliance profiles", .timeLimit(.minutes(5)))
struct ComplianceTests {
    static func profile(
        _ clock: ComplianceProfile.Clock,
        _ window: ComplianceProfile.Window = .calendarDay,
        seconds: Double = 2,
        limit: DecimalFactor = DecimalFactor(3, per: 100)
    ) -> ComplianceProfile {
        ComplianceProfile(name: "own", limit: limit, window: window, clock: clock, seconds: seconds)
    }

    /// One agent, two calls answered at 10, the second connected at 10 + 3 with endless patience.
    static func secondCall(_ profiles: [ComplianceProfile]) throws -> [Int] {
        var center = ModelTests.center(agents: 1, ringing: 10, talk: 3, patience: 1000)
        center.greetingStart = .constant(0.4)
        center.greetingLength = .constant(0.6)
        var experiment = Experiment(center, pacing: .fixedLines(2), length: .calls(2), seed: 1)
        experiment.compliance = profiles
        return try Replication.run(experiment).compliance.map(\.abandoned)
    }

    /// The limit itself still complies: 3 from the answer, 2.6 from the greeting's start, 2 from its end.
    @Test func clocks() throws {
        let profiles = [
            Self.profile(.answer), Self.profile(.greetingStart), Self.profile(.greetingEnd),
            Self.profile(.answer, seconds: 3), Self.profile(.greetingStart, seconds: 2.6),
            Self.profile(.greetingEnd, seconds: 1.99),
        ]
        #expect(try Self.secondCall(profiles) == [1, 1, 0, 0, 0, 1])
        let named = ComplianceProfile.named.filter { $0.attemptLimit == nil }
        #expect(try Self.secondCall(named) == [0, 0, 1, 1, 1, 0])
    }

    @Test func sharesAreJudgedInIntegers() {
        #expect(ComplianceProfile.usTSR.complies(abandoned: 3, calls: 100))
        #expect(!ComplianceProfile.usTSR.complies(abandoned: 31, calls: 1033))
        #expect(ComplianceProfile.caCRTC.complies(abandoned: 5, calls: 100))
        #expect(ComplianceProfile.ukOfcom2017.complies(abandoned: 99, calls: 100))
        #expect(ComplianceProfile.usTSR.complies(abandoned: 0, calls: 0))
    }

    @Test func windowsFollowTheDays() throws {
        let center = ModelTests.center(agents: 1, ringing: 5, talk: 5, patience: 2)
        var experiment = Experiment(center, pacing: .fixedLines(2), length: .shifts(seconds: 100, days: 35), seed: 1)
        experiment.compliance = [
            Self.profile(.answer, .calendarDay), Self.profile(.answer, .campaign30DayBlocks),
            Self.profile(.answer, .rollingHours(1)),
            Self.profile(.answer, .calendarDay, limit: DecimalFactor(1, per: 1)),
        ]
        let counts = try Replication.run(experiment).compliance
        #expect(counts.map(\.judgedWindows) == [35, 2, counts[0].calls, 35])
        #expect(counts.allSatisfy { $0.calls == counts[0].calls && $0.abandoned == counts[0].abandoned })
        #expect(counts[0].abandoned > 0 && counts[0].breachedWindows == 35 && counts[1].breachedWindows == 2)
        #expect(counts[1].windows.map(\.calls) == [30, 5].map { $0 * counts[0].windows[0].calls })
        #expect(counts[3].breachedWindows == 0)
        #expect(counts[2].breachedWindows > 0 && counts[2].breachedWindows <= counts[2].calls)
    }

    /// The rolling window against a direct count over the trace.
    @Test func rollingWindowsAreThoseOfADirectCount() throws {
        var experiment = AccountingTests.experiment(.power(linesPerAgent: DecimalFactor(3)), .calls(1500))
        let profile = Self.profile(.answer, .rollingHours(0.05), seconds: 1000, limit: DecimalFactor(10, per: 100))
        experiment.compliance = [profile]
        var calls: [UInt64: (answered: Double, isAbandoned: Bool)] = [:]
        let trace = TraceHandler { event in
            guard let attempt = event.attempt, event.outcome == .answered else { return }
            switch event.kind {
            case .answered: calls[attempt] = (event.time, false)
            case .abandoned, .falsePositive: calls[attempt]?.isAbandoned = true
            default: break
            }
        }
        let count = try Replication.run(experiment, number: 0, trace: trace).compliance[0]
        let sorted = calls.values.sorted { $0.answered < $1.answered }
        var breaches = 0
        for (index, call) in sorted.enumerated() {
            let window = sorted[...index].filter { $0.answered > call.answered - 180 }
            if !profile.complies(abandoned: window.count(where: \.isAbandoned), calls: window.count) { breaches += 1 }
        }
        #expect(count.calls == sorted.count && count.breachedWindows == breaches && breaches > 0)
    }

    @Test func shortRingsAreCounted() throws {
        var center = ModelTests.center(agents: 1, ringing: 14.9, talk: 5, patience: 2)
        center.outcomes = .answering(0)
        var experiment = Experiment(center, pacing: .progressive, length: .calls(7), seed: 1)
        experiment.compliance = ComplianceProfile.named.filter { $0.attemptLimit == nil }
        #expect(try Replication.run(experiment).compliance.map(\.shortRings) == [7, 7, 7, 7, 0, 0])
        experiment.center.ringing = RingingTimes(.constant(15))
        #expect(try Replication.run(experiment).compliance.allSatisfy { $0.shortRings == 0 })
    }
}
