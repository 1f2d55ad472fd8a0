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
    /// Whether an attempt may have reached the other side.
    private(set) var wasSent = false
    private var hasNewToken = false

    init(_ policy: RetryPolicy) { retries = RetryState(policy) }

    /// Notes what came of an attempt.
    mutating func attempted(_ result: Result<IncomingResponse, TransportError>) {
        if case .failure(let error) = result, !error.mayHaveBeenHandled { return }
        wasSent = true
    }

    /// The step after an attempt that failed.
    mutating func next<Value>(
        _ disposition: Disposition,
        _ error: ClientError,
        now: Timeline.Instant,
        deadline: Timeline.Instant,
        chance: Double
    ) throws(ClientError) -> NextStep<Value> {
        let failure: (kind: RetryPolicy.FailureKind, retryAfter: Duration?, limit: Int?)
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
            failure = (.throttling, retryAfter, .max)
        case .retry(let kind, let retryAfter, let limit):
            failure = (kind, retryAfter, limit.map { min($0, retries.maxAttempts) })
        }
        switch retries.failed(
            failure.kind,
            retryAfter: failure.retryAfter,
            limit: failure.limit,
            now: now,
            deadline: deadline,
            chance: chance
        ) {
        case .retry(let instant):
            if case .keyInFlight = disposition { return .again(at: instant, retry: nil) }
            return .again(at: instant, retry: (failure.kind, error))
        case .exhausted: throw error
        case .beyondDeadline: throw error.beyondDeadline()
        }
    }
}

/// What a call came to.
enum CallResult<Value: Sendable>: Sendable {
    case value(Value)
    /// It may have happened.
    case unknown(ClientError)
    /// It did not happen: the organisation has no free slot.
    case slotUnavailable(ClientError)

    func get() throws(ClientError) -> Value {
        switch self {
        case .value(let value): value
        case .unknown(let error), .slotUnavailable(let error): throw error
        }
    }
}

extension TrafficControl {
    /// Makes the attempts of a call, until one of them ends it.
    func perform<Value>(
        _ policy: RetryPolicy,
        _ timeline: Timeline,
        _ attempt: (inout CallProgress) async throws(ClientError) -> CallProgress.NextStep<Value>
    ) async throws(ClientError) -> CallResult<Value> {
        var progress = CallProgress(policy)
        var spent = 0
        while true {
            do throws(ClientError) {
                switch try await attempt(&progress) {
                case .over(let result):
                    if case .value = result { succeeded(spent: spent) }
                    return result
                case .again(let instant, let retry):
                    if let retry {
                        guard takeRetry(retry.kind) else { throw retry.error.withoutRetries() }
                        spent += RetryQuota.cost(retry.kind)
                    }
                    try await timeline.pause(until: instant)
                }
            } catch {
                var error = error
                error.wasSent = progress.wasSent
                // A definite answer to the payload settles the doubt that an earlier attempt left.
                guard let doubt = progress.doubt, error.code != .validationRejected else { throw error }
                return .unknown(doubt)
            }
        }
    }

    /// Waits until the deadline for permission to send a request, and for the token that it needs.
    func admission<Token>(
        to operation: Operation,
        _ timeline: Timeline,
        until deadline: Timeline.Instant,
        _ token: () async throws(ClientError) -> Token
    ) async throws(ClientError) -> (Token, Pass) {
        while true {
            let token = try await token()
            let now = timeline.now
            guard !Task.isCancelled else { throw .cancelled }
            guard now < deadline else { throw ClientError(.timedOut, "\(operation.phrase): the time was up") }
            switch admit(operation, now: now, deadline: deadline) {
            case .go(let pass): return (token, pass)
            case .held(let instant, let reason):
                guard instant < deadline else {
                    throw ClientError(.timedOut, "\(operation.phrase): held back by \(reason) until the time was up")
                }
                try await timeline.pause(until: instant)
            }
        }
    }
}

extension Timeline {
    /// Sleeps; a cancelled sleep is an error of the client.
    func pause(until instant: Instant) async throws(ClientError) {
        do { try await sleep(until: instant) } catch { throw .cancelled }
    }
}
