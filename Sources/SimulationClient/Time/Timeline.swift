/// Monotonic time and sleeping, taken from any clock.
///
/// Instants of a clock that is only known as `any Clock` cannot be compared; those of a timeline can. Deadlines are
/// instants of the timeline of the client that they are given to.
public struct Timeline: Sendable {
    /// A point in time, counted from when the timeline was made.
    public struct Instant: InstantProtocol, Sendable {
        /// The time since the timeline was made.
        public var offset: Duration

        /// Creates an instant.
        public init(offset: Duration) { self.offset = offset }

        /// The instant that much later.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

        /// The time from here to there, negative for an earlier one.
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

    /// Sleeps until an instant; returns at once where it has passed.
    ///
    /// - Throws: where the task is cancelled.
    public func sleep(until instant: Instant) async throws(CancellationError) {
        do { try await wait(instant.offset) } catch { throw CancellationError() }
    }
}
