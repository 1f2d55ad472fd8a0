package import ExactJSON
import HTTPExchange
package import RingbackHome
package import RunStore

/// The result of a replay.
package struct ReplayTotals: Hashable, Sendable {
    package var selected = 0
    package var delivered = 0
    /// Of those, dead again.
    package var dead = 0
    /// Of those, left pending: the monitor kept failing, or the replay was stopped.
    package var pending = 0
    /// Of those, not sent, since the monitor answered 410.
    package var disabled = 0
    package var errors: [String: String] = [:]

    package var isComplete: Bool { delivered == selected }

    package var json: JSONValue {
        [
            "selected": .integer(selected), "delivered": .integer(delivered), "dead": .integer(dead),
            "pending": .integer(pending), "disabled": .integer(disabled),
            "errors": .object(errors.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
        ]
    }
}

/// Sends stored deliveries again, at once, while a person waits.
///
/// The same bytes go out under the same `webhook-id`.
package struct DeliveryReplay: Sendable {
    /// Why nothing can be replayed.
    package struct RefusalError: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    private let store: RunStore
    private let home: Home
    private let environment: ForwardingEnvironment

    package init(store: RunStore, home: Home, environment: ForwardingEnvironment = .system) {
        self.store = store
        self.home = home
        self.environment = environment.onClock(of: store)
    }

    /// Sends the deliveries that a query selects.
    ///
    /// - Parameters:
    ///   - query: what to send; its page is ignored.
    ///   - variables: the environment, with the keys of monitors.
    ///   - lockID: the id of a lock of the home that the process holds for life.
    ///   - progress: called with the number of deliveries that are done, and of those selected.
    /// - Throws: ``RefusalError`` before anything is sent, the store's error, or `CancellationError` if it was stopped.
    package func send(
        _ query: DeliveryQuery,
        variables: (String) -> String?,
        lockID: String,
        progress: (_ over: Int, _ selected: Int) -> Void = { _, _ in }
    ) async throws -> ReplayTotals {
        let rows = try await store.monitors(with: query)
        let monitors: [ForwardedMonitor]
        do {
            monitors = try rows.map { try ForwardedMonitor($0, environment: variables) }
        } catch {
            throw RefusalError(description: "\(error)")
        }
        var totals = ReplayTotals()
        guard !monitors.isEmpty else { return totals }
        let (rowIDs, batch) = (monitors.map(\.rowID), environment.now().milliseconds)
        do {
            try await Forwarder.with(
                monitors,
                store: store,
                home: home,
                lockID: lockID,
                batch: batch,
                schedule: .replay,
                stopsWhenFailing: true,
                environment: environment
            ) { forwarder in
                for rowID in rowIDs { totals.selected += try await select(query, of: rowID, batch: batch) }
                forwarder.wake()
                progress(0, totals.selected)
                while true {
                    let timeline = environment.timeline
                    let limit = timeline.after(.milliseconds(200))
                    let isOver = try await forwarder.settle(monitors, until: limit, on: timeline)
                    let counts = try await store.totals(of: rowIDs, batch: batch)
                    progress(counts.all - counts.pending, totals.selected)
                    if isOver || forwarder.isStopped { break }
                }
            }
        } catch let error as Forwarder.BusyError {
            throw RefusalError(description: error.description)
        }
        let counts = try await store.totals(of: rowIDs, batch: batch)
        (totals.delivered, totals.dead, totals.disabled) = (counts.delivered, counts.dead, counts.disabled)
        totals.pending = totals.selected - counts.delivered - counts.dead - counts.disabled
        for rowID in rowIDs where !totals.isComplete {
            if let row = try await store.monitor(rowID), let error = row.lastError { totals.errors[row.name] = error }
        }
        return totals
    }

    private func select(_ query: DeliveryQuery, of monitor: Int64, batch: Int64) async throws -> Int {
        var query = query
        query.after = 0
        var count = 0
        while let part = try await store.replay(query, monitor: monitor, batch: batch, now: environment.now()) {
            count += part.count
            query.after = part.last
            try Task.checkCancellation()
        }
        return count
    }
}
