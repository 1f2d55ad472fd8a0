import HTTPExchange
import RunStore
import SimulationClient
import Testing

@testable import RunPipeline
@testable import RunReport

/// The decisions of a run that waits or stops: no network, no store, no sleep.
@Suite(.timeLimit(.minutes(5)))
struct RunStateTests {
    private static func at(_ milliseconds: Int) -> Timeline.Instant {
        Timeline.Instant(offset: .milliseconds(milliseconds))
    }

    // MARK: Draining

    /// What a look at the inbox shows at which millisecond, and what follows from it.
    struct Look: Sendable {
        var at: Int
        var received: Int
        var ended: Int
        var step: DrainState.Step
        /// What the status says if it is read.
        var pending: Int?
    }

    struct Drain: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var pending: Int?
        var looks: [Look]
    }

    static let drains = [
        Drain(
            testDescription: "every call has ended",
            looks: [
                Look(at: 0, received: 5, ended: 9, step: .wait(until: at(20))),
                Look(at: 20, received: 6, ended: 10, step: .end),
            ]
        ),
        Drain(
            testDescription: "more calls ended than were attempted",
            looks: [Look(at: 0, received: 0, ended: 11, step: .end)]
        ),
        Drain(
            testDescription: "nothing comes for as long as a drain",
            looks: [
                Look(at: 0, received: 5, ended: 1, step: .wait(until: at(20))),
                Look(at: 1999, received: 5, ended: 1, step: .wait(until: at(2019))),
                Look(at: 2000, received: 5, ended: 1, step: .end),
            ]
        ),
        Drain(
            testDescription: "a delivery begins the drain anew",
            looks: [
                Look(at: 0, received: 5, ended: 1, step: .wait(until: at(20))),
                Look(at: 2000, received: 6, ended: 1, step: .wait(until: at(2020))),
                Look(at: 3999, received: 6, ended: 1, step: .wait(until: at(4019))),
                Look(at: 4000, received: 6, ended: 1, step: .end),
            ]
        ),
        Drain(
            testDescription: "the target has something left to send",
            pending: 3,
            looks: [
                Look(at: 0, received: 5, ended: 1, step: .wait(until: at(20))),
                Look(at: 500, received: 5, ended: 1, step: .readStatus, pending: 2),
                Look(at: 501, received: 5, ended: 1, step: .wait(until: at(521))),
                Look(at: 2500, received: 5, ended: 1, step: .readStatus, pending: 0),
                Look(at: 2501, received: 5, ended: 1, step: .end),
            ]
        ),
        Drain(
            testDescription: "a status without a number of webhooks is not read again",
            pending: 3,
            looks: [
                Look(at: 500, received: 5, ended: 1, step: .readStatus),
                Look(at: 1500, received: 5, ended: 1, step: .wait(until: at(1520))),
                Look(at: 2000, received: 5, ended: 1, step: .end),
            ]
        ),
        Drain(
            testDescription: "the time is up but for what the aggregation needs",
            pending: 3,
            looks: [
                Look(at: 7999, received: 5, ended: 1, step: .readStatus, pending: 3),
                Look(at: 8000, received: 5, ended: 1, step: .end),
            ]
        ),
    ]

    @Test(arguments: drains) func drainsAsLongAsEventsMayCome(_ test: Drain) {
        var state = DrainState(
            began: Self.at(0),
            deadline: Self.at(10_000),
            quiet: .seconds(2),
            attempted: 10,
            pending: test.pending
        )
        for look in test.looks {
            let step = state.next(received: look.received, ended: look.ended, now: Self.at(look.at))
            #expect(step == look.step, "at \(look.at) ms")
            if step == .readStatus { state.pending = look.pending }
        }
    }

    // MARK: Waiting for a slot

    @Test func aHeldSlotEndsTheWait() {
        var watch = SlotWatch(deadline: Self.at(0))
        // Also at the deadline: what was given is not thrown away.
        guard case .hold = watch.looked(nil, now: Self.at(1), chance: 0) else {
            Issue.record("the slot was not taken")
            return
        }
    }

    @Test func aWaitingRunLooksReportsAndInspects() throws {
        var watch = SlotWatch(deadline: Self.at(10_000))
        func look(_ ahead: Int, _ now: Int, chance: Double = 0) throws -> (until: Int, report: Int?, inspects: Bool) {
            let step = watch.looked(Self.place(ahead), now: Self.at(now), chance: chance)
            guard case .wait(let until, let report, let inspects) = step else {
                throw ClientError(.timedOut, "\(step)")
            }
            return (Int((until.offset / .milliseconds(1)).rounded()) - now, report?.ahead, inspects)
        }
        #expect(try look(2, 0) == (125, 2, true))
        watch.inspected(now: Self.at(100))
        // The number of runs ahead is reported when it changes.
        #expect(try look(2, 225, chance: 0.5) == (188, nil, false))
        #expect(try look(1, 500, chance: 1) == (250, 1, false))
        #expect(try look(1, 2099) == (125, nil, false))
        #expect(try look(1, 2100) == (125, nil, true))
        watch.inspected(now: Self.at(5000))
        #expect(try look(1, 6999) == (125, nil, false))
        #expect(try look(1, 9999) == (125, nil, true))
    }

    @Test func theTimeLimitEndsTheWait() {
        var watch = SlotWatch(deadline: Self.at(1000))
        guard case .fail(let error) = watch.looked(Self.place(3), now: Self.at(1000), chance: 0) else {
            Issue.record("the wait went on")
            return
        }
        #expect(error.code == .timedOut)
        #expect(error.message == "no slot was free when the time was up (3 runs ahead; held by r1)")
    }

    private static func place(_ ahead: Int) -> SlotPlace {
        SlotPlace(ahead: ahead, holders: [.init(runID: "r1", isOver: false)])
    }

    @Test(
        arguments: [
            (0, [], "next in line"), (1, ["a"], "1 run ahead; held by a"),
            (
                0, ["a", "b!"],
                "next in line; held by a, b (over, its simulation may still run); \"ringback slots release RUN_ID\" frees the "
                    + "slot of one that is over"
            ),
        ] as [(Int, [String], String)]
    )
    func aWaitingRunNamesTheHolders(_ ahead: Int, _ holders: [String], _ text: String) {
        let named = holders.map { SlotPlace.Holder(runID: $0.replacing("!", with: ""), isOver: $0.hasSuffix("!")) }
        #expect(SlotPlace(ahead: ahead, holders: named).description == text)
    }

    // MARK: Endings

    struct Stop: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: ClientError.Code?
        var situation: RunEnding.Situation
        var ending: String
    }

    static let stops = [
        Stop(testDescription: "refused before the create", code: .forbidden, situation: .init(), ending: "notCreated"),
        Stop(testDescription: "any other error before the create", situation: .init(), ending: "failedLocally"),
        Stop(
            testDescription: "refused after the create",
            code: .forbidden,
            situation: .init(hasSimulation: true),
            ending: "refused"
        ),
        Stop(testDescription: "out of time", code: .timedOut, situation: .init(), ending: "timedOut"),
        Stop(
            testDescription: "out of time after the create",
            code: .timedOut,
            situation: .init(hasSimulation: true),
            ending: "timedOut"
        ),
        Stop(
            testDescription: "interrupted",
            code: .cancelled,
            situation: .init(isInterrupted: true, hasSimulation: true),
            ending: "interrupted"
        ),
        Stop(
            testDescription: "interrupted beats out of time",
            code: .timedOut,
            situation: .init(isInterrupted: true),
            ending: "interrupted"
        ),
        Stop(
            testDescription: "an unknown outcome beats everything",
            code: .outcomeUnknown,
            situation: .init(isInterrupted: true, hasSimulation: true, mayHaveCreated: true),
            ending: "outcomeUnknown"
        ),
        Stop(
            testDescription: "an earlier process may have created",
            code: .forbidden,
            situation: .init(isInterrupted: true, mayHaveCreated: true),
            ending: "outcomeUnknown"
        ),
        Stop(
            testDescription: "an earlier process has created, as is known",
            code: .forbidden,
            situation: .init(hasSimulation: true, mayHaveCreated: true),
            ending: "refused"
        ),
        Stop(
            testDescription: "an error after the simulation's end",
            code: .forbidden,
            situation: .init(hasEnded: true, hasSimulation: true),
            ending: "ended"
        ),
        Stop(
            testDescription: "interrupted after the simulation's end",
            code: .cancelled,
            situation: .init(hasEnded: true, isInterrupted: true, hasSimulation: true),
            ending: "interrupted"
        ),
    ]

    @Test(arguments: stops) func anErrorBecomesOneEnding(_ stop: Stop) {
        var situation = stop.situation
        situation.search = "the tag t"
        let error: any Error = stop.code.map { ClientError($0, "because") } ?? CancellationError()
        let ending = RunEnding(error, in: situation)
        #expect(ending.name == stop.ending)
        if stop.code == .forbidden, let reason = ending.reason { #expect(reason.contains("because")) }
        if ending.name == "outcomeUnknown", stop.code != .outcomeUnknown {
            #expect(ending.reason?.contains("the tag t") == true)
        }
    }

    @Test(
        arguments: [
            (.validated, "scenario valid"), (.resumed, "resumed"), (.token, "token"),
            (.slot(number: 3, of: 5), "slot 3 of 5"), (.dispatched("sim-1"), "dispatched sim-1"),
        ] as [(RunStep, String)]
    ) func stepsAreShortTexts(_ step: RunStep, _ text: String) {
        #expect("\(step)" == text)
    }
}
