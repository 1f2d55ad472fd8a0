import DialerEngine
import DiscreteEvents
import Testing

/// Agents who come, take breaks and leave, with constant times.
@Suite("Roster", .timeLimit(.minutes(5)))
struct RosterTests {
    /// Everybody answers after 20 s, talks 200 s; wrap-up is 30 s.
    static func experiment(
        _ entries: [Roster.Entry],
        shift: Double,
        days: Int = 1,
        _ pacing: Pacing = .progressive
    ) -> Experiment {
        var center = ModelTests.center(agents: 1, ringing: 20, talk: 200, wrap: 30, patience: 2)
        center.roster = Roster(entries)
        return Experiment(center, pacing: pacing, length: .shifts(seconds: shift, days: days), seed: 1)
    }

    /// The steps of agents as `agent kind time`.
    static func duty(_ experiment: Experiment) throws -> [String] {
        let kinds: [TraceEvent.Kind: String] = [
            .agentOnDuty: "on", .agentOffDuty: "off", .breakStarted: "break", .breakEnded: "back",
        ]
        return try ModelTests.steps(experiment).compactMap { step in
            kinds[step.0].map { "\(step.3 ?? -1) \($0) \(Int(step.1))" }
        }
    }

    /// The last call is connected after the end of the shift, with a roster or without.
    @Test func nothingIsAbandonedBecauseTheDayEnds() throws {
        let plain = Experiment(
            ModelTests.center(agents: 1, ringing: 20, talk: 200, wrap: 30, patience: 2),
            pacing: .progressive,
            length: .shifts(seconds: 1010, days: 1),
            seed: 1
        )
        let rostered = Self.experiment([Roster.Entry(agents: 1, from: 0, to: 1010)], shift: 1010)
        for experiment in [plain, rostered] {
            #expect(try ModelTests.times(.dialled, experiment) == [0, 250, 500, 750, 1000])
            #expect(try ModelTests.times(.connected, experiment).last == 1020)
            let measures = try Replication.run(experiment).measures
            #expect(measures.calls.abandoned == 0 && measures.calls.connected == 5)
            // Five calls of 230 s, until the last wrap-up ends at 1,250 s.
            #expect(measures.busySeconds == 1150 && measures.agentSeconds == 1250)
        }
        #expect(try Replication.run(plain).measures == Replication.run(rostered).measures)
        #expect(try Self.duty(rostered) == ["0 on 0", "0 off 1250"])
    }

    /// One group for the whole shift is the same as no roster: the same bits, for every policy.
    @Test(arguments: AccountingTests.policies)
    func oneGroupForTheShiftIsNoRoster(pacing: Pacing) throws {
        let plain = AccountingTests.experiment(pacing, .shifts(seconds: 1800, days: 2))
        var rostered = plain
        rostered.center.roster = Roster([Roster.Entry(agents: 6, from: 0, to: 1800)])
        let (first, second) = (try Replication.run(plain), try Replication.run(rostered))
        #expect(first.measures == second.measures)
        #expect(first.allCalls == second.allCalls)
        #expect(first.compliance == second.compliance && first.waits == second.waits)
    }

    /// A break that is due during a call begins after the wrap-up and lasts its full length.
    @Test func aBreakBeginsWhenTheAgentIsFree() throws {
        let entry = Roster.Entry(agents: 1, from: 0, to: 2000, breaks: [.init(from: 300, length: 100)])
        let experiment = Self.experiment([entry], shift: 2000)
        // The second call is dialled at 250, talks from 270 and is wrapped up at 500.
        #expect(try Self.duty(experiment) == ["0 on 0", "0 break 500", "0 back 600", "0 off 2100"])
        #expect(try ModelTests.times(.dialled, experiment) == [0, 250, 600, 850, 1100, 1350, 1600, 1850])
        let measures = try Replication.run(experiment).measures
        #expect(measures.agentSeconds == 2000 && measures.busySeconds == 8 * 230)
    }

    /// A break that begins late ends when the group leaves; a second one that is due by then follows at once.
    @Test func breaksEndWhenTheGroupLeaves() throws {
        var entry = Roster.Entry(agents: 1, from: 0, to: 550, breaks: [.init(from: 300, length: 100)])
        #expect(try Self.duty(Self.experiment([entry], shift: 2000)) == ["0 on 0", "0 break 500"])
        entry = Roster.Entry(
            agents: 1,
            from: 0,
            to: 1400,
            breaks: [.init(from: 280, length: 15), .init(from: 300, length: 100)]
        )
        let duty = try Self.duty(Self.experiment([entry], shift: 2000))
        #expect(duty == ["0 on 0", "0 break 500", "0 back 615", "0 off 1615"])
    }

