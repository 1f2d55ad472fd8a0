package import ExactJSON
import Synchronization

/// The clock of a database that machines share, as one of these machines knows it.
///
/// Clocks of machines differ. What one of them stores as due now must not be due in five minutes for another.
final class StoreClock: Sendable {
    /// How many milliseconds it is ahead of this machine's clock.
    private let ahead = Mutex<Int64>(0)

    /// Compares the two clocks.
    ///
    /// - Parameter read: asks the database for its time, in milliseconds since 1970.
    func compare(with read: () throws -> Int64) rethrows {
        let before = WallClock.now.milliseconds
        let there = try read()
        let difference = there - (before + WallClock.now.milliseconds) / 2
        ahead.withLock { $0 = difference }
    }

    /// Now.
    var time: Timestamp { WallClock.now.adding(milliseconds: ahead.withLock { $0 }) }
}

extension RunStore {
    /// Now, on the clock that everything in the store is on: that of the database where machines share it.
    package var time: Timestamp { leases?.clock.time ?? WallClock.now }
}
