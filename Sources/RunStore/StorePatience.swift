import Glibc
import Synchronization

/// How long a worker waits for a database that is out of reach.
///
/// Its lease tells it earlier if it must not go on. Work that is left to others waits only a little.
final class StorePatience: Sendable {
    /// What each step of work waits that is being stopped: what it has done is stored if the database comes back soon.
    static let whenStopped = Duration.seconds(5)

    private let usual: Duration
    private let stopsAt = Mutex<ContinuousClock.Instant?>(nil)

    init(_ usual: Duration) { self.usual = usual }

    /// From now on a failure is waited for only a little.
    func shorten() {
        stopsAt.withLock { $0 = min($0 ?? .now + Self.whenStopped, .now + Self.whenStopped) }
    }

    /// When a failure is told that began at some moment.
    func end(since start: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let end = start + usual
        return stopsAt.withLock { $0.map { min(max($0, start + Self.whenStopped), end) } ?? end }
    }
}

/// When a piece of work is tried again that has failed for a reason that passes; the patience begins with its first failure.
struct StoreRetry {
    private var start: ContinuousClock.Instant?
    private let patience: StorePatience
    private var pause = Duration.milliseconds(50)

    init(_ patience: StorePatience) { self.patience = patience }

    init(patience: Duration) { self.init(StorePatience(patience)) }

    /// The pause before the next try; `nil` once the patience is over.
    mutating func next() -> Duration? {
        let first = start ?? .now
        start = first
        guard ContinuousClock.now + pause <= patience.end(since: first) else { return nil }
        defer { pause = min(pause * 2, .seconds(2)) }
        // With jitter, so that the workers of a server that is back do not come all at once.
        return pause * Double.random(in: 0.5...1)
    }

    /// Waits on the calling thread; returns false, without waiting, once the patience is over.
    mutating func waits() -> Bool {
        guard let pause = next() else { return false }
        let (seconds, attoseconds) = pause.components
        var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&rest, nil)
        return true
    }
}
