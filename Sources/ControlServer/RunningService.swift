import ExactJSON
package import Logging
package import Monitors
package import RunStore
import Synchronization

/// A service that is up, as its routes see it.
package final class RunningService: Sendable {
    let store: RunStore
    private let inbox: Inbox
    private let forwarder: Forwarder
    let logger: Logger
    private let draining = Mutex(false)

    package init(store: RunStore, inbox: Inbox, forwarder: Forwarder, logger: Logger) {
        self.store = store
        self.inbox = inbox
        self.forwarder = forwarder
        self.logger = logger
    }

    /// From now on the service is not ready, since it is about to stop.
    func drain() {
        draining.withLock { $0 = true }
        logger.info("drain begun")
    }

    /// Why the service is not ready; empty if it is.
    func problems() async -> [String] {
        var problems: [String] = []
        if draining.withLock({ $0 }) { problems.append("the service is stopping") }
        if let reason = inbox.stopReason { problems.append("events cannot be stored: \(reason)") }
        if let reason = forwarder.storageError { problems.append("deliveries cannot be recorded: \(reason)") }
        var query = InboxQuery()
        query.limit = 1
        do {
            _ = try await store.inboxPage(query)
        } catch {
            problems.append("the store cannot be read: \(error)")
        }
        return problems
    }

    /// Puts one delivery back into its monitor's queue, as if it had never been sent.
    func replay(_ number: Int64) async throws {
        var query = DeliveryQuery()
        query.ids = [number]
        query.states = Set(DeliveryState.allCases)
        for monitor in try await store.monitors(with: query) {
            _ = try await store.replay(query, monitor: monitor.rowID, batch: 0, now: WallClock.now)
        }
        forwarder.wake()
    }
}
