import DialerEngine
import ExactJSON
import ScenarioFile
import Testing

@testable import CallRecords

/// How long agents were on duty, busy and away, whatever the clock does meanwhile.
@Suite("Times of agents", .timeLimit(.minutes(15)))
struct AgentTimeTests {
    struct Night: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var zone = "Europe/Berlin"
        /// When calls were made.
        var calls: [String]
        /// What an agent did, as `from,to,state`.
        var log: [String]
        /// In minutes.
        var duty: Double
        var busy: Double
        /// In hours of the clock, after midnight.
        var first: Double
        var last: Double
        /// In minutes.
        var gaps: [Double] = []
    }

    static let nights: [Night] = [
        Night(
            testDescription: "the clock skips an hour during a conversation",
            calls: ["2026-03-29 01:49:00", "2026-03-29 04:00:00"],
            log: [
                "2026-03-29 00:30:00,2026-03-29 01:50:00,idle", "2026-03-29 01:50:00,2026-03-29 03:10:00,talk",
                "2026-03-29 03:10:00,2026-03-29 04:30:00,idle",
            ],
            duty: 180,
            busy: 20,
            first: 0.5,
            last: 4.5
        ),
        Night(
            testDescription: "the clock shows an hour twice while an agent is idle",
            calls: ["2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"],
            log: [
                "2026-10-25T00:10:00Z,2026-10-25T01:10:00Z,idle", "2026-10-25T01:10:00Z,2026-10-25T01:20:00Z,talk",
            ],
            duty: 70,
            busy: 10,
            first: 2 + 1 / 6.0,
            last: 3
        ),
        Night(
            testDescription: "the clock skips an hour during a break",
            calls: ["2026-03-29 01:00:00", "2026-03-29 04:00:00"],
            log: [
                "2026-03-29 01:00:00,2026-03-29 01:50:00,talk", "2026-03-29 03:10:00,2026-03-29 04:00:00,idle",
            ],
            duty: 100,
            busy: 50,
            first: 1,
            last: 4,
            gaps: [20]
        ),
        Night(
            testDescription: "the clock shows an hour twice during a break",
            calls: ["2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"],
            log: [
                "2026-10-25T00:00:00Z,2026-10-25T00:50:00Z,talk", "2026-10-25T01:10:00Z,2026-10-25T02:00:00Z,idle",
            ],
            duty: 100,
            busy: 50,
            first: 2,
            last: 3,
            gaps: [20]
        ),
        Night(
            testDescription: "a whole day of 23 hours",
            calls: ["2026-03-29 05:00:00", "2026-03-29 11:00:00", "2026-03-29 15:00:00", "2026-03-29 19:00:00"],
            log: [
                "2026-03-29 00:00:00,2026-03-29 12:00:00,idle", "2026-03-29 12:00:00,2026-03-30 00:00:00,talk",
            ],
            duty: 23 * 60,
            busy: 12 * 60,
            first: 0,
            last: 24
        ),
        Night(
            testDescription: "the clock stands as it is",
            zone: "UTC",
            calls: ["2026-03-29 01:49:00", "2026-03-29 04:00:00"],
            log: [
                "2026-03-29 00:30:00,2026-03-29 01:50:00,idle", "2026-03-29 01:50:00,2026-03-29 03:10:00,wrap",
                "2026-03-29 03:30:00,2026-03-29 04:30:00,idle",
            ],
            duty: 220,
            busy: 80,
            first: 0.5,
            last: 4.5,
            gaps: [20]
        ),
    ]

    @Test("duty, conversations and breaks last as long as they lasted", arguments: nights)
    func absoluteTime(_ night: Night) throws {
        let calls = "dialedAt,outcome\n" + night.calls.map { "\($0),busy\n" }.joined()
        let log = "agent,from,to,state\n" + night.log.map { "a,\($0)\n" }.joined()
        let zone = try #require(ClockZone(night.zone))
        let summary = try RecordFiles.read([Array(calls.utf8)], agentLog: log, configure: { $0.zone = zone })
        #expect(summary.days.reduce(0) { $0 + ($1.dutySeconds ?? 0) } == night.duty * 60)
        #expect(summary.days.reduce(0) { $0 + ($1.busySeconds ?? 0) } == night.busy * 60)
        let day = try #require(summary.agents.first?.days.first)
        func hours(_ seconds: Double) -> Double { (summary.startOfDay + seconds) / 3600 }
        func isSame(_ left: Double, _ right: Double) -> Bool {
            abs((left - right).truncatingRemainder(dividingBy: 24)) < 1e-9
        }
        #expect(isSame(hours(day.first), night.first) && isSame(hours(day.last), night.last))
        #expect(day.gaps.map { $0.length / 60 } == night.gaps)
        #expect(day.gaps.allSatisfy { $0.from <= $0.to && $0.from >= day.first })
    }

    @Test("conversations that overlap are warned of beside a log of agents too", arguments: [false, true])
    func overlaps(hasLog: Bool) throws {
        var calls = "dialedAt,outcome,talkSeconds,agent,id\n"
        for call in 10..<50 { calls += "2026-03-02 09:\(call):00,answered,600,a,\(call)\n" }
        let log = "agent,from,to,state\na,2026-03-02 09:00:00,2026-03-02 10:00:00,idle\n"
        let summary = try RecordFiles.read([Array(calls.utf8)], agentLog: hasLog ? log : nil)
        #expect(summary.detail("talk.overlap")?.hasPrefix("39 conversations last longer") == true)
        // What the calls say of the agents is of no account beside a log.
        if hasLog { #expect(summary.days[0].dutySeconds == 3600 && summary.days[0].busySeconds == 0) }
    }

    @Test("a centre that calls round the clock has a valid scenario, also with an agent seen at the end alone")
    func lastMinutes() throws {
        var calls = "dialedAt,outcome,ringSeconds,waitSeconds,talkSeconds,wrapSeconds,agent\n"
        for minute in stride(from: 2, to: 1440, by: 2) {
            let (hour, rest) = (minute / 60, minute % 60)
            let agent = minute >= 1434 ? "late" : "a\(minute / 480)"
            calls += "2026-03-02 \(hour / 10)\(hour % 10):\(rest / 10)\(rest % 10):00,answered,5,0,30,10,\(agent)\n"
        }
        let fit = CentreFit(try RecordFiles.read(calls))
        #expect(fit.shift.length == 86_400 && fit.shift.agents.all == 4)
        #expect(fit.shift.roster?.entries.last == Roster.Entry(agents: 1, from: 85_500, to: 86_400))
        let loaded = try Scenario.parse(text: fit.scenario.text, file: "fitted.yaml")
        #expect(loaded.scenario.contactCenter != nil)
    }
}
