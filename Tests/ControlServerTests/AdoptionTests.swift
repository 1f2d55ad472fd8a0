import HTTPExchange
import Testing

@testable import ControlServer

/// When the service forwards the deliveries that a run has left.
@Suite(.timeLimit(.minutes(5)))
struct AdoptionTests {
    private static func at(_ seconds: Int) -> Timeline.Instant {
        Timeline.Instant(offset: .seconds(seconds))
    }

    @Test func anEndedRunIsAdoptedAtOnceAndADeadOneAfterAMinute() {
        var state = AdoptionState()
        let ended = state.isDue(1, hasEnded: true, at: Self.at(5))
        let dead = [5, 64, 65].map { state.isDue(2, hasEnded: false, at: Self.at($0)) }
        let endedLater = [5, 6].map { state.isDue(3, hasEnded: $0 == 6, at: Self.at($0)) }
        #expect(ended && dead == [false, false, true] && endedLater == [false, true])
    }

    @Test func aMonitorIsAdoptedOnceAtATime() {
        var state = AdoptionState()
        var due = [state.isDue(1, hasEnded: true, at: Self.at(0))]
        state.adopted(1)
        due.append(state.isDue(1, hasEnded: true, at: Self.at(1)))
        state.ended(1)
        due.append(state.isDue(1, hasEnded: true, at: Self.at(2)))
        #expect(due == [true, false, true])
    }

    @Test func aMonitorThatCannotBeAdoptedIsTriedOnce() {
        var state = AdoptionState()
        let due = [0, 1, 100].map { state.isDue(1, hasEnded: true, at: Self.at($0)) }
        #expect(due == [true, false, false])
    }
}
