import ExactJSON
import HTTPExchange
import SimulationAPI

/// Asks for a token: client credentials grant (RFC 6749 section 4.4).
struct TokenEndpoint: Sendable {
    /// The lifetime of a token if the answer does not say it.
    static let assumedLifetime: Duration = .seconds(300)
    /// A token that lives for less time is not worth using.
    static let shortestLifetime: Duration = .seconds(5)
    static let maxResponseBytes = 64 * 1024

    struct Grant: Sendable {
        var value: Secret
        /// When the request began; a token's life counts from there, not from the answer.
        var requested: Timeline.Instant
        var lifetime: Duration
        var missingScopes: [String]
        /// What is odd about the answer.
        var oddity: String?
    }

    let url: String
    let credentials: Credentials
    let policy: RetryPolicy
    let timeout: Duration
    let userAgent: String
    let world: ClientEnvironment
    let traffic: TrafficControl

    /// Fetches a token; asks once more if the token is about to expire.
    ///
    /// - Parameters:
    ///   - deadline: when to give up.
    ///   - secrets: what must not turn up in the texts of errors.
    func fetch(until deadline: Timeline.Instant, hiding secrets: SecretForms) async throws(ClientError) -> Grant {
        var grant = try await request(until: deadline, secrets)
        if grant.lifetime < Self.shortestLifetime { grant = try await request(until: deadline, secrets) }
        guard grant.lifetime < Self.shortestLifetime else { return grant }
        throw ClientError(
            .badTokenAnswer,
            "asking for an access token: two tokens in a row live for only \(grant.lifetime.text)",
            remedy: "Raise the token lifetime of the client, or check the clock of the token endpoint.",
            status: 200
        )
    }

    private func request(until deadline: Timeline.Instant, _ secrets: SecretForms) async throws(ClientError) -> Grant {
        let result: CallResult<Grant> = try await traffic.perform(policy, world.timeline) {
            (progress) throws(ClientError) in
            let help = Troubleshooting(operation: .token, base: url, secrets: secrets, retries: progress.retries)
            switch try await attempt(
                TokenAnswerReader(credentials: credentials, help: help),
                until: deadline,
                &progress
            ) {
            case .success(let grant): return .over(.value(grant))
            case .failure(let error):
                guard !Task.isCancelled else { throw .cancelled }
                let kind: RetryPolicy.FailureKind = error.status == 429 ? .throttling : .transient
                return try progress.next(
                    error.isTransient ? .retry(kind, retryAfter: error.retryAfter, limit: nil) : .fatal,
                    error,
                    now: world.timeline.now,
                    deadline: deadline,
                    chance: world.chance()
                )
            }
        }
        return try result.get()
    }

    private func attempt(
        _ reader: TokenAnswerReader,
        until deadline: Timeline.Instant,
        _ progress: inout CallProgress
    ) async throws(ClientError) -> Result<Grant, ClientError> {
        let (_, pass) = try await traffic.admission(to: .token, world.timeline, until: deadline) {}
        let start = world.timeline.now
        let requestID = world.requestID()
        let (body, type) = credentials.body
        var request = OutgoingRequest(
            method: .post,
            url: url,
            headers: [
                "Content-Type": type, "Accept": "application/json",
                "User-Agent": userAgent, "X-Request-Id": requestID,
            ],
            body: body,
            timeout: min(timeout, start.duration(to: deadline)),
            maxResponseBytes: Self.maxResponseBytes
        )
        if let authorization = credentials.authorization {
            request.headers.append("Authorization", authorization.exposed)
        }
        let result = await world.transport.result(of: request)
        progress.attempted(result)
        traffic.finished(pass, result, isUsable: true, now: world.timeline.now)
        return result.mapError(reader.help.error).flatMap(reader.read).map { answer in
            Grant(
                value: Secret(answer.accessToken),
                requested: start,
                lifetime: answer.expiresIn.map { .seconds($0) } ?? Self.assumedLifetime,
                missingScopes: reader.missingScopes(in: answer),
                oddity: reader.oddity(of: answer)
            )
        }.mapError { failure in
            var error = failure
            error.requestID = requestID
            return error
        }
    }
}
