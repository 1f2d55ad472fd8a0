import Synchronization

/// The row at which a look at the queue begins: all runs before it have ended.
///
/// As long as somebody keeps a snapshot open, PostgreSQL keeps every version of every row. A look from the first run on
/// would pass them all, and take longer with each run that ends.
final class QueueStart: Sendable {
    /// Rows get their numbers before they are committed, so a run may appear behind one with a larger number.
    private static let margin: Int64 = 200

    private let known = Mutex<Int64>(0)

    var row: Int64 { known.withLock { $0 } }

    /// Looks at all runs for the first that has not ended.
    func look(_ transaction: any StoreTransaction) throws {
        let first: Int64? = try transaction.value(
            """
            SELECT coalesce(min(first), (SELECT max(rowID) FROM runs)) FROM (
              (SELECT min(rowID) AS first FROM runs WHERE state = 'queued' AND finishedAt IS NULL)
              UNION ALL (SELECT min(rowID) FROM runs WHERE state = 'running' AND finishedAt IS NULL)) AS waiting
            """
        )
        known.withLock { $0 = max(0, (first ?? 0) - Self.margin) }
    }
}
