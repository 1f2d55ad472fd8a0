import Testing

@testable import DialerEngine

/// Who is on duty, as a value: asked for each moment, it says who comes, goes and stays.
@Suite("Attendance", .timeLimit(.minutes(5)))
struct AttendanceTests {
    private static func attendance(_ entries: Roster.Entry..., shift: Double = 100) -> Attendance {
        Attendance(Roster(entries), shift: shift)
    }

    /// The moments of a day are those of the roster, in virtual time; the end of the shift is not one of leaving.
    @Test func theMomentsOfADay() {
        var attendance = Self.attendance(
            Roster.Entry(agents: 2, from: 0, to: 60, breaks: [.init(from: 10, length: 5), .init(from: 30, length: 5)]),
            Roster.Entry(agents: 1, from: 20, to: 100)
        )
        for start in [0.0, 86_400] {
            let (arrivals, departures) = attendance.startDay(at: start)
            #expect(arrivals == [start, start + 20] && departures == [start + 10, start + 30, start + 60])
            #expect(attendance.onDuty == 0)
        }
    }

    @Test func agentsComeInTheOrderOfTheGroupsAndLeaveWhenFree() {
        var attendance = Self.attendance(
            Roster.Entry(agents: 2, from: 0, to: 60),
            Roster.Entry(agents: 1, from: 20, to: 100)
        )
        _ = attendance.startDay(at: 1000)
        #expect(attendance.arrive(at: 1000).agents.map(\.number) == [0, 1] && attendance.onDuty == 2)
        #expect(attendance.arrive(at: 1020).agents.map(\.number) == [2] && attendance.onDuty == 3)
        #expect(attendance.arrive(at: 1020).agents.isEmpty, "nobody comes twice")
        for agent: Int32 in 0..<3 { #expect(!attendance.isDue(agent, at: 1059.9)) }
        #expect(attendance.isDue(0, at: 1060) && !attendance.isDue(2, at: 1060))
        // Agent 0 is idle and goes; agent 1 is busy, and does not count any more.
        guard case .leaves? = attendance.release(0, at: 1060)?.release else { return #expect(Bool(false)) }
        attendance.endDuty(at: 1060)
        #expect(
            attendance.onDuty == 1 && attendance.isLeaving(1) && !attendance.isLeaving(0) && !attendance.isLeaving(2)
        )
        guard case .leaves? = attendance.release(1, at: 1075)?.release else { return #expect(Bool(false)) }
        #expect(attendance.onDuty == 1 && !attendance.isLeaving(1))
        // The group that is there at the end of the shift stays until it is sent home.
        #expect(attendance.release(2, at: 1100) == nil && attendance.release(2, at: 1500) == nil)
        attendance.sendHome(2)
        #expect(attendance.onDuty == 0)
    }

    /// A break lasts its full length from the moment the agent is free, and ends when the group leaves.
    @Test(arguments: [(10.0, 25.0), (12, 27), (44, 59), (50, 60)])
    func breaksLastTheirFullLength(free: Double, end: Double) {
        var attendance = Self.attendance(
            Roster.Entry(agents: 1, from: 0, to: 60, breaks: [.init(from: 10, length: 15)])
        )
        _ = attendance.startDay(at: 0)
        _ = attendance.arrive(at: 0)
        #expect(attendance.release(0, at: 9.9) == nil)
        guard let (release, isNew) = attendance.release(0, at: free), case .pauses(let until) = release else {
            return #expect(Bool(false))
        }
        #expect(until == end && isNew && attendance.onDuty == 0)
        let back = attendance.arrive(at: end).agents
        #expect(back.map(\.number) == (end < 60 ? [0] : []) && back.allSatisfy(\.returns))
        #expect(attendance.onDuty == back.count)
        // It takes a break once.
        #expect(end == 60 || attendance.release(0, at: end) == nil)
    }

    /// Agents who return together need a single event, which the first of them plans.
    @Test func aMomentOfReturnIsNewOnce() {
        var attendance = Self.attendance(
            Roster.Entry(agents: 2, from: 0, to: 100, breaks: [.init(from: 10, length: 10)]),
            Roster.Entry(agents: 1, from: 20, to: 100)
        )
        _ = attendance.startDay(at: 0)
        _ = attendance.arrive(at: 0)
        #expect(attendance.release(1, at: 10)?.isNewReturn == false, "the third agent comes at 20 anyway")
        #expect(attendance.release(0, at: 11)?.isNewReturn == true)
        #expect(attendance.arrive(at: 20).agents.map(\.number) == [1, 2])
        #expect(attendance.arrive(at: 21).agents.map(\.number) == [0] && attendance.onDuty == 3)
    }

    /// A break that is due as agents come, and one that is due as another ends, come first.
    @Test func breaksFollowEachOther() {
        var attendance = Self.attendance(
            Roster.Entry(
                agents: 1,
                from: 0,
                to: 100,
                breaks: [.init(from: 0, length: 5), .init(from: 5, length: 5), .init(from: 12, length: 5)]
            )
        )
        _ = attendance.startDay(at: 0)
        for moment in [0.0, 5] {
            let (agents, newReturns) = attendance.arrive(at: moment)
            #expect(agents.isEmpty && newReturns == [moment + 5] && attendance.onDuty == 0)
        }
        let first = attendance.arrive(at: 10).agents
        #expect(first.map(\.number) == [0] && !first[0].returns, "an agent comes, who has not been there")
        // A busy agent has its third break late.
        guard case .pauses(until: 25)? = attendance.release(0, at: 20)?.release else { return #expect(Bool(false)) }
    }

    /// A day begins without what was left of the one before.
    @Test func everyDayStartsAnew() {
        var attendance = Self.attendance(
            Roster.Entry(agents: 1, from: 0, to: 50, breaks: [.init(from: 10, length: 20)])
        )
        _ = attendance.startDay(at: 0)
        _ = attendance.arrive(at: 0)
        _ = attendance.release(0, at: 15)
        _ = attendance.startDay(at: 86_400)
        #expect(attendance.arrive(at: 35).agents.isEmpty)
        #expect(attendance.arrive(at: 86_400).agents.map(\.number) == [0] && attendance.isDue(0, at: 86_410))
    }
}
