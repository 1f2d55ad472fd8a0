import HTTPExchange
import Synchronization

/// Gives out the client's access token, and fetches one if needed.
///
/// One token request serves all requests that wait; its failure is the failure of all, and a final one is remembered
/// for a while. A token that a server refused is replaced once, even if many requests saw the refusal.
final class TokenSource: Sendable {
    private let endpoint: TokenEndpoint
    private let state: Mutex<TokenState>

    /// - Parameter secrets: what must be masked in texts beside the credentials.
    init(_ endpoint: TokenEndpoint, hiding secrets: [Secret] = []) {
        self.endpoint = endpoint
        state = Mutex(TokenState(hiding: endpoint.credentials.secrets + secrets))
    }

    /// Scopes that were asked for and that the present token lacks.
    var missingScopes: [String] { state.withLock { $0.token?.missingScopes ?? [] } }

    /// What is odd about the answer that the present token came in.
    var oddity: String? { state.withLock { $0.token?.oddity } }

    var waiterCount: Int { state.withLock { $0.waiting } }

    /// What must be masked in texts: the client secret and the tokens, the newest first.
    var secrets: SecretForms { state.withLock { $0.secrets } }

    /// A token that has not expired and was not rejected.
    ///
    /// A call never waits beyond its own deadline for a request that another call started. If that request ran out of the
    /// other call's time, it is started again with the time of this call.
    func token(until deadline: Timeline.Instant) async throws(ClientError) -> AccessToken {
        while true {
            if let token = state.withLock({ $0.usable(at: timeline.now) }) { return token }
            let answer = await answer(until: deadline)
            guard case .failure(let error) = answer.result else { return try answer.result.get() }
            let isOthersTime = error.code == .timedOut && error.retryAfter == nil && !answer.isOwn
            guard isOthersTime, timeline.now < deadline else { throw error }
        }
    }

    /// The result of waiting, and whether this call started the request.
    private struct Answer: Sendable {
        var result: Result<AccessToken, ClientError>
        var isOwn = false
    }

    private var timeline: Timeline { endpoint.world.timeline }

    /// Waits for a token, at most until the deadline if another task fetches it.
    private func answer(until deadline: Timeline.Instant) async -> Answer {
        let (id, isFetching) = state.withLock { ($0.newWaiter(), $0.isFetching) }
        defer { state.withLock { $0.settled(id) } }
        guard isFetching else { return await wait(id, until: deadline) }
        return await withTaskGroup(of: Answer?.self) { group in
            group.addTask { await self.wait(id, until: deadline) }
            group.addTask {
                guard (try? await self.timeline.sleep(until: deadline)) != nil else { return nil }
                // Another call's token request took longer than this call had.
                let error = ClientError(.timedOut, "getting a token: none had come when the time was up")
                self.release(self.state.withLock { $0.timeUp(id) }, error)
                return nil
            }
            var answer = Answer(result: .failure(.cancelled))
            for await case let result? in group {
                answer = result
                group.cancelAll()
            }
            return answer
        }
    }

    private func wait(_ id: Int, until deadline: Timeline.Instant) async -> Answer {
        let isOwn = Mutex(false)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                switch state.withLock({ $0.request(id, waiter, now: timeline.now) }) {
                case .use(let token): waiter.resume(returning: .success(token))
                case .refused(let error): waiter.resume(returning: .failure(error))
                case .cancelled: waiter.resume(returning: .failure(.cancelled))
                case .wait: break
                case .fetch(let fetch):
                    isOwn.withLock { $0 = true }
                    start(fetch, until: deadline)
                }
            }
        } onCancel: {
            release(state.withLock { $0.leave(id) }, .cancelled)
        }
        return Answer(result: result, isOwn: isOwn.withLock { $0 })
    }

    private func release(_ departure: TokenState.Departure, _ error: ClientError) {
        departure.waiter?.resume(returning: .failure(error))
        departure.cancelled?.cancel()
    }

    func invalidate(generation: Int) { state.withLock { $0.invalidate(generation) } }

    /// Fetches a token for all requests that wait.
    ///
    /// This is the one unstructured task of the client: as a child of the request that happened to come first, the
    /// fetch would be cancelled with it and fail all the others. It ends with the last waiter at the latest.
    private func start(_ id: Int, until deadline: Timeline.Instant) {
        let task = Task {
            let result: Result<TokenEndpoint.Grant, ClientError>
            do throws(ClientError) {
                result = .success(try await endpoint.fetch(until: deadline, hiding: secrets))
            } catch { result = .failure(error) }
            let (now, chance) = (timeline.now, endpoint.world.chance())
            let (waiters, answer) = state.withLock { $0.finished(id, result, now: now, chance: chance) }
            for waiter in waiters { waiter.resume(returning: answer) }
        }
        if !state.withLock({ $0.started(id, task) }) { task.cancel() }
    }
}
