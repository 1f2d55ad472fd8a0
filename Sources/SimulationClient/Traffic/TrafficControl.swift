import HTTPExchange
import Synchronization

/// What all calls of a client share: the budget for retries, and a breaker and a rate for each operation.
final class TrafficControl: Sendable {
    /// Whether a request may leave.
    enum Admission: Sendable {
        case go(Pass)
        /// Not before then, for this reason.
        case held(until: Timeline.Instant, reason: String)
    }

    /// A request in progress; report its end with `finished`.
    struct Pass: Sendable {
        fileprivate var operation: Operation
        fileprivate var isProbe = false
    }

    private struct State {
        var quota: RetryQuota
        var breakers: [Operation: CircuitBreaker] = [:]
        var limits: [Operation: RateLimit] = [:]
    }
    private let rules: TrafficRules
    private let state: Mutex<State>

    init(_ rules: TrafficRules) {
        self.rules = rules
        state = Mutex(State(quota: RetryQuota(capacity: rules.retryQuota)))
    }

    var retriesLeft: Int { state.withLock { $0.quota.available } }

    /// Takes a retry out of the budget; false if it is used up.
    func takeRetry(_ kind: RetryPolicy.FailureKind) -> Bool { state.withLock { $0.quota.take(kind) } }

    func succeeded(spent: Int) { state.withLock { $0.quota.succeeded(spent: spent) } }

    /// Lets a request leave or holds it back.
    ///
    /// A cancellation is never held back, because it frees a slot. A breaker does not hold back the
    /// token that it needs.
    func admit(_ operation: Operation, now: Timeline.Instant, deadline: Timeline.Instant) -> Admission {
        guard operation != .cancel else { return .go(Pass(operation: operation)) }
        return state.withLock { state in
            let rate = rules.requestRate
            var limit = rate == .unlimited ? nil : state.limits[operation] ?? RateLimit(rate)
            if let wait = limit?.wait(now), wait > .zero {
                return .held(until: now.advanced(by: wait), reason: "the client's own limit of requests a second")
            }
            var pass = Pass(operation: operation)
            if operation != .token {
                var breaker = state.breakers[operation] ?? CircuitBreaker(rules.breaker)
                let permission = breaker.request(now: now, deadline: deadline)
                state.breakers[operation] = breaker
                switch permission {
                case .granted(let isProbe): pass.isProbe = isProbe
                case .held(let until): return .held(until: until, reason: "the failures of the requests before")
                }
            }
            limit?.take(now)
            state.limits[operation] = limit
            return .go(pass)
        }
    }

    func finished(
        _ pass: Pass,
        _ result: Result<IncomingResponse, TransportError>,
        isUsable: Bool,
        now: Timeline.Instant
    ) {
        let ending: CircuitBreaker.RequestEnding
        var isThrottled = false
        switch result {
        case .failure(let error): ending = error.code == .cancelled ? .cancelled : .failed
        case .success(let response):
            isThrottled = response.status == 429
            let isFault = response.status == 408 || response.status >= 500 || !isUsable
            ending = isFault ? .failed : .answered
        }
        state.withLock { state in
            state.breakers[pass.operation]?.finished(ending, isProbe: pass.isProbe, now: now)
            if isThrottled {
                state.limits[pass.operation]?.throttled(now)
            } else if ending == .answered {
                state.limits[pass.operation]?.answered(now)
            }
        }
    }
}
