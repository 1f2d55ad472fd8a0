import ExactJSON
import HTTPExchange
import SimulationAPI

/// Asks for a token: client credentials grant (RFC 6749 section 4.4).
struct TokenEndpoint: Sendable {
    /// The lifetime of a token if the answer does not say it.
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
    let traffic: TrafficControl

    /// Fetches a token; one that is nearly dead is asked for again once.
    ///
    /// - Parameters:
    ///   - deadline: when to give up.
    ///   - secrets: what must not turn up in the texts of errors.
    func fetch(until deadline: Timeline.Instant, hiding secrets: SecretForms) async throws(ClientError) -> Grant {
        let first = try await request(until: deadline, secrets)
        if first.lifetime >= Self.shortestLifetime { return first }
        let second = try await request(until: deadline, secrets)
        if second.lifetime >= Self.shortestLifetime { return second }
        var error = ClientError(
            .badTokenAnswer,
            "asking for an access token: two tokens in a row live for \(second.lifetime.text) only",
            remedy: "Raise the token lifetime of the client, or check the clock of the token endpoint."
        )
        error.status = 200
        throw error
    }

    private func request(until deadline: Timeline.Instant, _ secrets: SecretForms) async throws(ClientError) -> Grant {
        var retries = RetryState(policy)
        var spent = 0
        while true {
            var error: ClientError
            switch await attempt(retries, until: deadline, secrets) {
            case .success(let grant):
                traffic.succeeded(spent: spent)
                return grant
            case .failure(let failure): error = failure
            }
            guard !Task.isCancelled else { throw .cancelled }
            guard error.isTransient else { throw error }
            let kind: RetryPolicy.FailureKind = error.status == 429 ? .throttling : .transient
            switch retries.failed(
                kind,
                retryAfter: error.retryAfter,
                now: world.timeline.now,
                deadline: deadline,
                chance: world.chance()
            )
            {
            case .retry(let instant):
                guard traffic.takeRetry(kind) else { throw error.withoutRetries() }
                spent += RetryQuota.cost(kind)
                do { try await world.timeline.sleep(until: instant) } catch { throw .cancelled }
            case .exhausted: throw error
            case .beyondDeadline: throw error.beyondDeadline()
            }
        }
    }

    private func attempt(
        _ retries: RetryState,
        until deadline: Timeline.Instant,
        _ secrets: SecretForms
    ) async -> Result<Grant, ClientError> {
        let pass: TrafficControl.Pass
        do { pass = try await admission(until: deadline) } catch { return .failure(error) }
        let start = world.timeline.now
        let requestID = world.requestID()
        var request = OutgoingRequest(
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
            secrets: secrets,
            attempts: retries.failures + 1,
            waited: retries.waited
        )
        let reader = TokenAnswerReader(credentials: credentials, help: help)
        let result: Result<IncomingResponse, TransportError>
        do { result = .success(try await world.transport.send(request)) } catch { result = .failure(error) }
        traffic.finished(pass, result, isUsable: true, now: world.timeline.now)
        return result.mapError(help.error).flatMap(reader.read).map { answer in
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

    /// Waits until the deadline for permission to send.
    private func admission(until deadline: Timeline.Instant) async throws(ClientError) -> TrafficControl.Pass {
        while true {
            let now = world.timeline.now
            guard now < deadline else {
                throw ClientError(.timedOut, "asking for an access token: the time was up")
            }
            switch traffic.admit(.token, now: now, deadline: deadline) {
            case .go(let pass): return pass
            case .held(let instant, let reason):
                guard instant < deadline else { throw .held(.token, reason) }
                do { try await world.timeline.sleep(until: instant) } catch { throw .cancelled }
            }
        }
    }
}
