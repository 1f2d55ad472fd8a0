import ExactJSON
import Foundation
import GRDB
import PostgreSQL
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import RunStore

@Suite("RunStore", .timeLimit(.minutes(5)))
struct RunStoreTests {
    @Test func theDatabaseIsForItsOwnerOnly() async throws {
        try await StoreFixture.with { fixture in
            let files = try FileSystem.names(in: fixture.home.path).filter { $0.hasPrefix("ringback.sqlite") }
            #expect(files.contains("ringback.sqlite") && files.contains("ringback.sqlite-wal"))
            for file in files {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(fixture.home.path)/\(file)")
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
            }
        }
    }

    /// The answer to a commit can be lost, so that the same is done again.
    @Test(arguments: StoreKind.allCases) func aRunThatIsAddedTwiceIsOneRun(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let runs = try await [1, 2].asyncMap { _ in try await StoreFixture.addRun("run-2", to: fixture.store) }
            #expect(runs[0] == runs[1] && runs[0] != fixture.run)
        }
    }

    /// A server that goes away in the middle of many rows is read again, from the first of them.
    @Test func manyRowsAreReadAgainFromTheirBeginning() async throws {
        try await StoreFixture.with(.postgres) { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            for number in 0..<200 { try await inbox.keep(.event("id-\(number)", call: "call-\(1000 + number)")) }
            let lease = try #require(try await fixture.store.takeLease("run-1").lease)
            let store = fixture.store.under(lease)
            let (tries, server) = (Shared(0), try await PostgresServer.shared())
            guard case .shared(let place) = fixture.home.store else { return }
            let killer = try PostgresSession(to: server.address())
            let name = place.address.split(separator: "/").last ?? ""
            let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '\(name)'"
            let calls = try await store.rereading {
                tries.withLock { $0 += 1 }
                let calls = Shared<[String]>([])
                try await store.eachRow("SELECT callId, repeat('x', 200000) FROM webhooks ORDER BY rowID", []) { row in
                    calls.withLock { $0.append(row[0]) }
                    if tries.withLock({ $0 }) == 1, calls.withLock({ $0.count }) == 5 { _ = try killer.run(end) }
                }
                return calls.withLock { $0 }
            }
            #expect(tries.withLock { $0 } == 2 && calls == (0..<200).map { "call-\(1000 + $0)" })
        }
    }

    /// Work that went on for longer than a failure may last is tried again too, once it fails.
    @Test func patienceBeginsWithTheFirstFailure() {
        var retry = StoreRetry(patience: .milliseconds(200))
        usleep(300_000)
        #expect(retry.next() != nil, "the work before the failure counts")
        usleep(300_000)
        #expect(retry.next() == nil)
        let (patience, now) = (StorePatience(.seconds(300)), ContinuousClock.now)
        #expect(patience.end(since: now) == now + .seconds(300))
        patience.shorten()
        #expect(patience.end(since: now) < now + StorePatience.whenStopped + .seconds(5))
    }

    @Test func everyCommitIsSynced() async throws {
        try await StoreFixture.with { fixture in
            let synchronous = try await fixture.sqlite().pool.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            let mode = try await fixture.sqlite().pool.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
            #expect(synchronous == 2)
            #expect(mode == "wal")
        }
    }

    @Test func aFileThatIsNoDatabaseIsRefused() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try Data(repeating: 7, count: 5000).write(to: URL(filePath: home.databasePath))
            await #expect(throws: DatabaseFailure.self) { try await RunStore.with(home) { _ in } }
        }
    }

    @Test func aDatabaseThatIsALinkIsRefused() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try FileManager.default.createSymbolicLink(
                atPath: home.databasePath,
                withDestinationPath: "\(folder)/elsewhere"
            )
            await #expect(throws: FileError("open", home.databasePath, ELOOP)) {
                try await RunStore.with(home) { _ in }
            }
        }
    }

    @Test func runsAreKeptAcrossOpenings() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let start = Timestamp(milliseconds: 1_700_000_000_000)
            try await RunStore.with(home) { store in
                func insert() async throws -> StoredRun {
                    try await store.insertRun(
                        id: "a",
                        scenario: "s",
                        target: .cxone,
                        origin: "https://x.example",
                        startedAt: start
                    )
                }
                var run = try await insert()
                #expect(run.rowID == 1)
                #expect(run.state == .running)
                run.state = .passed
                run.simulationId = "sim-9"
                run.finishedAt = 8
                run.exitCode = 0
                try await store.update(run)
                await #expect(throws: DatabaseFailure.self) { try await insert() }
            }
            try await RunStore.with(home) { store in
                let run = try #require(try await store.run(id: "a"))
                #expect(
                    run.state == .passed && run.target == .cxone && run.simulationId == "sim-9" && run.exitCode == 0
                )
                #expect(run.startedAt == start.milliseconds && run.finishedAt == 8)
                #expect(try await store.run(id: "b") == nil)
            }
        }
    }

    private static func inDatabase<Result>(_ home: Home, _ body: (Database) throws -> Result) throws -> Result {
        let queue = try DatabaseQueue(path: home.databasePath)
        defer { try? queue.close() }
        return try queue.inDatabase(body)
    }

    @Test(
        arguments: [
            (
                4,
                "and formats of versions before the first release are not converted; move the home away, or choose "
                    + "another with --home"
            ),
            (Schema.version + 1, "use the newer program"), (99, "use the newer program"),
        ]
    ) func aDatabaseOfAnotherFormatIsRefused(_ format: Int, _ advice: String) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await RunStore.with(home) { _ in }
            try Self.inDatabase(home) { try $0.execute(sql: "PRAGMA user_version = \(format)") }
            let writing = await #expect(throws: Schema.VersionError.self) { try await RunStore.with(home) { _ in } }
            let description = try #require(writing?.description)
            #expect(description.hasPrefix("the database has format \(format), this version writes \(Schema.version)"))
            #expect(description.hasSuffix(advice))
            let reading = await #expect(throws: Schema.VersionError.self) {
                try await InboxReader(home).page(InboxQuery())
            }
            #expect(reading?.description == description)
            #expect(try Self.inDatabase(home) { try Int.fetchOne($0, sql: "PRAGMA user_version") } == format)
        }
    }

    /// Format 5 had one row for each identity, so another body under it had no place.
    @Test(arguments: 5..<Schema.version) func aDatabaseOfAFormatBeforeIsBroughtUpToDate(_ older: Int) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let queue = try DatabaseQueue(path: home.databasePath)
            try Schema.migrator.migrate(queue, upTo: "\(older)")
            let event = ReceivedEvent.event("a", .ringing)
            let run = try await queue.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO runs(id, scenario, target, origin, state, startedAt)
                        VALUES('run-1', 's', 'sandbox', 'http://127.0.0.1:1', 'running', 5)
                        """
                )
                let run = database.lastInsertedRowID
                try database.execute(
                    sql: """
                        INSERT INTO webhooks(owner, source, webhookId, receivedAt, simulationId, callId, state, digest, body)
                        VALUES(?, ?, 'a', 99, 'sim-1', 'call-1', 'ringing', ?, ?)
                        """,
                    arguments: [run, event.scheme.rawValue, Data(event.digest), Data(event.body)]
                )
                return run
            }
            try queue.close()
            #expect(try await InboxReader(home).page(InboxQuery()).items.count == 1)
            try await RunStore.with(home) { store in
                try await Inbox(store: store, owner: run).keep(.event("a", .completed))
                let page = try await store.inboxPage(InboxQuery())
                #expect(page.items.map(\.state) == [.quarantined, .unknown])
            }
            let format = try Self.inDatabase(home) { try Int.fetchOne($0, sql: "PRAGMA user_version") }
            #expect(format == Schema.version)
        }
    }

    /// If the tables cannot be made, nothing of them is left, and the format is not claimed.
    @Test func theSchemaIsMadeAsAWhole() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try Self.inDatabase(home) { try $0.execute(sql: "CREATE TABLE deliveries(rowID INTEGER)") }
            await #expect(throws: DatabaseFailure.self) { try await RunStore.with(home) { _ in } }
            let (format, tables) = try Self.inDatabase(home) { database in
                (
                    try Int.fetchOne(database, sql: "PRAGMA user_version"),
                    try String.fetchAll(
                        database,
                        sql: "SELECT name FROM sqlite_master WHERE name IN ('runs', 'webhooks')"
                    )
                )
            }
            #expect(format == 0 && tables.isEmpty)
        }
    }

    @Test func anErrorOfTheBodyIsPassedOnAndTheDatabaseClosed() async throws {
        struct Stop: Error {}
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            await #expect(throws: Stop.self) { try await RunStore.with(home) { _ in throw Stop() } }
            // The last connection that closes removes the log.
            #expect(try !FileSystem.names(in: folder).contains("ringback.sqlite-wal"))
        }
    }

    @Test(arguments: StoreKind.allCases) func eventsComeCallByCallInTheOrderOfArrival(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            let other = Inbox(store: fixture.store, owner: try await StoreFixture.addRun("run-2", to: fixture.store))
            let rows: [ReceivedEvent] = [
                .event("1", call: "b", .completed, at: 5, outcome: .noAnswer), .event("2", call: "a", .ringing, at: 9),
                .event("3", call: "b", .dialing, at: 1), .quarantine("4"), .event("5", call: "a", .dialing, at: 2),
                .event("6", call: "a", .dialing, simulation: "other"),
            ]
            for row in rows { try await inbox.keep(row) }
            try await other.keep(.event("7", call: "a", .dialing))
            let found = Mutex<[String]>([])
            try await fixture.store.eachEventByCall(run: fixture.run, simulationID: "sim-1") { stored in
                let event = stored.event
                let outcome = event.outcome?.rawValue ?? "-"
                let text = "\(stored.rowID) \(event.callID) \(event.state) \(event.timestamp.milliseconds) \(outcome)"
                found.withLock { $0.append(text) }
                #expect(event.simulationID == "sim-1" && event.durationMs == 7)
            }
            #expect(
                found.withLock { $0 } == [
                    "2 a ringing 9 -", "5 a dialing 2 -", "1 b completed 5 no-answer", "3 b dialing 1 -",
                ]
            )
            #expect(
                try await fixture.store.eventSpan(run: fixture.run, simulationID: "sim-1")
                    == Timestamp(milliseconds: 1)...Timestamp(milliseconds: 9)
            )
            #expect(try await fixture.store.eventSpan(run: fixture.run, simulationID: "none") == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func boundariesComeInTheOrderOfTimeEndsFirst(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            let rows: [ReceivedEvent] = [
                .event("1", call: "long", .dialing, at: 0), .event("2", call: "long", .completed, at: 10),
                .event("3", call: "next", .completed, at: 20), .event("4", call: "next", .ringing, at: 10),
                .event("5", call: "blink", .dialing, at: 10), .event("6", call: "blink", .completed, at: 10),
                .event("7", call: "open", .ringing, at: 10), .event("8", call: "only final", .abandoned, at: 4),
                // A second final event: the call is up until the later one.
                .event("9", call: "next", .abandoned, at: 15),
            ]
            for row in rows { try await inbox.keep(row) }
            let found = Mutex<[String]>([])
            try await fixture.store.eachCallBoundary(run: fixture.run, simulationID: "sim-1") { boundary in
                found.withLock { $0.append("\(boundary.timestamp.milliseconds) \(boundary.kind)") }
            }
            #expect(
                found.withLock { $0 } == [
                    "0 start", "4 blink", "10 end", "10 blink", "10 start", "10 start", "20 end",
                ]
            )
        }
    }

    @Test(arguments: StoreKind.allCases) func anErrorOfAReaderEndsTheReading(_ kind: StoreKind) async throws {
        struct Stop: Error {}
        try await StoreFixture.with(kind) { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            for number in 0..<3 { try await inbox.keep(.event("\(number)", .completed)) }
            let seen = Mutex(0)
            await #expect(throws: Stop.self) {
                try await fixture.store.eachEventByCall(run: fixture.run, simulationID: "sim-1") { _ in
                    seen.withLock { $0 += 1 }
                    throw Stop()
                }
            }
            #expect(seen.withLock { $0 } == 1)
        }
    }
}
