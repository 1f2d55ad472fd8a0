import RingbackHome
import Synchronization

/// How much may wait for the disk before senders are asked to try again later.
package struct InboxLimits: Hashable, Sendable {
    /// Events that wait or are being written.
    package var rows = 20_000
    package var bytes = 64 * 1024 * 1024
    /// Bytes that must be free on the disk.
    package var freeDisk = 64 * 1024 * 1024

    package init(rows: Int = 20_000) { self.rows = rows }
}

/// Which run or service a received event belongs to, as the number in its row.
package enum InboxOwner {
    /// The long-running service; runs are numbered from 1.
    package static let service: Int64 = 0
}

/// Checks the free space of a disk, at most once a second.
final class DiskWatch: Sendable {
    private struct State {
        var shortage: Int?
        var next: ContinuousClock.Instant?
    }

    private let minimum: Int
    private let freeBytes: @Sendable () -> Int?
    private let state = Mutex(State())

    init(minimum: Int, freeBytes: @escaping @Sendable () -> Int?) {
        self.minimum = minimum
        self.freeBytes = freeBytes
    }

    /// The free bytes, if they are fewer than required; `nil` also if the system does not say it.
    func shortage(at now: ContinuousClock.Instant = .now) -> Int? {
        let isKnown = state.withLock { state in
            if let next = state.next, now < next { return true }
            state.next = now.advanced(by: .seconds(1))
            return false
        }
        if !isKnown {
            let free = freeBytes().flatMap { $0 < minimum ? $0 : nil }
            state.withLock { $0.shortage = free }
        }
        return state.withLock { $0.shortage }
    }
}