    /// At the end of duty idle agents leave at once, busy ones after their wrap-up, and none takes a waiting call.
    @Test func busyAgentsLeaveAfterTheirCall() throws {
        let entries = [Roster.Entry(agents: 2, from: 0, to: 300), Roster.Entry(agents: 1, from: 400, to: 1000)]
        let experiment = Self.experiment(entries, shift: 1000)
        // Both dial at 0 and at 250, talk from 270 to 470 and wrap up until 500.
        #expect(try Self.duty(experiment) == ["0 on 0", "1 on 0", "2 on 400", "0 off 500", "1 off 500", "2 off 1150"])
        #expect(try ModelTests.times(.dialled, experiment) == [0, 0, 250, 250, 400, 650, 900])
        var waiting = experiment
        waiting.pacing = .fixedLines(3)
        waiting.center.patience = .constant(10_000)
        let steps = try ModelTests.steps(waiting)
        let late = steps.filter { $0.0 == .connected && $0.1 >= 300 && ($0.3 ?? 9) < 2 }
        #expect(late.isEmpty, "an agent past the end of duty takes no waiting call")
    }

    /// Agents who come and agents who return at one instant are idle in the order of the groups.
    @Test func agentsWhoComeTogetherStandInTheOrderOfTheGroups() throws {
        let entries = [
            Roster.Entry(agents: 1, from: 0, to: 2000, breaks: [.init(from: 10, length: 90)]),
            Roster.Entry(agents: 1, from: 100, to: 2000),
        ]
        let experiment = Self.experiment(entries, shift: 2000)
        // The call that rings for the first agent is abandoned, since its agent goes on a break.
        #expect(try Self.duty(experiment).prefix(4) == ["0 on 0", "0 break 10", "0 back 100", "1 on 100"])
        var early = experiment
        early.center.roster = Roster([
            Roster.Entry(agents: 1, from: 0, to: 2000, breaks: [.init(from: 0, length: 100)]),
            Roster.Entry(agents: 1, from: 100, to: 2000),
        ])
        #expect(try Self.duty(early).prefix(2) == ["0 on 100", "1 on 100"])
        let connected = try ModelTests.steps(early).filter { $0.0 == .connected }.map(\.3)
        #expect(connected.prefix(2) == [0, 1])
    }

    /// Each day is alike, and each has its overtime.
    @Test func everyDayIsAlike() throws {
        let entry = Roster.Entry(agents: 2, from: 100, to: 700, breaks: [.init(from: 300, length: 100)])
        let result = try Replication.run(Self.experiment([entry], shift: 1000, days: 3))
        let single = try Replication.run(Self.experiment([entry], shift: 1000))
        #expect(result.measures.agentSeconds == 3 * single.measures.agentSeconds)
        #expect(result.measures.busySeconds == 3 * single.measures.busySeconds)
        #expect(result.allCalls.attempted == 3 * single.allCalls.attempted)
    }

    @Test(arguments: [
        ([Roster.Entry](), "a roster has at least one entry"),
        ([Roster.Entry(agents: 0, from: 0, to: 10)], "an entry has agents"),
        ([Roster.Entry(agents: 1, from: 10, to: 10)], "agents leave after they came"),
        ([Roster.Entry(agents: 1, from: 0, to: 1001)], "agents leave at the end of the shift at the latest"),
        (
            [Roster.Entry(agents: 1, from: 9, to: 10), Roster.Entry(agents: 1, from: 8, to: 10)],
            "the entries of a roster are in the order of `from`"
        ),
        (
            [Roster.Entry(agents: 1, from: 0, to: 10, breaks: [.init(from: 8, length: 3)])],
            "a break lies between `from` and `to`"
        ),
        (
            [Roster.Entry(agents: 1, from: 0, to: 10, breaks: [.init(from: 2, length: 3), .init(from: 4, length: 1)])],
            "breaks do not overlap"
        ),
    ])
    func nonsenseIsSaidInWords(entries: [Roster.Entry], message: String) {
        let error = #expect(throws: SimulationError.self) {
            try Replication.run(Self.experiment(entries, shift: 1000))
        }
        #expect(error?.description == message)
    }
}
