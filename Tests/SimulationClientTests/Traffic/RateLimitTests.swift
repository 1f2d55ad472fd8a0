import RingbackTestKit
import Testing

@testable import SimulationClient

@Suite(.timeLimit(.minutes(5)))
struct RateLimitTests {
    /// The seconds at which requests leave if this number of them want to leave at once.
    private func departures(_ limit: inout RateLimit, _ count: Int, from start: Double = 0) -> [Double] {
        var now = start
        return (0..<count).map { _ in
            now += limit.wait(.seconds(now)) / .seconds(1)
            limit.take(.seconds(now))
            return (now * 1000).rounded() / 1000
        }
    }

    @Test func tenAtOnceThenFiveASecond() {
        var limit = RateLimit(RequestRate())
        #expect(departures(&limit, 15) == Array(repeating: 0, count: 10) + [0.2, 0.4, 0.6, 0.8, 1])
        // Ten seconds later the bucket is full and no fuller.
        #expect(departures(&limit, 11, from: 11) == Array(repeating: 11, count: 10) + [11.2])
    }

    @Test func throttlingHalvesAndAnswersAddBack() {
        var limit = RateLimit(RequestRate())
        limit.throttled(.seconds(0))
        #expect(limit.rate == 2.5)
        limit.throttled(.seconds(0))
        #expect(limit.rate == 1.25)
        for _ in 0..<3 { limit.answered(.seconds(0)) }
        #expect(limit.rate == 2.75)
        for _ in 0..<100 { limit.answered(.seconds(0)) }
        #expect(limit.rate == 5)
        for _ in 0..<100 { limit.throttled(.seconds(0)) }
        #expect(limit.rate == 0.3125)
    }

    @Test func timeThatRunsBackwardsIsNoTime() {
        var limit = RateLimit(RequestRate(perSecond: 1, burst: 1))
        limit.take(.seconds(10))
        #expect(limit.wait(.seconds(5)) == .seconds(1))
        #expect(limit.wait(.seconds(11)) == .zero)
    }

    @Test func ratesAreSensible() {
        #expect(RequestRate(perSecond: 0, burst: 0) == RequestRate(perSecond: 0.001, burst: 1))
        #expect(RequestRate(perSecond: .nan).perSecond == 0.001)
    }
}
