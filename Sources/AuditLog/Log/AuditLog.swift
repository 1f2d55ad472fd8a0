import Dispatch
import ExactJSON
import Glibc
package import RingbackHome
import Synchronization

/// An append-only log of JSON lines with a Merkle tree over them and signed checkpoints of that tree.
///
/// An acknowledged entry is on disk: one write and one `fdatasync` under the home's lock, so that several processes can
/// continue one log. Entries that arrive during a commit form the next commit. If a crash tore the last line, the next
/// commit cuts it off and records that as `recovered`. A log with any other damage, or one that is shorter than its own
/// checkpoint, is refused. `docs/AUDIT.md` says what the log proves and what it does not.
package final class AuditLog: Sendable {
    /// An entry on its way to the disk.
    private struct PendingEntry {
        var entry: AuditEntry
        /// Gets the entry's sequence number.
        var answer: @Sendable (Result<Int, any Error>) -> Void
    }

    let home: Home
    let limits: AuditLogLimits
    private let now: @Sendable () -> (seconds: Int64, nanoseconds: Int64)
    private let writer: Mutex<AuditWriter>
    private let batches = BatchWriter<AuditLog, PendingEntry>(label: "ringback.audit") { log, batch in
        let first = Result { try log.append(batch.map(\.entry)) }
        for (place, pending) in batch.enumerated() { pending.answer(first.map { $0 + place }) }
    }
    /// Makes checkpoints when they are due.
    private let timer = DispatchQueue(label: "ringback.checkpoints")

    package init(
        _ home: Home,
        limits: AuditLogLimits = AuditLogLimits(),
        now: @escaping @Sendable () -> (seconds: Int64, nanoseconds: Int64) = AuditLog.wallClock
    ) {
        self.home = home
        self.limits = limits
        self.now = now
        writer = Mutex(AuditWriter(home, limits: limits, timestamp: { Self.timestamp(now()) }))
    }

    /// Seconds and nanoseconds since 1970 by the system's clock.
    package static func wallClock() -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }

    /// Appends an entry, which is on disk when this returns; blocks the calling thread.
    ///
    /// If it throws, the action that the entry announces must not take place.
    ///
    /// - Throws: ``FileError`` if a write or sync failed; ``AuditError`` if an earlier sync failed, or the log cannot be
    ///   continued.
    package func append(_ entry: AuditEntry) throws { try append([entry]) }

    /// Appends entries with one write and one sync; they are on disk when this returns, which blocks the thread.
    ///
    /// - Returns: the sequence number of the first of them.
    @discardableResult
    package func append(_ entries: [AuditEntry]) throws -> Int {
        let (first, isCovered) = try writer.withLock { try $0.commit(entries) }
        if !isCovered { checkpointLater() }
        return first
    }

    /// Appends an entry, together with others that arrive at the same time; it is on disk when this returns.
    ///
    /// - Returns: its sequence number.
    @discardableResult
    package func record(_ entry: AuditEntry) async throws -> Int {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int, any Error>) in
            batches.add(PendingEntry(entry: entry) { continuation.resume(with: $0) }, for: self)
        }
    }

    /// Makes and returns a checkpoint over every entry; blocks the calling thread.
    @discardableResult
    package func checkpoint() throws -> SignedCheckpoint { try writer.withLock { try $0.checkpoint() } }

    /// Replaces the signing key and records that in the log; the old key signs the new one.
    ///
    /// Blocks the calling thread.
    @discardableResult
    package func rotateKey(actor: String) throws -> SignedCheckpoint {
        try writer.withLock { try $0.rotateKey(actor: actor) }
    }

    /// Makes a checkpoint after the interval, so that no entry stays without one for longer.
    private func checkpointLater() {
        let wait = DispatchTimeInterval.milliseconds(Int(limits.checkpointInterval / .milliseconds(1)))
        timer.asyncAfter(deadline: .now() + wait) { [weak self] in
            // If this fails, the next append reports it.
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

/// When segments end and checkpoints are made.
package struct AuditLogLimits: Hashable, Sendable {
    /// A segment of this size gets no further entry.
    package var segmentBytes = 8 * 1024 * 1024
    /// The number of entries after which a checkpoint is made.
    package var checkpointEntries = 256
    /// The longest time that an entry stays without a checkpoint.
    package var checkpointInterval = Duration.seconds(60)

    package init() {}
}
