import HTTPExchange

/// What is remembered between the attempts of one call, and what it leads to.
struct CallProgress {
    /// The next step of a call.
    enum NextStep<Value: Sendable> {
        case over(CallResult<Value>)
        /// Another attempt; a retry takes from the budget and ends with this error if the budget is used up.
        case again(at: Timeline.Instant, retry: (kind: RetryPolicy.FailureKind, error: ClientError)?)
    }

    private(set) var retries: RetryState
    /// Set once an attempt may have been acted on without our knowing.
    var doubt: ClientError?
    /// What the retries took from the client's budget.
    var spent = 0
    private var hasNewToken = false

    init(_ policy: RetryPolicy) { retries = RetryState(policy) }

    /// The step after an attempt that failed.
    mutating func next<Value>(
        _ disposition: Disposition,
        _ error: ClientError,
        now: Timeline.Instant,
        deadline: Timeline.Instant,
        chance: Double
    ) throws(ClientError) -> NextStep<Value> {
        let decision: RetryState.RetryDecision
        var retry: (RetryPolicy.FailureKind, ClientError)?
        switch disposition {
        case .fatal: throw error
        case .unknown: return .over(.unknown(error))
        case .slotUnavailable:
            // The key is looked up before slots are counted, so nothing was created under it.
            doubt = nil
            return .over(.slotUnavailable(error))
        case .tokenRejected:
            guard !hasNewToken else { throw error }
            hasNewToken = true
            return .again(at: now, retry: nil)
        case .keyInFlight(let retryAfter):
            doubt = error
            decision = retries.failed(
                .throttling,
                retryAfter: retryAfter,
                limit: .max,
                now: now,
                deadline: deadline,
                chance: chance
            )
        case .retry(let kind, let retryAfter, let limit):
            retry = (kind, error)
            decision = retries.failed(
                kind,
                retryAfter: retryAfter,
                limit: limit.map { min($0, retries.maxAttempts) },
                now: now,
                deadline: deadline,
                chance: chance
            )
        }
        switch decision {
        case .retry(let instant): return .again(at: instant, retry: retry)
        case .exhausted: throw error
        case .beyondDeadline: throw error.beyondDeadline()
        }
    }
}
