import Synchronization

/// Wakes the poller: a webhook that arrived is a hint that there is news.
///
/// A signal that nobody waits for is kept, once; a hint is all it is, so several are no more than one.
public final class WakeSignal: Sendable {
    private enum State {
        case quiet
        case signalled
        case awaited(CheckedContinuation<Void, Never>)
    }
    private let state = Mutex(State.quiet)

    /// Creates a signal that is quiet.
    public init() {}

    /// Wakes whoever waits, or the next one to wait.
    public func signal() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .awaited(let waiter) = state else {
                state = .signalled
                return nil
            }
            state = .quiet
            return waiter
        }
        waiter?.resume()
    }

    /// Waits for a signal or the cancellation of the task; one task at a time.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isAtOnce = state.withLock { state -> Bool in
                    if case .quiet = state, !Task.isCancelled {
                        state = .awaited(continuation)
                        return false
                    }
                    state = .quiet
                    return true
                }
                if isAtOnce { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard case .awaited(let waiter) = state else { return nil }
                state = .quiet
                return waiter
            }
            waiter?.resume()
        }
    }
}

extension Timeline {
    /// Sleeps until an instant, or until a signal comes after `earliest`.
    package func sleep(until instant: Instant, earliest: Instant, wakenBy signal: WakeSignal?)
        async throws(CancellationError)
    {
        guard let signal, earliest < instant else { return try await sleep(until: instant) }
        try await sleep(until: earliest)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await sleep(until: instant) }
            group.addTask { await signal.wait() }
            await group.next()
            group.cancelAll()
        }
        if Task.isCancelled { throw CancellationError() }
    }
}
