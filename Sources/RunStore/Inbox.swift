import Dispatch
import GRDB
package import SimulationAPI
import Synchronization

/// A delivery as a row.
package struct InboxRow: Sendable {
    /// The identity, unique within the run.
    package var webhookID: String
    /// When it came.
    package var receivedAt: Timestamp
    /// The raw body.
    package var body: [UInt8]
    /// The event; `nil` for quarantine.
    package var event: SimulationEvent?
    /// Why it is in quarantine.
    package var reason: String?

    /// Creates a row.
    package init(
        webhookID: String,
        receivedAt: Timestamp,
        body: [UInt8],
        event: SimulationEvent?,
        reason: String? = nil
    ) {
        self.webhookID = webhookID
        self.receivedAt = receivedAt
        self.body = body
        self.event = event
        self.reason = reason
    }
}

/// The inbox of one run: a delivery is answered once it is committed.
///
/// One commit at a time; what comes during a commit is the next batch. So the disk sets the pace and nobody lingers.
package final class Inbox: Sendable {
    /// How many deliveries may wait for the disk before senders are asked to come again.
    package static let defaultHighWater = 20_000

    /// What has been committed so far.
    package struct Counts: Sendable, Hashable {
        /// Deliveries that were answered with 200 or 400, duplicates included.
        package var received = 0
        /// Rows, quarantine included.
        package var unique = 0
        /// Deliveries whose identity had come before.
        package var duplicates = 0
        /// Rows that are no event.
        package var quarantined = 0
        /// Events by simulation.
        package var events: [String: Int] = [:]
        /// Calls with a final event, by simulation.
        package var endedCalls: [String: Int] = [:]
    }

    /// Too many deliveries wait for the disk.
    package struct FullError: Error {}

    private struct State {
        var pending: [(row: InboxRow, answer: CheckedContinuation<Void, any Error>)] = []
        var isWriting = false
        var counts = Counts()
    }

    private let store: RunStore
    private let run: Int64
    private let highWater: Int
    private let routes: DeliveryRoutes?
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "ringback.inbox")

    /// The inbox of the run with this row number.
    ///
    /// - Parameters:
    ///   - store: where deliveries are kept.
    ///   - run: the row number of the run.
    ///   - highWater: how many deliveries may wait for the disk.
    ///   - routes: where accepted events are forwarded; `nil` for nowhere.
    package init(store: RunStore, run: Int64, highWater: Int = defaultHighWater, routes: DeliveryRoutes? = nil) {
        self.store = store
        self.run = run
        self.highWater = highWater
        self.routes = routes
    }

    /// The inbox of a run that may have received something before its process died; what is there is counted.
    ///
    /// How often duplicates came before is not kept, so they count as if they had not come.
    package static func opened(_ store: RunStore, run: Int64, routes: DeliveryRoutes? = nil) async throws -> Inbox {
        let inbox = Inbox(store: store, run: run, routes: routes)
        let counts = try await store.counts(run: run)
        inbox.state.withLock { $0.counts = counts }
        return inbox
    }

    /// What has been committed so far.
    package var counts: Counts { state.withLock { $0.counts } }

    /// Calls with a final event, over all simulations.
    package var endedCalls: Int { state.withLock { $0.counts.endedCalls.values.reduce(0, +) } }

    /// Keeps a delivery; returns once it is on disk.
    ///
    /// A duplicate is not kept again.
    ///
    /// - Throws: ``FullError`` where too many wait, or the store's error.
    package func keep(_ row: InboxRow) async throws {
        try await withCheckedThrowingContinuation { answer in
            enum Action { case refuse, start, wait }
            let action: Action = state.withLock { state in
                guard state.pending.count < highWater else { return .refuse }
                state.pending.append((row, answer))
                guard !state.isWriting else { return .wait }
                state.isWriting = true
                return .start
            }
            switch action {
            case .refuse: answer.resume(throwing: FullError())
            case .start: queue.async { self.writePending() }
            case .wait: break
            }
        }
    }

    /// Commits batch after batch until nothing waits.
    private func writePending() {
        while true {
            let batch = state.withLock { state in
                let batch = state.pending
                state.pending = []
                if batch.isEmpty { state.isWriting = false }
                return batch
            }
            guard !batch.isEmpty else { return }
            let result = Result { try commit(batch.map(\.row)) }
            if case .success(let counts) = result { state.withLock { $0.counts = counts } }
            routes?.wake()
            for (_, answer) in batch { answer.resume(with: result.map { _ in () }) }
        }
    }

    private func commit(_ rows: [InboxRow]) throws -> Counts {
        let before = counts
        return try store.writeBlocking { database in
            var counts = before
            for row in rows { try insert(row, into: database, &counts) }
            return counts
        }
    }

    private func insert(_ row: InboxRow, into database: Database, _ counts: inout Counts) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO webhooks(run, webhookId, receivedAt, simulationId, callId, state, timestamp, outcome,
                  durationMs, reason, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """
        )
        let event = row.event
        try insert.execute(arguments: [
            run, row.webhookID, row.receivedAt.milliseconds, event?.simulationID, event?.callID,
            event?.state.rawValue, event?.timestamp.milliseconds, event?.outcome?.rawValue, event?.durationMs,
            row.reason, row.body.databaseBlob,
        ])
        counts.received += 1
        guard database.changesCount > 0 else {
            counts.duplicates += 1
            return
        }
        counts.unique += 1
        guard let event else {
            counts.quarantined += 1
            return
        }
        // In the transaction of the event: whoever was told 200 is forwarded, whatever happens next.
        try routes?.enqueue(event, webhook: database.lastInsertedRowID, at: row.receivedAt, into: database)
        counts.events[event.simulationID, default: 0] += 1
        guard event.state.isFinal else { return }
        let end = try database.cachedStatement(
            sql: "INSERT INTO endedCalls(run, simulationId, callId) VALUES(?, ?, ?) ON CONFLICT DO NOTHING"
        )
        try end.execute(arguments: [run, event.simulationID, event.callID])
        if database.changesCount > 0 { counts.endedCalls[event.simulationID, default: 0] += 1 }
    }
}
