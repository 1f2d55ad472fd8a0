import ExactJSON
import Foundation
import PostgreSQL
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Testing

@testable import RunStore

/// The databases that a store can be in; what one of them guarantees, all of them do.
enum StoreKind: CaseIterable {
    case sqlite, postgres

    /// Runs `body` with a store that has no rows.
    func with<Result>(_ home: Home, _ body: (RunStore) async throws -> Result) async throws -> Result {
        switch self {
        case .sqlite: return try await RunStore.with(home, body: body)
        case .postgres:
            var home = home
            home.store = .shared(SharedDatabase(address: try await PostgresServer.shared().freshDatabase()))
            return try await RunStore.with(home, body: body)
        }
    }
}

/// A home with a database and one run in it.
struct StoreFixture: Sendable {
    let home: Home
    let store: RunStore
    let run: Int64

    static func with(_ kind: StoreKind = .sqlite, _ body: (StoreFixture) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await kind.with(home) { store in
                let run = try await addRun("run-1", to: store)
                try await body(StoreFixture(home: store.home, store: store, run: run))
            }
        }
    }

    /// Runs `body` while another holds up what stores events.
    func whileNothingIsStored(_ body: () throws -> Void) throws {
        guard let database = store.database as? PostgresDatabase else { return try home.lock.withLock(body) }
        try database.pool.transaction(.urgent) { session in
            try session.run(script: "LOCK TABLE webhooks IN EXCLUSIVE MODE")
            try body()
        }
    }

    /// The file of a store that has one.
    func sqlite() throws -> SQLiteDatabase { try #require(store.database as? SQLiteDatabase) }

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

extension NewSubmission {
    /// A request for a run of the token `ci`.
    static func of(
        _ id: String,
        target: TargetKind = .sandbox,
        at moment: Timestamp = Timestamp(milliseconds: 1000)
    ) -> NewSubmission {
        NewSubmission(
            id: id,
            kind: .run,
            target: target,
            scenario: "s",
            token: "ci",
            key: nil,
            digest: [1],
            request: ["kind": "run"],
            at: moment,
            folder: "/tmp/\(id)"
        )
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
