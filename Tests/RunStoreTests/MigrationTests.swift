import ExactJSON
import GRDB
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import RunStore

/// Databases of other versions of the program.
@Suite("Migration", .timeLimit(.minutes(5)))
struct MigrationTests {
    private static func inDatabase<Result>(_ home: Home, _ body: (Database) throws -> Result) throws -> Result {
        let queue = try DatabaseQueue(path: home.databasePath)
        defer { try? queue.close() }
        return try queue.inDatabase(body)
    }

    private static func format(_ home: Home) throws -> Int? {
        try inDatabase(home) { try Int.fetchOne($0, sql: "PRAGMA user_version") }
    }

    /// Everything that the database is made of, as SQL.
    private static func schema(_ home: Home) throws -> [String] {
        try inDatabase(home) { database in
            try String.fetchAll(
                database,
                sql: "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_master ORDER BY type, name"
            )
        }
    }

    private static func events(_ store: RunStore, run: Int64, _ simulation: String) async throws -> [String] {
        let found = Mutex<[String]>([])
        try await store.eachEventByCall(run: run, simulationID: simulation) { stored in
            let (event, outcome) = (stored.event, stored.event.outcome?.rawValue ?? "-")
            let text = "\(stored.number) \(event.callID) \(event.state) \(event.timestamp.milliseconds) \(outcome)"
            found.withLock { $0.append("\(text) \(event.durationMs)") }
        }
        return found.withLock { $0 }
    }

    @Test(arguments: [1, 2, 3]) func whatAnOlderVersionReceivedIsKept(_ format: Int) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try OldDatabase.make(format: format, in: home)
            if format < 3 {
                let early = await #expect(throws: InboxReader.ReadError.self) {
                    try await InboxReader(home).page(InboxQuery())
                }
                #expect(early?.description.hasSuffix("has format \(format); the next run brings it up to date") == true)
            } else {
                // Its tables for what was received are those of today.
                #expect(try await InboxReader(home).page(InboxQuery()).items.count == 5)
            }
            #expect(try Self.format(home) == format)
            try await RunStore.with(home) { store in
                let items = try await store.inboxPage(InboxQuery()).items
                #expect(items.map(\.number) == [16, 15, 13, 12, 11])
                #expect(items.map(\.webhookID) == ["d", "c", "a", "b", "a"])
                #expect(items.map(\.state) == [.unknown, .accepted, .accepted, .quarantined, .accepted])
                #expect(items.map(\.runID) == ["run-4", "run-4", "run-7", "run-4", "run-4"])
                #expect(items.allSatisfy { $0.source == "standard" })
                #expect(
                    try await Self.events(store, run: 4, "sim-1") == [
                        "11 c-1 ringing 60 - 70", "15 c-1 completed 63 busy 73",
                    ]
                )
                #expect(try await Self.events(store, run: 7, "sim-2") == ["13 c-1 dialing 62 - 72"])
                let counts = try await store.counts(owner: 4)
                #expect(counts.events == ["sim-1": 2, "other": 1] && counts.quarantined == 1)
                #expect(counts.endedCalls == ["sim-1": 1])
                let run = try #require(try await store.run(id: "run-4"))
                #expect(run.number == 4 && run.state == "passed" && run.finishedAt == 9 && run.exitCode == 0)
            }
            #expect(try Self.format(home) == 4)
            let ofServices = try Self.inDatabase(home) { database in
                try Int.fetchOne(database, sql: "SELECT count(*) FROM endedCalls WHERE owner = 0")
            }
            #expect(ofServices == 0)
            let entries = try await InboxReader(home).entries(webhookID: "a")
            #expect(entries.map(\.body) == [[0x7B, 0x01], [0x7B, 0x02]])
            #expect(entries.allSatisfy { $0.digest == nil && $0.headers == nil })
        }
    }

    @Test(arguments: [1, 2, 3]) func whatComesAgainIsKnown(_ format: Int) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try OldDatabase.make(format: format, in: home)
            try await RunStore.with(home) { store in
                let inbox = try await Inbox.opened(store, owner: 4)
                try await inbox.keep(.event("c", call: "c-1", .completed))
                #expect(inbox.counts.duplicates == 1 && inbox.counts.unique == 4 && inbox.endedCalls == 1)
                // Of the same call as one that had ended: not a second end.
                try await inbox.keep(.event("e", call: "c-1", .completed))
                #expect(inbox.counts.duplicates == 1 && inbox.counts.unique == 5 && inbox.endedCalls == 1)
                // What another run has is new here.
                let other = try await Inbox.opened(store, owner: 7)
                try await other.keep(.event("c", call: "c-1", .completed, simulation: "sim-2"))
                #expect(other.counts.duplicates == 0 && other.endedCalls == 1)
            }
        }
    }

    @Test func slotsAndIntentsStay() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try OldDatabase.make(format: 2, in: home)
            try await RunStore.with(home) { store in
                let tickets = try await store.tickets(pool: "p")
                #expect(tickets.map(\.runId) == ["run-7", "run-8"] && tickets.map(\.held) == [true, false])
                #expect(tickets.first?.simulationId == "sim-2" && tickets.first?.intendedAt == 77)
                let next = try await store.takeSlot(runID: "run-8", capacity: 1) { _ in true }
                #expect(next == .waiting(ahead: 0))
                #expect(try await store.run(id: "run-7")?.intent == #"{"version":1}"#)
            }
            let turns = try Self.inDatabase(home) { try Int.fetchAll($0, sql: "SELECT turn FROM slotTurns") }
            #expect(turns == [6])
        }
    }

    /// A database that was brought up to date is one that was made today, but for its rows.
    @Test(arguments: [1, 2, 3]) func oldAndNewAreMadeOfTheSame(_ format: Int) async throws {
        try await TemporaryFolder.with { folder in
            let (old, new) = (try Home(path: "\(folder)/old"), try Home(path: "\(folder)/new"))
            try OldDatabase.make(format: format, in: old)
            for home in [old, new] { try await RunStore.with(home) { _ in } }
            #expect(try Self.schema(old) == Self.schema(new))
            try Self.inDatabase(old) { database in
                #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
                try database.checkForeignKeys()
            }
        }
    }

    /// Whatever stands in the way, the older program can still read what it wrote.
    @Test func whatCannotBeBroughtUpToDateStaysAsItWas() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try OldDatabase.make(format: 2, in: home)
            try Self.inDatabase(home) { try $0.execute(sql: "CREATE TABLE deliveries(number INTEGER)") }
            let before = try Self.schema(home)
            await #expect(throws: DatabaseError.self) { try await RunStore.with(home) { _ in } }
            #expect(try Self.format(home) == 2)
            #expect(try Self.schema(home) == before)
            let bodies = try Self.inDatabase(home) { try Int.fetchOne($0, sql: "SELECT count(body) FROM webhooks") }
            #expect(bodies == 5)
        }
    }

    @Test(arguments: [5, 99]) func aDatabaseOfANewerProgramIsRefused(_ format: Int) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await RunStore.with(home) { _ in }
            try Self.inDatabase(home) { try $0.execute(sql: "PRAGMA user_version = \(format)") }
            let words = "the database has format \(format), this version writes 4; use the newer program"
            let writing = await #expect(throws: Schema.VersionError.self) { try await RunStore.with(home) { _ in } }
            #expect(writing?.description == words)
            let reading = await #expect(throws: Schema.VersionError.self) {
                try await InboxReader(home).page(InboxQuery())
            }
            #expect(reading?.description == words)
            #expect(try Self.format(home) == format)
        }
    }
}
