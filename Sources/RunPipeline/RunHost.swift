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
/// An event names its simulation alone. One that comes before the answer to the create goes to the service's own inbox, and
/// the run takes it over as soon as it knows its simulation. Events that come meanwhile wait, so that the run has all in the
/// order in which they came.
package final class SharedReceiver: Sendable {
    /// Where the events of a simulation go.
    private enum Way {
        /// The run is taking over what came before; these have come since.
        case gathering([(event: ReceivedEvent, done: Inbox.Answer)])
        case open(EventDestination)
    }

    private let service: Inbox
    private let ways = Mutex<[String: Way]>([:])

    /// - Parameter service: the inbox of the events that belong to no run that goes on.
    package init(service: Inbox) { self.service = service }

    /// Stores an event in the inbox that it belongs to; `done` is called once, from any thread.
    package func keep(_ event: ReceivedEvent, done: @escaping Inbox.Answer) {
        guard let simulationID = event.event?.simulationID else { return service.keep(event, answer: done) }
        let destination = ways.withLock { ways -> EventDestination? in
            switch ways[simulationID] {
            case .open(let destination)?: return destination
            case .gathering(let waiting)?: ways[simulationID] = .gathering(waiting + [(event, done)])
            // Within the lock: what came before a route is in the service's inbox when that inbox settles.
            case nil: service.keep(event, answer: done)
            }
            return nil
        }
        destination?.keep(event, done)
    }

    /// From now on the events of a simulation go to the inbox of its run, and so do those that came before.
    ///
    /// - Parameter row: the newest row of the inbox before the simulation was created.
    func route(_ simulationID: String, to destination: EventDestination, since row: Int64) async throws {
        ways.withLock { $0[simulationID] = .gathering([]) }
        await service.settle()
        let adoption = await Result { try await destination.inbox.adopt(simulationID, since: row) }
        while true {
            let waiting = ways.withLock { ways in
                guard case .gathering(let waiting)? = ways[simulationID], !waiting.isEmpty else {
                    ways[simulationID] = .open(destination)
                    return [(event: ReceivedEvent, done: Inbox.Answer)]()
                }
                ways[simulationID] = .gathering([])
                return waiting
            }
            guard !waiting.isEmpty else { break }
            for (event, done) in waiting { destination.keep(event, done) }
        }
        try adoption.get()
    }

    /// Events that still come for a simulation are the service's again.
    func end(_ simulationID: String) { _ = ways.withLock { $0.removeValue(forKey: simulationID) } }
}

/// Where the events of one run go.
struct EventDestination: Sendable {
    let inbox: Inbox
    let spans: EventSpans
    /// Called after each event.
    let kept: @Sendable () -> Void

    func keep(_ event: ReceivedEvent, _ done: @escaping Inbox.Answer) {
        let span = spans.begin()
        inbox.keep(event) { result in
            done(result)
            span?.end()
            kept()
        }
    }
}
