import Dispatch
import ExactJSON
package import RingbackHome
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An append-only log of JSON lines with a Merkle tree over them, of which it signs checkpoints.
///
/// An entry is on disk when it is acknowledged: encoded once, one write, `fdatasync`, under the home's lock, so that
/// several processes continue one log. Entries that come during a commit are the next one. A last line that a crash tore
/// is cut off, and that is recorded as `recovered`, before anything is appended; any other damage is refused, and so is a
/// log that does not reach as far as its own checkpoint. What the log proves, and what not, is in `docs/AUDIT.md`.
package final class AuditLog: Sendable {
    /// When segments end and checkpoints are made.
    package struct Limits: Hashable, Sendable {
        /// A segment that has as many bytes gets no further entry.
        package var segmentBytes = 8 * 1024 * 1024
        /// Entries after which a checkpoint is made.
        package var checkpointEntries = 256
        /// The time after which there is a checkpoint over every entry.
        package var checkpointInterval = Duration.seconds(60)

        /// Creates the defaults.
        package init() {}
    }

    /// A log that cannot be continued.
    package struct DamageError: Error, CustomStringConvertible {
        /// What is wrong, where, and what to do.
        package var description: String

        init(_ problem: String) {
            description =
                "\(problem); look at it with `ringback audit verify`, keep the home as evidence, and begin with a new one (--home)"
        }

        init(file: String, line: Int, _ problem: String) { self.init("\(file):\(line) \(problem)") }
    }

    /// A sync has failed before: nobody knows what is on the disk, so nothing more is written.
    package struct StoppedError: Error, CustomStringConvertible {
        /// Why.
        package var description: String
    }

    struct Waiting {
        var entry: AuditEntry
        var answer: @Sendable (Result<Void, any Error>) -> Void
    }

    private struct Queue {
        var pending: [Waiting] = []
        var isWriting = false
    }

    let home: Home
    let limits: Limits
    private let now: @Sendable () -> (seconds: Int64, nanoseconds: Int64)
    private let writer: Mutex<AuditWriter>
    private let queue = Mutex(Queue())
    private let thread = DispatchQueue(label: "ringback.audit")

    /// The log of a home.
    ///
    /// - Parameters:
    ///   - home: the home.
    ///   - limits: when segments end and checkpoints are made.
    ///   - now: the wall clock.
    package init(
        _ home: Home,
        limits: Limits = Limits(),
        now: @escaping @Sendable () -> (seconds: Int64, nanoseconds: Int64) = AuditLog.wallClock
    ) {
        self.home = home
        self.limits = limits
        self.now = now
        writer = Mutex(AuditWriter(home, limits: limits, timestamp: { Self.timestamp(now()) }))
    }

    /// Seconds and nanoseconds since 1970, from the system.
    package static func wallClock() -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }

    /// Appends an entry, which is on disk when this returns; blocks the calling thread.
    ///
    /// - Throws: ``FileError`` where a write or sync failed, ``StoppedError`` where one had failed before,
    ///   ``DamageError`` where the log cannot be continued. Then the effect that the entry announces must not take place.
    package func append(_ entry: AuditEntry) throws { try append([entry]) }

    /// Appends entries by one write and one sync; they are on disk when this returns, which blocks the calling thread.
    package func append(_ entries: [AuditEntry]) throws {
        let isCovered = try writer.withLock { try $0.commit(entries) }
        if !isCovered { checkpointLater() }
    }

    /// Appends an entry together with those that come at the same time; it is on disk when this returns.
    package func record(_ entry: AuditEntry) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let starts = queue.withLock { queue in
                queue.pending.append(Waiting(entry: entry) { continuation.resume(with: $0) })
                defer { queue.isWriting = true }
                return !queue.isWriting
            }
            if starts { thread.async { self.writePending() } }
        }
    }

    /// Makes a checkpoint over every entry and gives it; blocks the calling thread.
    @discardableResult
    package func checkpoint() throws -> SignedCheckpoint { try writer.withLock { try $0.checkpoint() } }

    /// Replaces the key that signs, and records that in the log; the old one vouches for the new one.
    ///
    /// Blocks the calling thread.
    @discardableResult
    package func rotateKey(actor: String) throws -> SignedCheckpoint {
        try writer.withLock { try $0.rotateKey(actor: actor) }
    }

    /// Commits batch after batch until nothing waits.
    private func writePending() {
        while true {
            let batch = queue.withLock { queue in
                defer { queue.pending = [] }
                if queue.pending.isEmpty { queue.isWriting = false }
                return queue.pending
            }
            guard !batch.isEmpty else { return }
            let result = Result { try append(batch.map(\.entry)) }
            for waiting in batch { waiting.answer(result) }
        }
    }

    /// Sees to it that no entry is without a checkpoint for longer than the interval.
    private func checkpointLater() {
        let wait = DispatchTimeInterval.milliseconds(Int(limits.checkpointInterval / .milliseconds(1)))
        thread.asyncAfter(deadline: .now() + wait) { [weak self] in
            // Where it cannot be made now, the next append says so.
            try? self?.writer.withLock { try $0.checkpointIfOld() }
        }
    }

    /// RFC 3339 in UTC with nine digits of fraction.
    private static func timestamp(_ now: (seconds: Int64, nanoseconds: Int64)) -> String {
        let whole = Timestamp(milliseconds: now.seconds * 1000).description.dropLast(5)
        let digits = String(now.nanoseconds)
        return "\(whole).\(String(repeating: "0", count: 9 - digits.count))\(digits)Z"
    }
}
