import Synchronization

/// Monotonic time and sleeping, taken from any clock.
///
/// Instants of an `any Clock` cannot be compared; those of a timeline can. A deadline is an instant of the timeline of
/// the client that it is given to.
public struct Timeline: Sendable {
    /// A point in time, counted from when the timeline was made.
    public struct Instant: InstantProtocol, Sendable {
        /// The time since the timeline was made.
        public var offset: Duration

        /// Creates an instant.
        public init(offset: Duration) { self.offset = offset }

        /// The instant that much later.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

        /// The time from here to `other`, negative if that is earlier.
        public func duration(to other: Instant) -> Duration { other.offset - offset }

        /// Earlier or later.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let read: @Sendable () -> Duration
    private let wait: @Sendable (Duration) async throws -> Void

    /// Creates a timeline that begins now.
    public init<Source: Clock>(_ clock: Source = ContinuousClock()) where Source.Duration == Duration {
        let origin = clock.now
        read = { origin.duration(to: clock.now) }
        wait = { try await clock.sleep(until: origin.advanced(by: $0), tolerance: nil) }
    }

    /// The present.
    public var now: Instant { Instant(offset: read()) }

    /// The instant that much from now.
    public func after(_ duration: Duration) -> Instant { now.advanced(by: duration) }

    /// Sleeps until an instant; returns at once if it has passed.
    ///
    /// - Throws: if the task is cancelled.
    public func sleep(until instant: Instant) async throws(CancellationError) {
        do { try await wait(instant.offset) } catch { throw CancellationError() }
    }
}

/// Wakes a task that sleeps, as a hint that there is news.
///
/// A signal given while no task waits is kept for the next one. Several signals count as one.
public final class WakeSignal: Sendable {
    private enum State {
        case quiet
        case signalled
        case awaited(CheckedContinuation<Void, Never>)
    }
    private let state = Mutex(State.quiet)

    /// Creates a signal that has not been given.
    public init() {}

    /// Wakes the waiting task, or the next one to wait.
    public func signal() { wake(isKept: true) }

    /// Wakes the waiting task; without one, the signal is kept or dropped.
    private func wake(isKept: Bool) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .awaited(let waiter) = state else {
                if isKept { state = .signalled }
                return nil
            }
            state = .quiet
            return waiter
        }
        waiter?.resume()
    }

    /// Waits for a signal or the cancellation of the task; only one task may wait at a time.
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
            wake(isKept: false)
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
