import ExactJSON
import Foundation
import GRDB
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Statistics
import Testing

@testable import RunStore

@Suite("InboxQuery", .timeLimit(.minutes(5)))
struct InboxQueryTests {
    /// Two runs and the service, each with something of every kind.
    private static func with(_ body: (StoreFixture, InboxReader) async throws -> Void) async throws {
        try await StoreFixture.with { fixture in
            try await fixture.store.setSimulation("sim-1", of: "run-1")
            let second = try await StoreFixture.addRun("run-2", to: fixture.store)
            let runs = [
                try await Inbox.opened(fixture.store, owner: fixture.run), Inbox(store: fixture.store, owner: second),
                try await Inbox.opened(fixture.store, owner: InboxOwner.service),
            ]
            var row = ReceivedEvent.event("a")
            row.headers = "content-type: application/json\n"
            row.digest = [1, 2, 255]
            try await runs[0].keep(row)
            row.webhookID = "b"
            if case .event(var event) = row.content {
                event.simulationID = "sim-2"
                row.content = .event(event)
            }
            try await runs[0].keep(row)
            var strange = ReceivedEvent.quarantine("c")
            strange.headers = "user-agent: x\n"
            try await runs[0].keep(strange)
            try await runs[1].keep(.event("a"))
            try await runs[2].keep(.event("a"))
            try await runs[2].keep(.event("d", simulation: "sim-9"))
            row.scheme = .gitHub
            row.webhookID = "a"
            try await runs[0].keep(row)
            try await body(fixture, InboxReader(fixture.home))
        }
    }

    private static func names(_ page: InboxPage) -> [String] {
        page.items.map { "\($0.runID ?? "serve") \($0.webhookID) \($0.state.rawValue)" }
    }

    /// What is selected, newest first.
    private static let selections: [(String, @Sendable (inout InboxQuery) -> Void, [String])] = [
        (
            "everything", { _ in },
            [
                "run-1 a unknown", "serve d unknown", "serve a accepted", "run-2 a unknown", "run-1 c quarantined",
                "run-1 b unknown", "run-1 a accepted",
            ]
        ),
        ("accepted", { $0.state = .accepted }, ["serve a accepted", "run-1 a accepted"]),
        ("quarantined", { $0.state = .quarantined }, ["run-1 c quarantined"]),
        (
            "unknown", { $0.state = .unknown },
            ["run-1 a unknown", "serve d unknown", "run-2 a unknown", "run-1 b unknown"]
        ),
        ("of a run", { $0.runID = "run-2" }, ["run-2 a unknown"]),
        ("of no run", { $0.runID = "run-3" }, []),
        ("of the service", { $0.isOfService = true }, ["serve d unknown", "serve a accepted"]),
        (
            "by id", { $0.webhookID = "a" },
            ["run-1 a unknown", "serve a accepted", "run-2 a unknown", "run-1 a accepted"]
        ),
        ("by simulation", { $0.simulationID = "sim-2" }, ["run-1 a unknown", "run-1 b unknown"]),
        (
            "by all",
            {
                $0.webhookID = "a"
                $0.simulationID = "sim-1"
                $0.state = .accepted
                $0.runID = "run-1"
            }, ["run-1 a accepted"]
        ),
    ]

    @Test func whatIsAskedForIsListed() async throws {
        try await Self.with { fixture, reader in
            for (name, change, expected) in Self.selections {
                var query = InboxQuery()
                change(&query)
                let pages = [try await reader.page(query), try await fixture.store.inboxPage(query)]
                #expect(pages.map(Self.names) == [expected, expected], "\(name)")
            }
        }
    }

    /// Runs that mix, with and without a service: a page holds what a look at every row finds.
    @Test(arguments: [false, true], 0..<6)
    func aPageHoldsWhatALookAtEveryRowFinds(_ hasService: Bool, _ seed: Int) async throws {
        try await StoreFixture.with { fixture in
            let second = try await StoreFixture.addRun("run-2", to: fixture.store)
            let owners = [fixture.run, second] + (hasService ? [InboxOwner.service] : [])
            let inboxes = owners.map { Inbox(store: fixture.store, owner: $0) }
            var chance = SplitMix64(seed: UInt64(seed))
            for number in 0..<60 {
                let simulation = "sim-\(Int.random(in: 1...3, using: &chance))"
                let inbox = inboxes[Int.random(in: inboxes.indices, using: &chance)]
                try await inbox.keep(.event("\(number)", call: "call-\(number % 7)", simulation: simulation))
            }
            let all = try await fixture.store.inboxPage(InboxQuery()).items
            #expect(all.count == 60)
            for run in [nil, "run-1", "run-2", "run-3"] {
                for simulation in [nil, "sim-1", "sim-2", "sim-9"] {
                    for after in [nil, 31] as [Int64?] {
                        var query = InboxQuery()
                        (query.runID, query.simulationID, query.after, query.limit) = (run, simulation, after, 7)
                        let expected = all.filter {
                            (run == nil || $0.runID == run) && (simulation == nil || $0.simulationID == simulation)
                                && (after == nil || $0.rowID < 31)
                        }
                        let page = try await fixture.store.inboxPage(query)
                        #expect(page.items == Array(expected.prefix(7)), "\(query)")
                        #expect((page.next == nil) == (expected.count <= 7), "\(query)")
                    }
                }
            }
        }
    }

