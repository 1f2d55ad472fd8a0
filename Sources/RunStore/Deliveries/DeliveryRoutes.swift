import ExactJSON
package import SimulationAPI

/// Which events go to one monitor.
package struct DeliveryRoute: Hashable, Sendable {
    package var monitor: Int64
    /// The call states; `nil` for all.
    package var states: Set<CallState>?
    /// The outcomes; `nil` for all, also if the call has none yet.
    package var outcomes: Set<CallOutcome>?

    package init(monitor: Int64, states: Set<CallState>? = nil, outcomes: Set<CallOutcome>? = nil) {
        self.monitor = monitor
        self.states = states
        self.outcomes = outcomes
    }

    /// Whether an event is forwarded.
    package func takes(_ event: SimulationEvent) -> Bool {
        if let states, !states.contains(event.state) { return false }
        guard let outcomes else { return true }
        return event.outcome.map { outcomes.contains($0) } ?? false
    }
}

/// Which events of an owner go to which monitors; the inbox enqueues them in the transaction of the event itself.
package struct DeliveryRoutes: Sendable {
    private let routes: [DeliveryRoute]
    private let notify: @Sendable () -> Void

    /// - Parameter notify: called after every commit of the inbox, on any thread.
    package init(_ routes: [DeliveryRoute], notify: @escaping @Sendable () -> Void = {}) {
        self.routes = routes
        self.notify = notify
    }

    /// The monitors that get events.
    var monitors: [Int64] { routes.map(\.monitor) }

    /// Wakes the forwarder, for which there may be new deliveries.
    package func wake() { notify() }

    /// Enqueues an event that has just been inserted as a row.
    ///
    /// It waits if an earlier event of its call waits; for a disabled monitor it is disabled at once.
    func enqueue(_ event: SimulationEvent, webhook: Int64, at moment: Timestamp, into transaction: any StoreTransaction)
        throws
    {
        for route in routes where route.takes(event) {
            try transaction.lockQueues(of: [route.monitor])
            // Different simulations use the same call ids, and do not wait for each other.
            let key = "\(event.simulationID)\u{1F}\(event.callID)"
            try transaction.execute(
                """
                INSERT INTO deliveries(monitor, webhook, callKey, batch, attempts, state, lastError, dueAt)
                SELECT rowID, ?2, ?3, 0, 0, CASE WHEN disabledReason IS NULL THEN 'pending' ELSE 'disabled' END,
                  disabledReason, CASE WHEN disabledReason IS NULL AND NOT EXISTS(
                    SELECT 1 FROM deliveries AS earlier WHERE earlier.monitor = ?1 AND earlier.callKey = ?3
                      AND earlier.state = 'pending' AND earlier.batch = 0) THEN ?4 END
                FROM monitors WHERE rowID = ?1
                """,
                [route.monitor, webhook, key, moment.milliseconds]
            )
        }
    }
}
