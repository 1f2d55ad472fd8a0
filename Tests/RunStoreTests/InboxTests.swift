import ExactJSON
import Foundation
import GRDB
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import RunStore

@Suite("Inbox", .timeLimit(.minutes(5)))
struct InboxTests {
    @Test func whatIsKeptIsThereForEveryOtherReader() async throws {
        try await StoreFixture.with { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            let reader = try DatabaseQueue(path: fixture.home.databasePath)
            for number in 1...20 {
                try await inbox.keep(.event("msg-\(number)"))
                let rows = try await reader.read { database in
                    try Int.fetchOne(database, sql: "SELECT count(*) FROM webhooks")
                }
                #expect(rows == number)
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func countsAreRight(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            #expect(inbox.counts == Inbox.Counts())
            let rows: [ReceivedEvent] = [
                .event("a", call: "1", .dialing), .event("b", call: "1", .completed, outcome: .busy),
                .event("b", call: "1", .completed, outcome: .busy),  // The same delivery again.
                .event("c", call: "1", .completed, outcome: .busy),  // The same call ends again, under another id.
                .event("d", call: "2", .abandoned, outcome: .answered), .quarantine("e"), .quarantine("e"),
                .event("f", call: "1", .completed, simulation: "other", outcome: .busy),
            ]
            for row in rows { try await inbox.keep(row) }
            var expected = Inbox.Counts()
            expected.received = 6
            expected.unique = 5
            expected.duplicates = 1
            expected.quarantined = 1
            expected.events = ["sim-1": 4, "other": 1]
            expected.endedCalls = ["sim-1": 2, "other": 1]
            #expect(inbox.counts == expected)
        }
    }

    /// Values lie side by side while a row is written, as long as there is room; what is larger takes another way.
    @Test(arguments: StoreKind.allCases) func bytesOfAnyLengthComeBackAsTheyWere(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            let sizes = [0, 1, 170, 15_000, 16_000, 16_384, 16_385, 40_000, 0, 256 * 1024, 3]
            await withThrowingTaskGroup(of: Void.self) { tasks in
                for (number, size) in sizes.enumerated() {
                    var row = ReceivedEvent.quarantine("msg-\(number)")
                    row.body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
                    row.headers = String(repeating: "h", count: size / 20)
                    row.digest = Array(repeating: UInt8(number), count: 32)
                    let made = row
                    tasks.addTask { try await inbox.keep(made) }
                }
            }
            for (number, size) in sizes.enumerated() {
                let entries = try await InboxReader(fixture.home).entries(webhookID: "msg-\(number)")
                let entry = try #require(entries.first)
                #expect(entry.body == (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) })
                #expect(entry.headers == String(repeating: "h", count: size / 20))
                #expect(entry.digest == Array(repeating: UInt8(number), count: 32) && entry.item.reason == "no JSON")
            }
        }
    }

    /// What comes under one identity, in order, and what is stored of it: the state of the call, or why it is in quarantine.
    @Test(arguments: [
        ([ReceivedEvent.event("a", .ringing), .event("a", .ringing)], ["ringing"], [2, 1, 1, 0]),
        ([.event("a", .ringing), .event("a", .completed)], ["ringing", "identity_reused"], [1, 1, 0, 1]),
        (
            [.event("a", .ringing), .event("a", .completed), .event("a", .completed), .event("a", .ringing)],
            ["ringing", "identity_reused"], [2, 1, 1, 1]
        ),
        (
            [.event("a", .ringing), .event("a", .completed), .event("a", .abandoned)],
            ["ringing", "identity_reused", "identity_reused"], [1, 1, 0, 2]
        ),
        ([.event("a", .ringing), .quarantine("a"), .quarantine("a")], ["ringing", "no JSON"], [1, 1, 0, 1]),
        // A sender that was told that its body is not an event may correct it.
        ([.quarantine("a"), .event("a", .ringing), .quarantine("a")], ["no JSON", "ringing"], [1, 1, 0, 1]),
    ])
    func nothingUnderAnIdentityIsLost(_ rows: [ReceivedEvent], _ stored: [String], _ counts: [Int]) async throws {
        try await StoreFixture.with { fixture in
            let reused = Shared<[String]>([])
            let inbox = Inbox(
                store: fixture.store,
                owner: fixture.run,
                onReuse: { id in reused.withLock { $0.append(id) } }
            )
            for row in rows { try await inbox.keep(row) }
            let entries = try await InboxReader(fixture.home).entries(webhookID: "a")
            let words = try entries.map { entry in
                try entry.item.reason ?? SimulationEvent(body: entry.body).state.rawValue
            }
            #expect(words == stored)
            let now = inbox.counts
            #expect([now.received, now.unique, now.duplicates, now.quarantined] == counts)
            let times = stored.count { $0 == Inbox.identityReused }
            #expect(now.identityReused == times && reused.withLock { $0 } == Array(repeating: "a", count: times))
            let opened = try await fixture.store.counts(owner: fixture.run)
            #expect(opened.unique == counts[1] && opened.quarantined == counts[3])
            // Reading it again cannot make a second event of the identity.
            #expect(try await fixture.store.replayQuarantine().accepted.isEmpty)
            #expect(try await InboxReader(fixture.home).entries(webhookID: "a").count == stored.count)
        }
    }

    @Test(arguments: StoreKind.allCases) func theFirstDeliveryOfAnIdentityStays(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            try await inbox.keep(.event("a", .ringing))
            try await inbox.keep(.event("a", .completed))
            try await inbox.keep(.quarantine("a"))
            let kept = Mutex<[CallState]>([])
            try await fixture.store.eachEventByCall(run: fixture.run, simulationID: "sim-1") { stored in
                kept.withLock { $0.append(stored.event.state) }
            }
            #expect(kept.withLock { $0 } == [.ringing])
            #expect(inbox.counts.endedCalls == [:])
        }
    }