    @Test(arguments: 1...8) func pagesFollowEachOther(_ limit: Int) async throws {
        try await Self.with { _, reader in
            var query = InboxQuery()
            query.limit = limit
            var found: [Int64] = []
            repeat {
                let page = try await reader.page(query)
                #expect(page.items.count <= limit)
                found += page.items.map(\.rowID)
                query.after = page.next
            } while query.after != nil
            #expect(found == [7, 6, 5, 4, 3, 2, 1])
        }
    }

    @Test func aWebhookHasTheMembersOfEveryList() async throws {
        try await Self.with { _, reader in
            let json = try await reader.page(InboxQuery()).json
            #expect(json["next"] == .null)
            let item = try #require(json["items"]?.elements?.last)
            #expect(
                item == [
                    "webhookId": "a", "simulationId": "sim-1", "callId": "call-1", "state": "accepted",
                    "receivedAt": "1970-01-01T00:00:00.099Z", "runId": "run-1", "source": "standard",
                ]
            )
        }
    }

    @Test func headersAreKeptForEventsThatMayNeedInspection() async throws {
        try await Self.with { _, reader in
            let entries = try await reader.entries(webhookID: "a", runID: "run-1")
            #expect(entries.map(\.headers) == [nil, "content-type: application/json\n"])
            #expect(entries.map(\.digest) == [[1, 2, 255], [1, 2, 255]])
            let strange = try #require(try await reader.entries(webhookID: "c").first)
            #expect(strange.headers == "user-agent: x\n" && strange.body == [0, 0xFF, 0x7B])
            #expect(try await reader.entries(webhookID: "a").count == 4)
            #expect(try await reader.entries(webhookID: "none").isEmpty)
        }
    }

    @Test func aHomeWithoutADatabaseSaysSo() async throws {
        try await TemporaryFolder.with { folder in
            let reader = InboxReader(Home(inspecting: folder))
            let error = await #expect(throws: InboxReader.ReadError.self) { try await reader.page(InboxQuery()) }
            let message = "\(try #require(error))"
            #expect(message == "nothing has been received in \(folder): it has no database yet")
            let names = try FileSystem.names(in: folder)
            #expect(names.isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func whatIsAnEventByNowLeavesQuarantine(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            try await fixture.store.setSimulation("sim-1", of: "run-1")
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            var row = ReceivedEvent.event("good", .completed, outcome: .busy)
            row.content = .malformed("an older version did not read it")
            try await inbox.keep(row)
            try await inbox.keep(.quarantine("bad"))
            #expect(try await fixture.store.replayQuarantine(webhookID: "none") == QuarantineReplay())
            #expect(try await fixture.store.replayQuarantine(runID: "none") == QuarantineReplay())
            let replay = try await fixture.store.replayQuarantine()
            #expect(replay.accepted == ["good"])
            #expect(replay.refused.map(\.webhookID) == ["bad"])
            let page = try await fixture.store.inboxPage(InboxQuery())
            #expect(page.items.map(\.state) == [.quarantined, .accepted])
            let counts = try await fixture.store.counts(owner: fixture.run)
            #expect(counts.events == ["sim-1": 1] && counts.endedCalls == ["sim-1": 1] && counts.quarantined == 1)
            #expect(try await fixture.store.replayQuarantine().accepted.isEmpty)
        }
    }
}

@Suite("Opening RunStore", .timeLimit(.minutes(5)))
struct OpeningTests {
    private static func markers(_ home: Home) -> [String] {
        (try? FileSystem.names(in: home.openMarkersPath)) ?? []
    }

    @Test func anOpenDatabaseHasAMarkerUntilItIsClosed() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await RunStore.with(home) { _ in
                #expect(Self.markers(home).count == 1)
                try await RunStore.with(home) { _ in #expect(Self.markers(home).count == 2) }
                #expect(Self.markers(home).count == 1)
                // The marker of a living process does not count.
                #expect(try OpenMarker.left(in: home).isEmpty)
            }
            #expect(Self.markers(home).isEmpty)
        }
    }

    /// Damages an index: a look finds that, opening does not.
    private static func damage(_ home: Home) throws {
        let queue = try DatabaseQueue(path: home.databasePath)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA writable_schema = ON")
            try database.execute(
                sql: "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'runs') "
                    + "WHERE name = 'webhookCalls'"
            )
        }
        try queue.close()
    }

    @Test func damageIsLookedForAfterAnUncleanStopOnly() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await RunStore.with(home) { store in _ = try await StoreFixture.addRun("run-1", to: store) }
            try Self.damage(home)
            try await RunStore.with(home) { _ in }
            // As a process that was killed leaves it: a marker without a lock.
            let left = "\(home.openMarkersPath)/1-dead"
            try FileSystem.replace(left, with: [])
            let error = await #expect(throws: DamagedDatabaseError.self) {
                try await RunStore.with(home) { _ in }
            }
            #expect("\(try #require(error))".contains("is damaged"))
            // No check has passed, so the next process checks again.
            #expect(Self.markers(home) == ["1-dead"])
        }
    }

    @Test func aSoundDatabaseIsLookedAtOnce() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await RunStore.with(home) { _ in }
            try FileSystem.replace("\(home.openMarkersPath)/1-dead", with: [])
            try await RunStore.with(home) { _ in }
            #expect(Self.markers(home).isEmpty)
        }
    }
}
