import HTTPExchange

/// The token in use, the requests that wait for the next one, and the fetch of it.
///
/// A value that only decides: ``TokenSource`` holds it in a lock and acts on the answers.
struct TokenState: Sendable {
    typealias Waiter = CheckedContinuation<Result<AccessToken, ClientError>, Never>

    /// What a request for a token leads to.
    enum Request {
        /// The token is there.
        case use(AccessToken)
        /// The token endpoint refused a moment ago, and would again.
        case refused(ClientError)
        /// Another task fetches the token: wait.
        case wait
        /// Fetch the token under this number, then wait.
        case fetch(Int)
        /// The waiter had been cancelled before it came to wait.
        case cancelled
    }

    /// The waiter that left, and its fetch if no other waiter is left.
    struct Departure {
        var waiter: Waiter?
        var cancelled: Task<Void, Never>?
    }

    private(set) var token: AccessToken?
    /// What must be masked in texts: the credentials, and the values of the last few tokens.
    private(set) var secrets: SecretForms
    private let credentials: [Secret]
    private var history: [Secret] = []
    /// The endpoint's last answer if it was final, and until when it is not asked again.
    private var refusal: (error: ClientError, until: Timeline.Instant)?
    private var rejectedGeneration = 0
    private var generation = 0
    private var fetchCount = 0
    private var fetch: (id: Int, starter: Int, task: Task<Void, Never>?)?
    private var waiters: [Int: Waiter] = [:]
    private var departed: Set<Int> = []
    private var waiterCount = 0

    init(hiding credentials: [Secret]) {
        self.credentials = credentials
        secrets = SecretForms(credentials)
    }

    /// The token, if it has not expired and was not rejected.
    func usable(at now: Timeline.Instant) -> AccessToken? {
        token.flatMap { now < $0.expires && $0.generation > rejectedGeneration ? $0 : nil }
    }

    var waiting: Int { waiters.count }

    var isFetching: Bool { fetch != nil }

    mutating func newWaiter() -> Int {
        waiterCount += 1
        return waiterCount
    }

    mutating func request(_ id: Int, _ waiter: Waiter, now: Timeline.Instant) -> Request {
        if departed.remove(id) != nil { return .cancelled }
        if let token = usable(at: now) { return .use(token) }
        if let refusal, now < refusal.until { return .refused(refusal.error) }
        waiters[id] = waiter
        if fetch != nil { return .wait }
        fetchCount += 1
        fetch = (fetchCount, id, nil)
        return .fetch(fetchCount)
    }

    /// Notes the task of a fetch; false if the fetch has ended or was cancelled.
    mutating func started(_ id: Int, _ task: Task<Void, Never>) -> Bool {
        guard fetch?.id == id else { return false }
        fetch?.task = task
        return true
    }

    /// A waiter was cancelled; when the last one leaves, the fetch is cancelled too.
    mutating func leave(_ id: Int) -> Departure {
        guard let waiter = waiters.removeValue(forKey: id) else {
            departed.insert(id)
            return Departure()
        }
        guard waiters.isEmpty, let fetch else { return Departure(waiter: waiter) }
        self.fetch = nil
        return Departure(waiter: waiter, cancelled: fetch.task)
    }

    /// A waiter's time is up; a request that it started itself ends now by itself, with a better message.
    mutating func timeUp(_ id: Int) -> Departure {
        guard waiters[id] != nil, fetch?.starter != id else { return Departure() }
        return leave(id)
    }

    /// Forgets a waiter that has its answer.
    mutating func settled(_ id: Int) { departed.remove(id) }

    /// How long a final refusal is remembered: 15 to 30 s.
    static func memory(chance: Double) -> Duration { .seconds(15) + .seconds(15) * chance }

    /// A fetch ended; returns the waiters to resume and their answer.
    ///
    /// A refusal that would be repeated is remembered for a while; a failure that may pass is not.
    mutating func finished(
        _ id: Int,
        _ result: Result<TokenEndpoint.Grant, ClientError>,
        now: Timeline.Instant,
        chance: Double
    ) -> ([Waiter], Result<AccessToken, ClientError>) {
        let answer = result.map { grant in
            generation += 1
            let usableFor = grant.lifetime - AccessToken.skew(lifetime: grant.lifetime)
            return AccessToken(
                value: grant.value,
                generation: generation,
                expires: grant.requested.advanced(by: usableFor),
                missingScopes: grant.missingScopes,
                oddity: grant.oddity
            )
        }
        switch answer {
        case .success(let new):
            token = new
            refusal = nil
            history = [new.value] + history.filter { $0 != new.value }.prefix(7)
            secrets = SecretForms(credentials + history)
        case .failure(let error) where error.isFinal:
            refusal = (error, now.advanced(by: Self.memory(chance: chance)))
        case .failure: break
        }
        guard fetch?.id == id else { return ([], answer) }
        fetch = nil
        defer { waiters = [:] }
        return (Array(waiters.values), answer)
    }

    /// The server refused the token of this generation; a later one is not touched.
    mutating func invalidate(_ generation: Int) { rejectedGeneration = max(rejectedGeneration, generation) }
}

extension ClientError {
    /// Whether the token endpoint answered, and would answer the same again.
    fileprivate var isFinal: Bool { status != nil && !isTransient && code != .cancelled && code != .timedOut }
}

/// A bearer token, with what is known about it.
struct AccessToken: Sendable {
    var value: Secret
    /// Counts the tokens of one source, so that a rejected one is replaced once, however many requests saw it fail.
    var generation: Int
    /// The moment from which a new token is used.
    var expires: Timeline.Instant
    var missingScopes: [String]
    /// What is odd about the answer that it came in.
    var oddity: String?

    /// How long before its end a token of this life is replaced: 10 %, 30 s at most.
    static func skew(lifetime: Duration) -> Duration { min(.seconds(30), lifetime / 10) }
}
