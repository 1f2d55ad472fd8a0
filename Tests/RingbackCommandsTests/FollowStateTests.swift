import ExactJSON
import HTTPExchange
import Testing

@testable import RingbackCommands

/// How long a run of a service is followed.
@Suite("Following a run", .timeLimit(.minutes(5)))
struct FollowStateTests {
    private let start = Timeline().now

    private func run(_ state: String, timeout: JSONValue = .null) -> JSONValue {
        ["id": "r", "state": .string(state), "timeoutSeconds": timeout]
    }

    private func at(_ seconds: Double) -> Timeline.Instant { start.advanced(by: .seconds(seconds)) }

    @Test(arguments: ["passed", "failed", "inconclusive", "errored", "cancelled", "unknown"])
    func itEndsWithTheRun(_ state: String) {
        var follow = FollowState(patience: .seconds(60), now: start)
        #expect(follow.heard(run(state), now: at(1)) == .ended)
    }

    @Test func aWaitingRunIsFollowedAsLongAsTheServiceAnswers() {
        var follow = FollowState(patience: .seconds(60), now: start)
        for hour in 0..<100 {
            #expect(follow.heard(run("queued"), now: at(Double(hour) * 3600)) == .ask(after: FollowState.pause))
        }
    }

    /// The time in the queue is not the run's.
    @Test func aRunHasItsOwnTimeAndOursBeyondIt() {
        var follow = FollowState(patience: .seconds(60), now: start)
        _ = follow.heard(run("queued"), now: at(1000))
        #expect(follow.heard(run("running", timeout: 300), now: at(1001)) == .ask(after: FollowState.pause))
        #expect(follow.heard(run("running", timeout: 300), now: at(1360)) == .ask(after: FollowState.pause))
        #expect(follow.heard(run("running", timeout: 300), now: at(1361)) == .giveUp)
    }

    @Test func aCalibrationHasNoTimeLimit() {
        var follow = FollowState(patience: .seconds(60), now: start)
        #expect(follow.heard(run("running"), now: at(1)) == .ask(after: FollowState.pause))
        #expect(follow.heard(run("running"), now: at(100_000)) == .ask(after: FollowState.pause))
    }

    @Test func silenceIsBorneForOurTimeAndWordsBeginItAnew() {
        var follow = FollowState(patience: .seconds(10), now: start)
        #expect(follow.failed(now: at(1)) == .ask(after: .seconds(1)))
        #expect(follow.failed(now: at(2)) == .ask(after: .seconds(2)))
        #expect(follow.failed(now: at(4)) == .ask(after: .seconds(4)))
        #expect(follow.failed(now: at(8)) == .ask(after: .seconds(2)))
        #expect(follow.heard(run("queued"), now: at(9)) == .ask(after: FollowState.pause))
        #expect(follow.failed(now: at(18)) == .ask(after: .seconds(1)))
        #expect(follow.failed(now: at(19)) == .giveUp)
    }
}
