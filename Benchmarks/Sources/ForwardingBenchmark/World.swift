import ExactJSON
import Monitors
import RingbackHome
import RunStore
import ScenarioFile
import SimulationAPI
import Synchronization

/// A home with a run and its monitors.
final class World: Sendable {
    let store: RunStore
    private let home: Home
    let monitors: [ForwardedMonitor]
    private let inbox: Inbox
    /// Tells the forwarder when something was enqueued.
    private let signal = Signal()

    private final class Signal: Sendable {
        let forwarder = Mutex<Forwarder?>(nil)

        func call() { forwarder.withLock { $0 }?.wake() }
    }

    init(store: RunStore, home: Home, urls: [String]) async throws {
        self.store = store
        self.home = home
        let run = try await store.insertRun(
            id: "bench",
            scenario: "s",
            target: .sandbox,
            origin: "-",
            startedAt: WallClock.now
        )
        let text = urls.enumerated().map { "- {name: m\($0), url: \"\($1)\", allow: [127.0.0.1]}\n" }.joined()
        let read = try Scenario.Monitor.parseList(text: text, file: "bench").monitors
        let prepared = try PreparedMonitor.all(read, schedule: .fast, folder: "/", environment: { _ in nil })
        monitors = try await store.register(prepared, owner: run.rowID)
        let routes = monitors.compactMap { $0.prepared.definition.route(to: $0.rowID) }
        inbox = Inbox(
            store: store,
            owner: run.rowID,
            routes: DeliveryRoutes(routes) { [signal] in signal.call() }
        )
    }

    /// Keeps events, many at once.
    func keep(_ count: Int, calls: Int, from first: Int = 0) async throws {
        var next = first
        while next < first + count {
            let end = min(first + count, next + 2000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in next..<end {
                    group.addTask { try await self.inbox.keep(Self.row(number, calls: calls)) }
                }
                try await group.waitForAll()
            }
            next = end
        }
    }

    /// An event whose identity tells when it was made.
    private static func row(_ number: Int, calls: Int) -> ReceivedEvent {
        let now = WallClock.now
        let event = SimulationEvent(
            simulationID: "sim-1",
            callID: "call-\(number % calls)",
            state: .ringing,
            timestamp: now,
            outcome: nil,
            durationMs: 1
        )
        return ReceivedEvent(
            webhookID: "msg_\(number)_\(now.milliseconds)",
            receivedAt: now,
            body: event.json.bytes,
            content: .event(event)
        )
    }

    func forward(_ body: (Forwarder) async throws -> Void) async throws {
        let lock = try RunLock(home, runID: "bench")
        try await Forwarder.with(monitors, store: store, home: home, lockID: "bench") { forwarder in
            signal.forwarder.withLock { $0 = forwarder }
            try await body(forwarder)
        }
        lock?.remove()
    }
}
