import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import SimulationAPI

@testable import RunStore

/// A home with a database and one run in it.
struct StoreFixture: Sendable {
    let home: Home
    let store: RunStore
    let run: Int64

    static func with(_ body: (StoreFixture) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await RunStore.with(home) { store in
                let run = try await addRun("run-1", to: store)
                try await body(StoreFixture(home: home, store: store, run: run))
            }
        }
    }

    static func addRun(_ id: String, to store: RunStore) async throws -> Int64 {
        let run = try await store.insertRun(
            id: id,
            scenario: "s",
            target: .sandbox,
            origin: "http://127.0.0.1:1",
            startedAt: Timestamp(milliseconds: 5)
        )
        return run.rowID
    }
}

extension ReceivedEvent {
    /// A row with an event of a call.
    static func event(
        _ webhookID: String,
        call: String = "call-1",
        _ state: CallState = .ringing,
        at milliseconds: Int64 = 1000,
        simulation: String = "sim-1",
        outcome: CallOutcome? = nil
    ) -> ReceivedEvent {
        let event = SimulationEvent(
            simulationID: simulation,
            callID: call,
            state: state,
            timestamp: Timestamp(milliseconds: milliseconds),
            outcome: outcome,
            durationMs: 7
        )
        return ReceivedEvent(
            webhookID: webhookID,
            receivedAt: Timestamp(milliseconds: 99),
            body: event.json.bytes,
            digest: event.json.bytes,
            content: .event(event)
        )
    }

    /// A row that is no event.
    static func quarantine(_ webhookID: String) -> ReceivedEvent {
        ReceivedEvent(
            webhookID: webhookID,
            receivedAt: Timestamp(milliseconds: 98),
            body: [0x00, 0xFF, 0x7B],
            digest: [0],
            content: .malformed("no JSON")
        )
    }
}
