import ExactJSON
import RunReport
import ScenarioFile
import SimulationAPI
import Testing

@testable import RunPipeline
@testable import RunStore

/// Events folded into totals, call by call.
@Suite(.timeLimit(.minutes(5)))
struct CallFoldTests {
    /// The events of one call in the order of arrival, and what they come to.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// State, milliseconds after the first event, outcome, duration.
        var events: [(CallState, Int64, CallOutcome?, Int64)]
        var completed = 0
        var abandoned = 0
        var late = 0
        var illegal: String?
        var withoutOutcome = 0
        var outcomes: [CallOutcome: Int] = [:]
        var totalDurationMs: Int64 = 0
    }

    static let cases = [
        Case(
            testDescription: "answered, in order",
            events: [
                (.dialing, 0, nil, 0), (.ringing, 100, nil, 100), (.answered, 200, .answered, 200),
                (.connected, 300, .answered, 300), (.completed, 900, .answered, 900),
            ],
            completed: 1,
            outcomes: [.answered: 1],
            totalDurationMs: 900
        ),
        Case(
            testDescription: "in another order of arrival",
            events: [
                (.answered, 200, .answered, 200), (.dialing, 0, nil, 0), (.ringing, 100, nil, 100),
                (.completed, 900, .answered, 900),
            ],
            completed: 1,
            outcomes: [.answered: 1],
            totalDurationMs: 900
        ),
        Case(
            testDescription: "busy, without ringing",
            events: [(.dialing, 0, nil, 0), (.completed, 50, .busy, 50)],
            completed: 1,
            outcomes: [.busy: 1],
            totalDurationMs: 50
        ),
        Case(
            testDescription: "the final event alone",
            events: [(.completed, 0, .voicemail, 40)],
            completed: 1,
            outcomes: [.voicemail: 1],
            totalDurationMs: 40
        ),
        Case(
            testDescription: "abandoned",
            events: [(.dialing, 0, nil, 0), (.answered, 5, .answered, 5), (.abandoned, 2005, .answered, 2005)],
            abandoned: 1,
            outcomes: [.answered: 1],
            totalDurationMs: 2005
        ),
        Case(testDescription: "lost: no final event", events: [(.dialing, 0, nil, 0), (.ringing, 10, nil, 10)]),
        Case(
            testDescription: "late: after the final event",
            events: [(.dialing, 0, nil, 0), (.completed, 90, .noAnswer, 90), (.ringing, 30, nil, 30)],
            completed: 1,
            late: 1,
            outcomes: [.noAnswer: 1],
            totalDurationMs: 90
        ),
        Case(
            testDescription: "the same final event under another id",
            events: [(.completed, 90, .busy, 90), (.completed, 90, .busy, 90)],
            completed: 1,
            late: 1,
            outcomes: [.busy: 1],
            totalDurationMs: 90
        ),
        Case(
            testDescription: "two different finals",
            events: [(.abandoned, 80, .answered, 80), (.completed, 90, .answered, 90)],
            abandoned: 1,
            late: 1,
            illegal: "both completed and abandoned",
            outcomes: [.answered: 1],
            totalDurationMs: 80
        ),
        Case(
            testDescription: "a rank that falls while time rises",
            events: [(.answered, 10, .answered, 10), (.ringing, 20, nil, 20), (.completed, 90, .answered, 90)],
            completed: 1,
            illegal: "ringing after answered",
            outcomes: [.answered: 1],
            totalDurationMs: 90
        ),
        Case(
            testDescription: "ranks that fall within one millisecond are in order",
            events: [(.connected, 10, .answered, 10), (.answered, 10, .answered, 10), (.completed, 10, .answered, 10)],
            completed: 1,
            outcomes: [.answered: 1],
            totalDurationMs: 10
        ),
        Case(
            testDescription: "connected while busy",
            events: [(.connected, 10, nil, 10), (.completed, 20, .busy, 20)],
            completed: 1,
            illegal: "connected with the outcome busy",
            outcomes: [.busy: 1],
            totalDurationMs: 20
        ),
        Case(
            testDescription: "abandoned without an answer",
            events: [(.abandoned, 20, .noAnswer, 20)],
            abandoned: 1,
            illegal: "abandoned with the outcome no-answer",
            outcomes: [.noAnswer: 1],
            totalDurationMs: 20
        ),
        Case(
            testDescription: "a machine sent to an agent",
            events: [
                (.answered, 5, .voicemail, 5), (.connected, 10, .voicemail, 10), (.completed, 20, .voicemail, 20),
            ],
            completed: 1,
            outcomes: [.voicemail: 1],
            totalDurationMs: 20
        ),
        Case(
            testDescription: "the outcome told before the end",
            events: [(.answered, 5, .answered, 5), (.completed, 20, nil, 20)],
            completed: 1,
            outcomes: [.answered: 1],
            totalDurationMs: 20
        ),
        Case(
            testDescription: "no outcome at all",
            events: [(.dialing, 0, nil, 0), (.completed, 20, nil, 20)],
            completed: 1,
            withoutOutcome: 1,
            totalDurationMs: 20
        ),
    ]

    @Test(arguments: cases) func foldsOneCall(_ test: Case) {
        var fold = CallFold(span: Self.at(0)...Self.at(10_000))
        for event in test.events { fold.add(Self.event("a", event)) }
        fold.closeEvents()
        let totals = fold.totals
        #expect(totals.seen == 1)
        #expect(totals.completed == test.completed)
        #expect(totals.abandoned == test.abandoned)
        #expect(fold.lateEvents == test.late)
        #expect(totals.illegalExamples == (test.illegal.map { ["a: \($0)"] } ?? []))
        #expect(totals.illegalOrders == (test.illegal == nil ? 0 : 1))
        #expect(totals.outcomes == test.outcomes)
        #expect(totals.withoutOutcome == test.withoutOutcome)
        #expect(totals.totalDurationMs == test.totalDurationMs)
    }

    @Test func addsUpOverCalls() {
        var fold = CallFold(span: Self.at(0)...Self.at(10_000))
        for call in 0..<20 {
            fold.add(Self.event("call-\(call)", (.completed, Int64(call), .busy, 100)))
            fold.add(Self.event("call-\(call)", (.abandoned, Int64(call), .busy, 100)))
        }
        fold.closeEvents()
        #expect(fold.totals.seen == 20)
        #expect(fold.totals.completed == 20)
        #expect(fold.lateEvents == 20)
        #expect(fold.totals.illegalOrders == 20)
        #expect(fold.totals.illegalExamples.count == 5)
        #expect(fold.totals.averageLatencyMs == 100)
    }

    @Test func nothingAtAllIsNothing() {
        var fold = CallFold(span: nil)
        fold.closeEvents()
        fold.closeBoundaries()
        #expect(fold.totals == ObservedCalls())
    }

    // MARK: Schedules

    @Test func countsCallsByTheEntryInForceWhenTheyWereDialled() throws {
        let text = """
            version: 1
            name: changes
            simulation:
              campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
              virtualAgentMatrix: {flowId: f}
              outcomeInjection: {enabled: true, answerProbability: 1}
              concurrencyLimit: 5
              maxCalls: 50
              complianceBypass: true
            contactCenter: {agents: 1, ringing: {default: {constant: 1}}, talk: {constant: 1}, patience: {constant: 1}}
            run: {shift: 8h, days: 3}
            schedule: [{from: 10s, outcomeInjection: {busySignalProbability: 1}}, {from: 20s, lines: 4}]
            """
        let scenario = try Scenario.parse(text: text, file: "s.yaml").scenario
        let clock = try #require(ScheduleClock(scenario, start: Self.at(0)))
        var fold = CallFold(span: Self.at(0)...Self.at(200_000_000), schedule: clock)
        let day: Int64 = 86_400_000
        for (call, dialled) in [0, 9_999, 10_000, 19_999, 20_000, day - 1, day, day + 10_000].enumerated() {
            fold.add(Self.event("\(call)", (.completed, dialled + 15_000, .busy, 15_000)))
            fold.add(Self.event("\(call)", (.dialing, dialled, nil, 0)))
        }
        // Of a call whose first events are lost the duration tells.
        fold.add(Self.event("lost", (.completed, 15_000, .busy, 15_000)))
        fold.closeEvents()
        #expect(fold.totals.callsByEntry == [4, 3, 2])

        let constant = text.replacing("outcomeInjection: {busySignalProbability: 1}", with: "talk: {constant: 2}")
        #expect(ScheduleClock(try Scenario.parse(text: constant, file: "s.yaml").scenario, start: Self.at(0)) == nil)
    }

    // MARK: Waits

    @Test func countsWhoWasConnectedTooLateForEachRule() {
        var fold = CallFold(span: Self.at(0)...Self.at(100_000), longestWaits: [2, nil, 3.6])
        for (call, wait) in [Int64(0), 1999, 2000, 2001, 3600, 3601].enumerated() {
            fold.add(Self.event("\(call)", (.answered, 1000, .answered, 0)))
            fold.add(Self.event("\(call)", (.connected, 1000 + wait, .answered, 0)))
            fold.add(Self.event("\(call)", (.completed, 90_000, .answered, 0)))
        }
        // Who gave up is abandoned already, however long it took.
        fold.add(Self.event("gone", (.answered, 1000, .answered, 0)))
        fold.add(Self.event("gone", (.abandoned, 9000, .answered, 0)))
        fold.add(Self.event("early", (.answered, 1000, .answered, 0)))
        fold.add(Self.event("early", (.abandoned, 3000, .answered, 0)))
        fold.closeEvents()
        #expect(fold.totals.lateConnects == [3, 0, 1])
        #expect(fold.totals.earlyHangUps == [1, 0, 1])
        #expect(fold.totals.abandoned == 2)
    }

    @Test func measuresWaits() throws {
        var fold = CallFold(span: Self.at(0)...Self.at(100_000))
        for call in 1...100 {
            let answer = Int64(1000)
            fold.add(Self.event("\(call)", (.answered, answer, .answered, answer)))
            let state: CallState = call.isMultiple(of: 2) ? .connected : .abandoned
            fold.add(Self.event("\(call)", (state, answer + Int64(call) * 10, .answered, 0)))
            if state == .connected { fold.add(Self.event("\(call)", (.completed, 90_000, .answered, 0))) }
        }
        // A machine's call and one that nobody answered have no wait.
        fold.add(Self.event("machine", (.answered, 0, .voicemail, 0)))
        fold.add(Self.event("machine", (.completed, 50_000, .voicemail, 0)))
        fold.closeEvents()
        let waits = try #require(fold.totals.waitMs)
        #expect(waits.mean == 505)
        #expect(waits.p95 == 950)
    }

    /// Waits, their mean and their 95th percentile.
    static let waits: [([Int64], Double?, Double?)] = [
        ([], nil, nil), ([0], 0, 0), ([1], 1, 10), ([10], 10, 10), ([11], 11, 20), ([-5], 0, 0),
        ([90_000], 90_000, 60_000), (Array(repeating: 0, count: 19) + [500], 25, 0),
        (Array(repeating: 0, count: 18) + [500, 500], 50, 500),
    ]

    @Test(arguments: waits) func summarisesWaits(_ waits: [Int64], _ mean: Double?, _ p95: Double?) {
        var histogram = ObservedWaits()
        for wait in waits { histogram.add(wait) }
        #expect(histogram.summary?.mean == mean)
        #expect(histogram.summary?.p95 == p95)
    }

    // MARK: Concurrency and timeline

    /// What happens at which millisecond, and the most calls at once.
    static let traffic: [(boundaries: [(Int64, CallBoundary.BoundaryKind)], peak: Int)] = [
        ([(0, .start), (10, .end)], 1),
        // One call follows another in the same millisecond: never two at once.
        ([(0, .start), (10, .end), (10, .start), (20, .end)], 1),
        ([(0, .start), (5, .start), (10, .end), (10, .end)], 2),
        // A call within one millisecond counts while it is up.
        ([(0, .blink)], 1),
        ([(0, .start), (5, .blink), (10, .end)], 2),
        ([(0, .start), (10, .end), (10, .blink), (10, .start)], 1),
        // Calls without a final event are up to the end.
        ([(0, .start), (1, .start), (2, .start)], 3),
    ]

    @Test(arguments: traffic) func findsThePeak(_ boundaries: [(Int64, CallBoundary.BoundaryKind)], _ peak: Int) {
        var fold = CallFold(span: Self.at(0)...Self.at(100))
        for (offset, kind) in boundaries { fold.add(CallBoundary(timestamp: Self.at(offset), kind: kind)) }
        fold.closeBoundaries()
        #expect(fold.totals.peakConcurrency == peak)
        #expect(fold.totals.timeline.callsUp.max() == peak)
    }

    /// The last millisecond, the width of a bin and the number of bins.
    static let spans: [(Int64, Int64, Int)] = [
        (0, 1, 1), (118, 1, 119), (119, 1, 120), (120, 2, 61), (240, 3, 81), (11_999, 100, 120),
    ]

    @Test(arguments: spans) func dividesTheTimeIntoAtMost120Bins(_ last: Int64, _ width: Int64, _ count: Int) {
        let timeline = CallFold(span: Self.at(0)...Self.at(last)).totals.timeline
        #expect(timeline.start == Self.at(0))
        #expect(timeline.binMs == width)
        #expect(timeline.callsUp.count == count)
        #expect(timeline.ended.count == count)
    }

    @Test func drawsTheTimeline() {
        // 120 bins of 10 ms.
        var fold = CallFold(span: Self.at(0)...Self.at(1199))
        fold.add(Self.event("a", (.completed, 35, .busy, 0)))
        fold.add(Self.event("b", (.completed, 1199, .answered, 0)))
        fold.add(Self.event("c", (.ringing, 20, nil, 0)))
        fold.closeEvents()
        let boundaries: [(Int64, CallBoundary.BoundaryKind)] = [(0, .start), (20, .start), (35, .end)]
        for (offset, kind) in boundaries {
            fold.add(CallBoundary(timestamp: Self.at(offset), kind: kind))
        }
        fold.closeBoundaries()
        let timeline = fold.totals.timeline
        #expect(Array(timeline.callsUp[0..<6]) == [1, 1, 2, 2, 1, 1])
        #expect(timeline.callsUp.last == 1)
        #expect(timeline.ended[3] == [.busy: 1])
        #expect(timeline.ended[119] == [.answered: 1])
        #expect(timeline.ended.reduce(0) { $0 + $1.count } == 2)
    }

    private static func at(_ offset: Int64) -> Timestamp { Timestamp(milliseconds: 1_800_000_000_000 + offset) }

    private static func event(
        _ call: String,
        _ event: (state: CallState, offset: Int64, outcome: CallOutcome?, duration: Int64)
    ) -> StoredEvent {
        StoredEvent(
            rowID: 0,
            event: SimulationEvent(
                simulationID: "sim",
                callID: call,
                state: event.state,
                timestamp: at(event.offset),
                outcome: event.outcome,
                durationMs: event.duration
            )
        )
    }
}
