import Synchronization

/// Gives out the client's access token, fetching one where there is none that will do.
///
/// However many requests wait, one token request is in flight, and its failure is everybody's; a final one is
/// remembered for a while. A token that a server refused is replaced once, however many requests saw the refusal.
final class TokenSource: Sendable {
    private let endpoint: TokenEndpoint
    private let state: Mutex<TokenState>

    init(_ endpoint: TokenEndpoint) {
        self.endpoint = endpoint
        state = Mutex(TokenState(hiding: endpoint.credentials.secrets))
    }

    /// Scopes that were asked for and that the present token lacks.
    var missingScopes: [String] { state.withLock { $0.token?.missingScopes ?? [] } }

    /// How many requests wait for a token.
    var waiterCount: Int { state.withLock { $0.waiting } }

    /// What must be masked in texts: the client secret and the tokens, the newest first.
    var secrets: SecretForms { state.withLock { $0.secrets } }

    /// A token that has not expired and was not rejected.
    ///
    /// The deadline bounds the token request only where this call starts it. One that ran out of another call's time is
    /// started again with the time of this one.
    func token(until deadline: Timeline.Instant) async throws(ClientError) -> AccessToken {
        while true {
            let asked = Mutex(false)
            do throws(ClientError) { return try await token(until: deadline, asked) } catch {
                let isOthersTime = error.code == .timedOut && error.retryAfter == nil && !asked.withLock { $0 }
                guard isOthersTime, endpoint.world.timeline.now < deadline else { throw error }
            }
        }
    }

    /// Waits for a token; `asked` is set where this call starts the request.
    private func token(
        until deadline: Timeline.Instant,
        _ asked: borrowing Mutex<Bool>
    ) async throws(ClientError) -> AccessToken {
        let timeline = endpoint.world.timeline
        if let token = state.withLock({ $0.usable(at: timeline.now) }) { return token }
        let id = state.withLock { $0.newWaiter() }
        defer { state.withLock { $0.settled(id) } }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                switch state.withLock({ $0.request(id, waiter, now: timeline.now) }) {
                case .use(let token): waiter.resume(returning: .success(token))
                case .refused(let error): waiter.resume(returning: .failure(error))
                case .cancelled: waiter.resume(returning: .failure(.cancelled))
                case .wait: break
                case .fetch(let fetch):
                    asked.withLock { $0 = true }
                    start(fetch, until: deadline)
                }
            }
        } onCancel: {
            let departure = state.withLock { $0.leave(id) }
            departure.waiter?.resume(returning: .failure(.cancelled))
            departure.abandoned?.cancel()
        }
        return try result.get()
    }

    /// Says that the server refused the token of this generation.
    func invalidate(generation: Int) { state.withLock { $0.invalidate(generation) } }

    /// Fetches for everybody who waits.
    ///
    /// This is the one unstructured task of the client: as a child of the request that happened to come first, the
    /// fetch would be cancelled with it and fail all the others. It ends with the last waiter at the latest.
    private func start(_ id: Int, until deadline: Timeline.Instant) {
        let task = Task {
            let result = await fetch(until: deadline)
            let (now, chance) = (endpoint.world.timeline.now, endpoint.world.chance())
            let (waiters, answer) = state.withLock { $0.finished(id, result, now: now, chance: chance) }
            for waiter in waiters { waiter.resume(returning: answer) }
        }
        if !state.withLock({ $0.started(id, task) }) { task.cancel() }
    }

    private func fetch(until deadline: Timeline.Instant) async -> Result<TokenEndpoint.Grant, ClientError> {
        do { return .success(try await endpoint.fetch(until: deadline, hiding: secrets)) } catch {
            return .failure(error)
        }
    }
}
