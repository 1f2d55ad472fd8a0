import NIOCore
import Testing

@testable import HTTPService

@Suite("RequestPace", .timeLimit(.minutes(5)))
struct RequestPaceTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func at(_ seconds: Double) -> NIODeadline { Self.start + .nanoseconds(Int64(seconds * 1e9)) }

    @Test func aConnectionThatSendsNothingIsClosed() {
        let pace = RequestPace(ConnectionLimits(), at: Self.start)
        #expect(pace.check(at: at(9.999)) == .wait(until: at(10)))
        #expect(pace.check(at: at(10)) == .close)
    }

    @Test func aHeadHasTenSecondsFromItsFirstByte() {
        var pace = RequestPace(ConnectionLimits(), at: Self.start)
        for second in [9.0, 15] { pace.read(at: at(second)) }
        #expect(pace.isIncomplete)
        #expect(pace.check(at: at(18.9)) == .wait(until: at(19)))
        #expect(pace.check(at: at(19)) == .timeOut)
    }

    /// However slowly it comes: 256 KiB in that time is rate enough.
    @Test func aBodyHasFifteenSecondsAlone() {
        var pace = RequestPace(ConnectionLimits(), at: Self.start)
        pace.head(at: at(0))
        #expect(pace.isInBody)
        #expect(pace.check(at: at(3)) == .wait(until: at(15)))
        #expect(pace.check(at: at(15)) == .timeOut)
    }

    @Test func anAnswerHasNoLimitAndTheNextRequestAMinute() {
        var pace = RequestPace(ConnectionLimits(), at: Self.start)
        pace.head(at: at(0))
        pace.answered(at: at(1))  // before the request is whole, as a 413
        #expect(pace.isIncomplete)
        pace.end()
        #expect(pace.check(at: at(1000)) == .rest)
        pace.answered(at: at(1000))
        #expect(pace.check(at: at(1059)) == .wait(until: at(1060)))
        #expect(pace.check(at: at(1060)) == .close)
    }
}
