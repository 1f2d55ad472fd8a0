import Glibc

/// Turns of which a fixed number can be taken at once, each by a thread.
///
/// A thread waits by the monotonic clock. `DispatchSemaphore` waits by the machine's clock here, which somebody may set back.
final class PoolTurns: Sendable {
    /// The two ends of a pipe that holds one byte for each turn that is free; -1 if the system gave none.
    private let (reading, writing): (Int32, Int32)
    /// What to say if none was free.
    private let shortage: String

    init(_ count: Int, shortage: String = "all connections of this process to the database are in use") {
        self.shortage = shortage
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { ends = [-1, -1] }
        (reading, writing) = (ends[0], ends[1])
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        for _ in 0..<count { giveBack() }
    }

    deinit { for end in [reading, writing] where end >= 0 { close(end) } }

    /// Takes a turn.
    ///
    /// - Throws: ``PostgresError`` if none was free for so long.
    func take(within patience: Duration) throws(PostgresError) {
        guard reading >= 0 else { throw PostgresError(.disconnected, "this process has too many open files") }
        let end = ContinuousClock.now + patience
        while true {
            var turn: UInt8 = 0
            if read(reading, &turn, 1) == 1 { return }
            let left = end - ContinuousClock.now
            guard left > .zero else { throw PostgresError(.timeout, shortage) }
            var watched = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
            poll(&watched, 1, Int32(min(left.milliseconds + 1, 60_000)))
        }
    }

    /// Gives a turn back that was taken.
    func giveBack() {
        var turn: UInt8 = 0
        _ = write(writing, &turn, 1)
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
