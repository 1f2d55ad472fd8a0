import RingbackTestKit
import Testing

@testable import SimulationClient

@Suite(.timeLimit(.minutes(5)))
struct RetryTests {
    @Test func delaysDoubleUpToTheCap() {
        let policy = RetryPolicy()
        let longest = (0..<10).map { policy.backoff(.throttling, index: $0, chance: 1) }
        #expect(longest == [1, 2, 4, 8, 16, 20, 20, 20, 20, 20].map { .seconds($0) })
        // Two pauses of three attempts outlast an endpoint that is away for a second.
        #expect(policy.backoff(.transient, index: 0, chance: 0) == .milliseconds(500))
        #expect(policy.backoff(.transient, index: 1, chance: 0) == .seconds(1))
        #expect(policy.backoff(.transient, index: 2, chance: 0.5) == .seconds(3))
        #expect(policy.backoff(.transient, index: 500, chance: 0) == .seconds(10))
        #expect(RetryPolicy(maxAttempts: 0).maxAttempts == 1)
    }

    @Test func stopsAfterTheLastAttempt() {
        var state = RetryState(RetryPolicy())
        #expect(state.failed(.transient) == .retry(at: .seconds(0.75)))
        #expect(state.failed(.transient) == .retry(at: .seconds(1.5)))
        #expect(state.failed(.transient) == .exhausted)
        #expect(state.waited == .milliseconds(2250))
    }

    @Test func retryAfterIsNeverUndercut() {
        var state = RetryState(RetryPolicy())
        #expect(state.failed(.throttling, retryAfter: .seconds(30)) == .retry(at: .seconds(30.5)))
        // The jitter does not fit any more, the server's wish does.
        #expect(state.failed(.throttling, retryAfter: .milliseconds(99_900)) == .retry(at: .seconds(99.9)))
    }

    @Test(arguments: [100, 601, 100_000])
    func retryAfterBeyondTheDeadlineFailsFast(seconds: Int) {
        var state = RetryState(RetryPolicy())
        #expect(state.failed(.throttling, retryAfter: .seconds(seconds)) == .beyondDeadline)
    }
}

extension RetryState {
    fileprivate mutating func failed(_ kind: RetryPolicy.FailureKind, retryAfter: Duration? = nil) -> RetryDecision {
        failed(
            kind,
            retryAfter: retryAfter,
            now: .seconds(0),
            deadline: .seconds(100),
            chance: 0.5
        )
    }
}
