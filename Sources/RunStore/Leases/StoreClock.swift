package import ExactJSON
import Synchronization

/// The clock of a database that machines share, as one of these machines knows it.
///
/// Clocks of machines differ. What one of them stores as due now must not be due in five minutes for another. Between two
/// looks at the database's clock the monotonic clock counts on, which nobody sets.
final class StoreClock: Sendable {
    /// What the database's clock said, and when.
    private let seen = Mutex<(at: ContinuousClock.Instant, time: Timestamp)?>(nil)

    /// Looks at the database's clock.
    ///
    /// - Parameter read: asks the database for its time, in milliseconds since 1970.
    func compare(with read: () throws -> Int64) rethrows {
        let before = ContinuousClock.now
        let there = Timestamp(milliseconds: try read())
        let middle = before + (ContinuousClock.now - before) / 2
        seen.withLock { $0 = (middle, there) }
    }

    /// Now; by this machine's clock until the database was asked once.
    var time: Timestamp {
        guard let seen = seen.withLock({ $0 }) else { return WallClock.now }
        return seen.time.adding(milliseconds: Int64((ContinuousClock.now - seen.at) / .milliseconds(1)))
    }
}

extension RunStore {
    /// Now, on the clock that everything in the store is on: that of the database where machines share it.
    package var time: Timestamp { leases?.clock.time ?? WallClock.now }
}