    @Test(arguments: StoreKind.allCases) func identitiesAreUniqueWithinARunOnly(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let other = try await StoreFixture.addRun("run-2", to: fixture.store)
            let inboxes = [fixture.run, other].map { Inbox(store: fixture.store, owner: $0) }
            for inbox in inboxes { try await inbox.keep(.event("same")) }
            #expect(inboxes.map(\.counts.unique) == [1, 1])
            #expect(inboxes.map(\.counts.duplicates) == [0, 0])
        }
    }

    @Test(arguments: StoreKind.allCases) func quarantineKeepsTheBytesAndTheReason(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            try await inbox.keep(.quarantine("q"))
            try await inbox.keep(.event("e"))
            let found = Mutex<[String]>([])
            try await fixture.store.eachDelivery(run: fixture.run) { id, receivedAt, reason, raw in
                found.withLock { $0.append("\(id) \(receivedAt.milliseconds) \(reason ?? "-") \(raw.prefix(3))") }
            }
            #expect(found.withLock { $0 } == ["q 98 no JSON [0, 255, 123]", "e 99 - [123, 34, 115]"])
        }
    }

    @Test func whatComesDuringACommitIsOneBatch() async throws {
        try await StoreFixture.with { fixture in
            let commits = CommitCounter()
            try fixture.sqlite().pool.add(transactionObserver: commits)
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            let started = Shared(0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await HeldLock.with(fixture.home) {
                    for number in 0..<200 {
                        group.addTask {
                            started.withLock { $0 += 1 }
                            try await inbox.keep(.event("msg-\(number)"))
                        }
                    }
                    try await eventually { started.withLock { $0 } == 200 }
                }
                try await group.waitForAll()
            }
            #expect(inbox.counts.unique == 200)
            // One batch while the lock was held, one of what came meanwhile; a late task or two may follow.
            #expect(commits.count <= 20)
        }
    }

    @Test(arguments: StoreKind.allCases) func tooManyWaitingAreRefusedAndTheOthersKept(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run, limits: InboxLimits(rows: 3))
            let refused = Shared(0)
            let kept = try await withThrowingTaskGroup(of: Int.self) { group in
                try await HeldLock.with(fixture.home) {
                    for number in 0..<20 {
                        group.addTask {
                            do {
                                try await inbox.keep(.event("msg-\(number)"))
                                return 1
                            } catch InboxRefusal.full {
                                refused.withLock { $0 += 1 }
                                return 0
                            }
                        }
                    }
                    // At most three are being written and three wait.
                    try await eventually { refused.withLock { $0 } >= 14 }
                }
                return try await group.reduce(0, +)
            }
            #expect(kept == 20 - refused.withLock { $0 })
            #expect((3...6).contains(kept))
            #expect(inbox.counts.received == kept)
            // There is room again.
            try await inbox.keep(.event("later"))
            #expect(inbox.counts.received == kept + 1)
        }
    }

    @Test func twoProgramsOnOneHomeLoseNothing() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let perStore = 150
            try await withThrowingTaskGroup(of: Void.self) { group in
                for program in 0..<2 {
                    group.addTask {
                        try await RunStore.with(home) { store in
                            let run = try await StoreFixture.addRun("run-\(program)", to: store)
                            let inbox = Inbox(store: store, owner: run)
                            try await withThrowingTaskGroup(of: Void.self) { keepers in
                                for keeper in 0..<10 {
                                    keepers.addTask {
                                        for number in 0..<perStore / 10 {
                                            try await inbox.keep(.event("msg-\(keeper)-\(number)"))
                                        }
                                    }
                                }
                                try await keepers.waitForAll()
                            }
                            #expect(inbox.counts.unique == perStore)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let reader = try DatabaseQueue(path: home.databasePath)
            let rows = try await reader.read { database in
                try Int.fetchAll(database, sql: "SELECT count(*) FROM webhooks GROUP BY owner")
            }
            #expect(rows == [perStore, perStore])
            let check = try await reader.read { database in
                try String.fetchOne(database, sql: "PRAGMA integrity_check")
            }
            #expect(check == "ok")
        }
    }
}

/// Counts commits of a database.
private final class CommitCounter: TransactionObserver, Sendable {
    private let commits = Mutex(0)
    var count: Int { commits.withLock { $0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ db: Database) { commits.withLock { $0 += 1 } }
    func databaseDidRollback(_ db: Database) {}
}

/// The lock of a home, held by a thread of its own while a scope runs.
private enum HeldLock {
    static func with(_ home: Home, body: () async throws -> Void) async throws {
        let release = DispatchSemaphore(value: 0)
        let lock = home.lock
        let (held, input) = AsyncStream<Void>.makeStream()
        let holder = Task {
            try await BlockingWork.run {
                try lock.withLock {
                    input.yield()
                    release.wait()
                }
            }
        }
        for await _ in held { break }
        do {
            try await body()
        } catch {
            release.signal()
            throw error
        }
        release.signal()
        try await holder.value
    }
}
