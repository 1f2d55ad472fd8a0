package import HTTPExchange
import Synchronization

/// A clock that records each sleep and jumps to its end at once.
package final class InstantClock: Clock {
    package typealias Instant = Timeline.Instant

    private struct State {
        var now: Duration = .zero
        var sleeps: [Duration] = []
    }
    private let state = Mutex(State())

    /// Begins at zero.
    package init() {}

    package var now: Instant { Instant(offset: state.withLock { $0.now }) }
    package var minimumResolution: Duration { .nanoseconds(1) }

    /// Every sleep so far, in order.
    package var sleeps: [Duration] { state.withLock { $0.sleeps } }

    /// Time that passes while something else happens, such as a slow answer.
    package func advance(by duration: Duration) { state.withLock { $0.now += duration } }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.sleeps.append(max(.zero, deadline.offset - state.now))
            state.now = max(state.now, deadline.offset)
        }
    }
}

/// A virtual clock: time stands still until a test advances it, and sleeping tasks wake in order.
package final class TestClock: Clock {
    package typealias Instant = Timeline.Instant

    private struct Sleeper {
        var id: Int
        var wakes: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var now: Duration = .zero
        var nextID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        mutating func satisfiedWatchers() -> [CheckedContinuation<Void, Never>] {
            let count = sleepers.count
            defer { watchers.removeAll { $0.count <= count } }
            return watchers.filter { $0.count <= count }.map(\.continuation)
        }
    }
    private let state = Mutex(State())

    /// Begins at zero.
    package init() {}

    package var now: Instant { Instant(offset: state.withLock { $0.now }) }
    package var minimumResolution: Duration { .nanoseconds(1) }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome = state.withLock {
                    state -> (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) in
                    if state.cancelled.remove(id) != nil { return (.failure(CancellationError()), []) }
                    if deadline.offset <= state.now { return (.success(()), []) }
                    state.sleepers.append(Sleeper(id: id, wakes: deadline.offset, continuation: continuation))
                    return (nil, state.satisfiedWatchers())
                }
                if let result = outcome.0 { continuation.resume(with: result) }
                for watcher in outcome.1 { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits until at least this number of tasks sleep.
    package func sleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Lets time pass and wakes the tasks whose time has come.
    package func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.now += duration
            let now = state.now
            defer { state.sleepers.removeAll { $0.wakes <= now } }
            return state.sleepers.filter { $0.wakes <= now }.sorted { $0.wakes < $1.wakes }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }
}

extension Timeline.Instant {
    /// The instant that many seconds after the timeline began.
    package static func seconds(_ seconds: Double) -> Timeline.Instant {
        Timeline.Instant(offset: .milliseconds(Int(seconds * 1000)))
    }
}
