import HTTPExchange
import RingbackTestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CircuitBreakerTests {
    private let far = Timeline.Instant.seconds(100_000)

    /// A breaker that saw one call a step, `x` a failure and `.` a success.
    private func breaker(_ calls: String, every step: Double = 0.1) -> CircuitBreaker {
        var breaker = CircuitBreaker(BreakerRules())
        for (index, call) in calls.enumerated() {
            breaker.finished(call == "x" ? .failed : .answered, isProbe: false, now: .seconds(Double(index) * step))
        }
        return breaker
    }

    @Test(arguments: [
        ("xxxx", false), ("xxxxx", true), ("xxxx.xxxx.xxxx", false), ("x.x.x.x.x.x.x.x.x.x.", false),
        ("x.x.x.x.x.x.x.x.x..x", true), ("x.x.x.x.x.x.x.x.x.x", false), ("..x..x..x..x..x..x..x..x..x..x", false),
    ])
    func opensOnFiveInARowOrHalfOfTwenty(calls: String, isOpen: Bool) {
        #expect((breaker(calls).position != .closed) == isOpen)
    }

    @Test func onlyTheLastThirtySecondsCount() {
        #expect(breaker("x.x.x.x.x.x.x.x.x..x", every: 30.0 / 19).position == .closed)
        #expect(breaker("x.x.x.x.x.x.x.x.x..x", every: 1.5).position != .closed)
    }

    @Test func opensForFifteenSecondsThenLetsOneThrough() {
        var breaker = breaker("xxxxx", every: 0)
        #expect(breaker.request(now: .seconds(14.999), deadline: far) == .held(until: .seconds(15)))
        #expect(breaker.request(now: .seconds(15), deadline: far) == .granted(isProbe: true))
        #expect(breaker.request(now: .seconds(15), deadline: far) == .held(until: .seconds(16)))
        // What left before it opened says nothing of the present.
        breaker.finished(.answered, isProbe: false, now: .seconds(15))
        #expect(breaker.request(now: .seconds(16), deadline: far) == .held(until: .seconds(17)))
        breaker.finished(.answered, isProbe: true, now: .seconds(16))
        #expect(breaker.position == .closed)
        #expect(breaker.request(now: .seconds(16), deadline: far) == .granted(isProbe: false))
    }

    @Test func theTimeDoublesUpToFiveMinutes() {
        var breaker = breaker("xxxxx", every: 0)
        var now = 0.0
        var pauses: [Double] = []
        for _ in 0..<7 {
            guard case .held(let until) = breaker.request(now: .seconds(now), deadline: far) else { return }
            let pause = Timeline.Instant.seconds(now).duration(to: until) / .seconds(1)
            pauses.append(pause)
            now += pause
            #expect(breaker.request(now: .seconds(now), deadline: far) == .granted(isProbe: true))
            breaker.finished(.failed, isProbe: true, now: .seconds(now))
        }
        #expect(pauses == [15, 30, 60, 120, 240, 300, 300])
    }

    @Test func aProbeThatIsGivenUpMakesRoomForAnother() {
        var breaker = breaker("xxxxx", every: 0)
        #expect(breaker.request(now: .seconds(15), deadline: far) == .granted(isProbe: true))
        breaker.finished(.cancelled, isProbe: true, now: .seconds(15))
        #expect(breaker.request(now: .seconds(15), deadline: far) == .granted(isProbe: true))
    }

    @Test func aShortTimeIsNotSpentWaiting() {
        var breaker = breaker("xxxxx", every: 0)
        #expect(breaker.request(now: .seconds(1), deadline: .seconds(10)) == .held(until: .seconds(5)))
        #expect(breaker.request(now: .seconds(5), deadline: .seconds(10)) == .granted(isProbe: true))
    }
}
