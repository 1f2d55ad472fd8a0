import ExactJSON
import RingbackHome
import RingbackTestKit
import RunStore
import SimulationAPI
import Synchronization
import Testing

@testable import RunPipeline

/// The receiver of a service gives each event to the run that it belongs to, whenever the run learns of its simulation.
@Suite(.timeLimit(.minutes(5)))
struct SharedReceiverTests {
    private static func event(_ id: String, _ simulation: String, _ state: CallState = .completed) -> ReceivedEvent {
        let event = SimulationEvent(
            simulationID: simulation,
            callID: "call-\(id)",
            state: state,
            timestamp: Timestamp(milliseconds: 1000),
            outcome: .answered,
            durationMs: 5
        )
        return ReceivedEvent(
            webhookID: id,
            receivedAt: Timestamp(milliseconds: 99),
            body: event.json.bytes,
            digest: event.json.bytes,
            content: .event(event)
        )
    }

    private static func keep(_ event: ReceivedEvent, _ receiver: SharedReceiver) async throws {
        try await withCheckedThrowingContinuation { continuation in
            receiver.keep(event) { continuation.resume(with: $0.mapError { $0 as any Error }) }
        }
    }

    @Test func eventsBeforeAndAfterTheAnswerAreTheRuns() async throws {
        try await TemporaryFolder.with { folder in
            try await RunStore.with(try Home(path: folder)) { store in
                let row = try await store.insertRun(
                    id: "run-1",
                    scenario: "s",
                    target: .cxone,
                    origin: "http://127.0.0.1:1",
                    startedAt: Timestamp(milliseconds: 5)
                )
                let (service, own) = (
                    Inbox(store: store, owner: InboxOwner.service), Inbox(store: store, owner: row.rowID)
                )
                let receiver = SharedReceiver(service: service)
                let kept = Mutex(0)
                let newest = try await store.lastWebhook()
                try await Self.keep(Self.event("early", "sim-1"), receiver)
                try await receiver.route(
                    "sim-1",
                    to: EventDestination(inbox: own, spans: EventSpans()) { kept.withLock { $0 += 1 } },
                    since: newest
                )
                try await Self.keep(Self.event("late", "sim-1"), receiver)
                try await Self.keep(Self.event("ringing", "sim-1", .ringing), receiver)
                try await Self.keep(Self.event("other", "sim-2"), receiver)
                #expect(own.counts.events == ["sim-1": 3] && own.endedCalls == 2)
                // The run is told of each event from now on; it looks at the others by itself.
                #expect(kept.withLock { $0 } == 2)
                receiver.end("sim-1")
                try await Self.keep(Self.event("after", "sim-1"), receiver)
                #expect(own.counts.events == ["sim-1": 3])
                let page = try await store.inboxPage(InboxQuery())
                #expect(page.items.filter { $0.runID == nil }.map(\.webhookID) == ["after", "other"])
            }
        }
    }

    /// Events that come while a run takes over earlier ones are not forwarded before these, and none is missed.
    @Test func theOrderOfArrivalIsThatOfTheDeliveries() async throws {
        try await TemporaryFolder.with { folder in
            try await RunStore.with(try Home(path: folder)) { store in
                let row = try await store.insertRun(
                    id: "run-1",
                    scenario: "s",
                    target: .cxone,
                    origin: "http://127.0.0.1:1",
                    startedAt: Timestamp(milliseconds: 5)
                )
                let monitor = try await store.register([(name: "qa", definition: "{}")], owner: row.rowID)[0]
                let service = Inbox(store: store, owner: InboxOwner.service)
                let own = Inbox(
                    store: store,
                    owner: row.rowID,
                    routes: DeliveryRoutes([DeliveryRoute(monitor: monitor)])
                )
                let receiver = SharedReceiver(service: service)
                let names = (0..<4000).map { "\($0)" }
                // These wait for the disk while the run learns of its simulation.
                for name in names[..<2000] { receiver.keep(Self.event(name, "sim-1")) { _ in } }
                async let routed: Void = receiver.route(
                    "sim-1",
                    to: EventDestination(inbox: own, spans: EventSpans()) {},
                    since: 0
                )
                for (place, name) in names[2000...].enumerated() {
                    receiver.keep(Self.event(name, "sim-1")) { _ in }
                    if place.isMultiple(of: 100) { try await Task.sleep(for: .milliseconds(1)) }
                }
                try await routed
                await own.settle()
                #expect(own.counts.events == ["sim-1": names.count])
                var query = DeliveryQuery()
                query.limit = names.count
                #expect(try await store.deliveries(query).items.map(\.webhookID) == names)
            }
        }
    }
}
