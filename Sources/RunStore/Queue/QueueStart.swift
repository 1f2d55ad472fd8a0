import RingbackHome
import Synchronization

/// The row at which looks at the queue begin: the runs of the service before it have ended.
///
/// As long as somebody keeps a snapshot open, PostgreSQL keeps every version of every row. A look from the first run on
/// would pass them all, and take longer with each run that ends. One run that goes on for long holds the start back.
final class QueueStart: Sendable {
    /// The time between two looks for the start: longer than an insert waits for its turn.
    private static let interval = Duration.seconds(10)
    /// Every sixth look begins at the first run; the others begin at the last start.
    private static let wholeLook = 6

    private struct State {
        var row: Int64 = 0
        /// The newest run at the last look.
        var newest: Int64 = 0
    }

    private let state = Mutex(State())

    var row: Int64 { state.withLock { $0.row } }

    /// Looks again and again until the task is cancelled, so that no claim has to wait for that.
    func keep(in database: any StoreDatabase) async {
        var looksToWhole = 0
        while !Task.isCancelled {
            let isWhole = looksToWhole == 0
            let look = { @Sendable in
                try database.read(isWhole ? .long : .work) { try self.look($0, fromFirst: isWhole) }
            }
            // Without an answer, looks begin where they began before.
            if (try? await BlockingWork.run(look)) != nil {
                looksToWhole = isWhole ? Self.wholeLook - 1 : looksToWhole - 1
            } else if isWhole {
                // Other long work goes on; the start moves all the same.
                looksToWhole = 1
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Looks for the first run of the service that has not ended.
    ///
    /// A run gets its number before it is committed, so one with a smaller number may be seen later than one with a larger.
    /// The start therefore never passes the newest run of the look before. A look from the first run finds what comes even
    /// later, as the runs of a home that is moved.
    ///
    /// - Parameter isWhole: whether it begins at the first run, and not at the last start.
    func look(_ transaction: any StoreTransaction, fromFirst isWhole: Bool = false) throws {
        let first: Int64? = try transaction.value(
            """
            SELECT min(first) FROM (
              SELECT (SELECT rowID FROM runs WHERE state = 'queued' AND finishedAt IS NULL AND rowID >= ?1
                ORDER BY rowID LIMIT 1) AS first
              UNION ALL SELECT (SELECT rowID FROM runs WHERE state = 'running' AND finishedAt IS NULL AND rowID >= ?1
                AND EXISTS(SELECT 1 FROM submissions WHERE run = runs.rowID) ORDER BY rowID LIMIT 1)) AS found
            """,
            [isWhole ? 0 : row]
        )
        let newest: Int64 = try transaction.value("SELECT max(rowID) FROM runs") ?? 0
        state.withLock { state in
            state.row = min(first ?? newest, state.newest)
            state.newest = newest
        }
    }
}
