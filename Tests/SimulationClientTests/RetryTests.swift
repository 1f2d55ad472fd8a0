import RingbackTestKit
import Testing

@testable import SimulationClient

@Suite(.timeLimit(.minutes(5)))
struct RetryTests {
    @Test func ceilingsDoubleUpToTheCap() {
        let policy = RetryPolicy()
        let ceilings = (0..<10).map { policy.backoff(.throttling, index: $0, chance: 1) }
        #expect(ceilings == [1, 2, 4, 8, 16, 20, 20, 20, 20, 20].map { .seconds($0) })
        #expect(policy.backoff(.transient, index: 2, chance: 0.5) == .milliseconds(100))
        #expect(policy.backoff(.transient, index: 500, chance: 0) == .zero)
        #expect(RetryPolicy(maxAttempts: 0).maxAttempts == 1)
    }

    @Test func stopsAfterTheLastAttempt() {
        var state = RetryState(RetryPolicy())
        #expect(state.failed(.transient) == .retry(at: .seconds(0.025)))
        #expect(state.failed(.transient) == .retry(at: .seconds(0.05)))
        #expect(state.failed(.transient) == .exhausted)
        #expect(state.waited == .milliseconds(75))
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
