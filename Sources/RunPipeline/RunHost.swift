package import Logging
package import RingbackHome
package import RunStore
package import SimulationAPI
import SimulationClient
import Synchronization
package import Telemetry
import Tracing
import Webhooks

/// What a service gives to a run that it hosts: the row of its queue, the open store, and its receiver.
package struct RunHost: Sendable {
    package var home: Home
    package var store: RunStore
    /// The row of the run, which a worker has claimed.
    package var row: StoredRun
    /// The name of the token that asked for the run; it stands in the audit log as it is.
    package var token: String
    /// Where events of a remote target come in.
    package var receiver: SharedReceiver
    /// The address that such a target sends events to.
    package var webhookURL: String
    /// The monitors that get the events of all runs.
    package var serviceRoutes: DeliveryRoutes?
    /// Where the run notes which simulation it has created, so that deliveries of its events are in its trace.
    package var traces: SimulationTraces?
    /// Where deliveries of the run's own monitors that failed are logged; `nil` for nowhere.
    package var logger: Logger?

    package init(
        home: Home,
        store: RunStore,
        row: StoredRun,
        token: String,
        receiver: SharedReceiver,
        webhookURL: String,
        serviceRoutes: DeliveryRoutes?,
        traces: SimulationTraces? = nil,
        logger: Logger? = nil
    ) {
        (self.traces, self.logger) = (traces, logger)
        (self.home, self.store, self.row, self.token) = (home, store, row, token)
        (self.receiver, self.webhookURL, self.serviceRoutes) = (receiver, webhookURL, serviceRoutes)
    }
}

/// The receiver of a service, which the runs that it hosts share: each event goes to the inbox of its run.
///
/// An event says its simulation alone. One that comes before the answer to the create goes to the service's own inbox, and
/// the run takes it over as soon as it knows its simulation.
package final class SharedReceiver: Sendable {
    /// Where the events of one run go.
    struct Destination: Sendable {
        let inbox: Inbox
        let spans: EventSpans
        /// Called after each event that was stored and ends a call.
        let callEnded: @Sendable () -> Void
    }

    private let service: Inbox
    private let destinations = Mutex<[String: Destination]>([:])

    /// - Parameter service: the inbox of the events that belong to no run that goes on.
    package init(service: Inbox) { self.service = service }

    /// Stores an event in the inbox that it belongs to; `done` is called once, from any thread.
    package func keep(_ event: ReceivedEvent, done: @escaping Inbox.Answer) {
        let found = event.event.flatMap { event in destinations.withLock { $0[event.simulationID] } }
        guard let found else { return service.keep(event, answer: done) }
        let (span, isFinal) = (found.spans.begin(), event.event?.state.isFinal == true)
        found.inbox.keep(event) { result in
            done(result)
            span?.end()
            if isFinal { found.callEnded() }
        }
    }

    /// From now on the events of a simulation go to the inbox of its run, and so do those that came before.
    ///
    /// - Parameter row: the newest row of the inbox before the simulation was created.
    func route(_ simulationID: String, to destination: Destination, since row: Int64) async throws {
        destinations.withLock { $0[simulationID] = destination }
        // Those that came before this line are in the service's inbox once it has settled.
        await service.settle()
        try await destination.inbox.adopt(simulationID, since: row)
    }

    /// Events that still come for a simulation are the service's again.
    func end(_ simulationID: String) { _ = destinations.withLock { $0.removeValue(forKey: simulationID) } }
}
