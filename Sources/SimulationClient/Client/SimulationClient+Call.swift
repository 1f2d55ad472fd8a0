import HTTPExchange
import SimulationAPI

extension SimulationClient {
    /// Makes the attempts of a call, each with the same bytes, a token that is good then and a new request id.
    func perform<Value>(
        _ call: APICall<Value>,
        until deadline: Timeline.Instant,
        policy: RetryPolicy? = nil
    ) async throws(ClientError) -> CallResult<Value> {
        try await traffic.perform(policy ?? retryPolicy, timeline) { (progress) throws(ClientError) in
            try await attempt(call, until: deadline, &progress)
        }
    }

    private func attempt<Value>(
        _ call: APICall<Value>,
        until deadline: Timeline.Instant,
        _ progress: inout CallProgress
    ) async throws(ClientError) -> CallProgress.NextStep<Value> {
        let (token, pass) = try await traffic.admission(to: call.operation, timeline, until: deadline) {
            () throws(ClientError) in try await tokens.token(until: deadline)
        }
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

        let result = await world.transport.result(of: request)
        progress.attempted(result)
        let help = Troubleshooting(
            operation: call.operation,
            base: target.baseURL,
            path: call.path,
            secrets: maskedForms(requestID: requestID),
            retries: progress.retries,
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
            let chance = world.chance()
            return try progress.next(disposition, error, now: timeline.now, deadline: deadline, chance: chance)
        }
    }
}

extension HTTPTransport {
    func result(of request: OutgoingRequest) async -> Result<IncomingResponse, TransportError> {
        do { return .success(try await send(request)) } catch { return .failure(error) }
    }
}
