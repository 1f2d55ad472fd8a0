import SimulationAPI

/// Asks for a token: client credentials grant (RFC 6749 section 4.4).
struct TokenEndpoint: Sendable {
    /// The life of a token whose answer does not say it.
    static let assumedLifetime: Duration = .seconds(300)
    /// A token that lives shorter than this is not worth using.
    static let shortestLifetime: Duration = .seconds(5)
    /// The largest answer that is read.
    static let maxResponseBytes = 64 * 1024

    /// What the endpoint granted.
    struct Grant: Sendable {
        var value: Secret
        /// When the request began; a token's life counts from there, not from the answer.
        var requested: Timeline.Instant
        var lifetime: Duration
        var missingScopes: [String]
    }

    let url: String
    let credentials: Credentials
    let policy: RetryPolicy
    let timeout: Duration
    let userAgent: String
    let world: ClientEnvironment

    /// Fetches a token; one that is nearly dead is asked for again once.
    func fetch(until deadline: Timeline.Instant) async throws(ClientError) -> Grant {
        let first = try await request(until: deadline)
        if first.lifetime >= Self.shortestLifetime { return first }
        let second = try await request(until: deadline)
        if second.lifetime >= Self.shortestLifetime { return second }
        throw ClientError(
            .badTokenAnswer,
            "asking for an access token: two tokens in a row live for \(second.lifetime.text) only",
            remedy: "Raise the token lifetime of the client, or check the clock of the token endpoint."
        )
    }

    private func request(until deadline: Timeline.Instant) async throws(ClientError) -> Grant {
        var retries = RetryState(policy)
        while true {
            var error: ClientError
            switch await attempt(retries, until: deadline) {
            case .success(let grant): return grant
            case .failure(let failure): error = failure
            }
            guard !Task.isCancelled else { throw .cancelled }
            guard error.isTransient else { throw error }
            switch retries.failed(
                error.status == 429 ? .throttling : .transient,
                retryAfter: error.retryAfter,
                now: world.timeline.now,
                deadline: deadline,
                chance: world.chance()
            )
            {
            case .retry(let instant):
                do { try await world.timeline.sleep(until: instant) } catch { throw .cancelled }
            case .exhausted: throw error
            case .beyondDeadline: throw error.beyondDeadline()
            }
        }
    }

    private func attempt(
        _ retries: RetryState,
        until deadline: Timeline.Instant
    ) async -> Result<Grant, ClientError> {
        let start = world.timeline.now
        guard start < deadline else {
            return .failure(ClientError(.timedOut, "asking for an access token: the time was up"))
        }
        let requestID = world.requestID()
        var request = HTTPExchange.Request(
            method: .post,
            url: url,
            headers: [
                "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json",
                "User-Agent": userAgent, "X-Request-Id": requestID,
            ],
            body: credentials.body,
            timeout: min(timeout, start.duration(to: deadline)),
            maxResponseBytes: Self.maxResponseBytes
        )
        if let authorization = credentials.authorization {
            request.headers.append("Authorization", authorization.exposed)
        }
        let help = Troubleshooting(
            operation: .token,
            secrets: [credentials.secret],
            attempts: retries.failures + 1,
            waited: retries.waited
        )
        let reader = TokenAnswerReader(credentials: credentials, help: help)
        let answer: Result<TokenAnswer, ClientError>
        do { answer = reader.read(try await world.transport.send(request)) } catch {
            answer = .failure(help.error(error))
        }
        return answer.map { answer in
            Grant(
                value: Secret(answer.accessToken),
                requested: start,
                lifetime: answer.expiresIn.map { .seconds($0) } ?? Self.assumedLifetime,
                missingScopes: reader.missingScopes(in: answer)
            )
        }.mapError { failure in
            var error = failure
            error.requestID = requestID
            return error
        }
    }
}
