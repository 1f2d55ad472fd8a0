import HTTPExchange
import SimulationAPI

extension SimulationClient {
    /// Makes the attempts of a call, each with the same bytes, a token that is good then and a new request id.
    func perform<Value>(
        _ call: APICall<Value>,
        until deadline: Timeline.Instant,
        policy: RetryPolicy? = nil
    ) async throws(ClientError) -> CallResult<Value> {
        var progress = CallProgress(policy ?? retryPolicy)
        while true {
            do throws(ClientError) {
                switch try await attempt(call, until: deadline, &progress) {
                case .over(let result):
                    if case .value = result { traffic.succeeded(spent: progress.spent) }
                    return result
                case .again(let instant, let retry):
                    if let retry {
                        guard traffic.takeRetry(retry.kind) else { throw retry.error.withoutRetries() }
                        progress.spent += RetryQuota.cost(retry.kind)
                    }
                    try await sleep(until: instant)
                }
            } catch {
                // A definite answer to the payload settles the doubt that an earlier attempt left.
                guard let doubt = progress.doubt, error.code != .validationRejected else { throw error }
                return .unknown(doubt)
            }
        }
    }

    /// Sleeps; a cancelled sleep is an error of the client.
    func sleep(until instant: Timeline.Instant) async throws(ClientError) {
        do { try await timeline.sleep(until: instant) } catch { throw .cancelled }
    }

    private func attempt<Value>(
        _ call: APICall<Value>,
        until deadline: Timeline.Instant,
        _ progress: inout CallProgress
    ) async throws(ClientError) -> CallProgress.NextStep<Value> {
        let (token, pass) = try await admission(to: call.operation, until: deadline)
        let start = timeline.now
        let requestID = world.requestID()
        var request = OutgoingRequest(
            method: call.method,
            url: target.baseURL + call.path,
            headers: call.headers,
            body: call.body,
            timeout: min(call.timeout, start.duration(to: deadline)),
            maxResponseBytes: Self.maxResponseBytes
        )
        request.headers.append("Authorization", "Bearer \(token.value.exposed)")
        request.headers.append("Accept", "application/json")
        request.headers.append("User-Agent", userAgent)
        request.headers.append("X-Request-Id", requestID)

        let result: Result<IncomingResponse, TransportError>
        do { result = .success(try await world.transport.send(request)) } catch { result = .failure(error) }
        let help = Troubleshooting(
            operation: call.operation,
            secrets: tokens.secrets,
            attempts: progress.retries.failures + 1,
            waited: progress.retries.waited,
            missingScopes: token.missingScopes
        )
        let verdict = call.judge(result, help, capabilities.success)
        traffic.finished(pass, result, isUsable: verdict.isUsable, now: timeline.now)
        switch verdict {
        case .value(let value): return .over(.value(value))
        case .failed(let disposition, var error, let isDoubtful):
            error.requestID = requestID
            if isDoubtful { progress.doubt = error }
            if Task.isCancelled, disposition != .unknown { throw .cancelled }
            if disposition == .tokenRejected { tokens.invalidate(generation: token.generation) }
            return try progress.next(
                disposition,
                error,
                now: timeline.now,
                deadline: deadline,
                chance: world.chance()
            )
        }
    }

    /// Waits until the deadline for a token and for permission to send.
    private func admission(
        to operation: Operation,
        until deadline: Timeline.Instant
    ) async throws(ClientError) -> (AccessToken, TrafficControl.Pass) {
        while true {
            let token = try await tokens.token(until: deadline)
            let now = timeline.now
            guard !Task.isCancelled else { throw .cancelled }
            guard now < deadline else { throw ClientError(.timedOut, "\(operation.phrase): the time was up") }
            switch traffic.admit(operation, now: now, deadline: deadline) {
            case .go(let pass): return (token, pass)
            case .held(let instant, let reason):
                guard instant < deadline else { throw .held(operation, reason) }
                try await sleep(until: instant)
            }
        }
    }
}
