import ExactJSON
import RingbackTestKit
import SimulationAPI
import Testing

@testable import RunStore

/// The queue of the service: who is next, what a key does, and how a run is cancelled.
@Suite("Queue", .timeLimit(.minutes(5)))
struct QueueTests {
    private static func submission(
        _ id: String,
        _ token: String = "ci",
        key: String? = nil,
        digest: [UInt8] = [1]
    ) -> NewSubmission {
        NewSubmission(
            id: id,
            kind: .run,
            target: .sandbox,
            scenario: "spring",
            token: token,
            key: key,
            digest: digest,
            request: ["kind": "run"],
            at: Timestamp(milliseconds: 1000),
            folder: "/tmp/\(id)"
        )
    }

    private static func submit(_ ids: [(id: String, token: String)], to store: RunStore) async throws {
        for (id, token) in ids { _ = try await store.submit(submission(id, token)) }
    }

    private static func claimed(_ count: Int, of store: RunStore) async throws -> [String] {
        var ids: [String] = []
        for number in 0..<count {
            guard let next = try await store.claim(at: Timestamp(milliseconds: Int64(2000 + number))) else { break }
            ids.append(next.run.id)
        }
        return ids
    }

    /// A token that has asked for fifty runs does not keep another one waiting for its first.
    @Test(arguments: StoreKind.allCases) func tokensTakeTurns(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            try await Self.submit((1...50).map { ("a\($0)", "a") } + [("b1", "b"), ("b2", "b")], to: store)
            #expect(try await Self.claimed(6, of: store) == ["a1", "b1", "a2", "b2", "a3", "a4"])
        }
    }

    @Test(arguments: StoreKind.allCases) func theOldestOfATokenGoesFirst(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            try await Self.submit([("1", "a"), ("2", "a"), ("3", "a")], to: fixture.store)
            #expect(try await Self.claimed(9, of: fixture.store) == ["1", "2", "3"])
        }
    }

    @Test(arguments: StoreKind.allCases) func equalRequestsUnderOneKeyAreOneRun(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 1...20 {
                    group.addTask {
                        let outcome = try await store.submit(Self.submission("run-\(number + 1)", key: "k"))
                        guard case .accepted(let id, .queued, _) = outcome else { return "refused" }
                        return id
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 1 && ids != ["refused"])
            #expect(try await store.runPage(RunPageQuery()).items.filter { $0.run.state == .queued }.count == 1)
            guard case .keyReused = try await store.submit(Self.submission("x", key: "k", digest: [2])) else {
                Issue.record("another request under the key was accepted")
                return
            }
            // A key belongs to its token.
            guard case .accepted("y", .queued, true) = try await store.submit(Self.submission("y", "other", key: "k"))
            else {
                Issue.record("the key of another token was refused")
                return
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func aKeyLivesAsLongAsItsRun(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            _ = try await store.submit(Self.submission("first", key: "k"))
            #expect(try await store.cancel(id: "first", by: "ci", at: Timestamp(milliseconds: 1500)) == .cancelled)
            for run in try await store.prunable(.endedBefore(Timestamp(milliseconds: 9999))) {
                var removed = HistoryCounts()
                let isRemoved = try await store.removeRun(run, counting: &removed)
                #expect(isRemoved)
            }
            guard case .accepted("second", _, true) = try await store.submit(Self.submission("second", key: "k")) else {
                Issue.record("the key outlives its run")
                return
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func cancellingSaysWhatBecomesOfTheRun(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let (store, now) = (fixture.store, Timestamp(milliseconds: 3000))
            try await Self.submit([("waits", "a"), ("runs", "b"), ("ends", "c")], to: store)
            #expect(try await store.cancel(id: "waits", by: "a", at: now) == .cancelled)
            #expect(try await store.cancel(id: "waits", by: "a", at: now) == .already)
            #expect(try await Self.claimed(2, of: store) == ["runs", "ends"])
            let running = try #require(try await store.run(id: "runs"))
            var ended = try #require(try await store.run(id: "ends"))
            #expect(try await store.cancelRequests(among: [running.rowID, ended.rowID]).isEmpty)
            #expect(try await store.cancel(id: "runs", by: "a", at: now) == .requested)
            #expect(try await store.cancel(id: "runs", by: "b", at: now) == .already)
            #expect(try await store.cancelRequests(among: [running.rowID, ended.rowID]) == [running.rowID])
            ended.state = .passed
            try await store.update(ended)
            #expect(try await store.cancel(id: "ends", by: "a", at: now) == .ended(.passed))
            #expect(try await store.cancel(id: "run-1", by: "a", at: now) == .notOfService)
            #expect(try await store.cancel(id: "nowhere", by: "a", at: now) == .unknown)
        }
    }

    /// A version is new with each change, also when a row is written from a copy that was read before.
    @Test(arguments: StoreKind.allCases) func everyChangeOfARunIsSeenInOrder(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            let begin = try await store.changes(since: nil).latest
            try await Self.submit([("1", "a"), ("2", "a")], to: store)
            #expect(try await store.changes(since: begin).runs.map(\.id) == ["1", "2"])
            let copy = try #require(try await store.run(id: "1"))
            let middle = try await store.changes(since: nil).latest
            try await store.setSimulation("sim", of: "1")
            try await store.setSimulation("sim", of: "2")
            try await store.update(copy)
            let changes = try await store.changes(since: middle)
            #expect(changes.runs.map(\.id) == ["2", "1"] && changes.latest > middle)
            #expect(try await store.changes(since: changes.latest).runs.isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func pagesGoFromTheNewestToTheOldest(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            try await Self.submit((1...5).map { ("r\($0)", "a") }, to: store)
            var query = RunPageQuery()
            query.limit = 2
            query.states = [.queued]
            var ids: [[String]] = []
            repeat {
                let page = try await store.runPage(query)
                ids.append(page.items.map(\.run.id))
                query.after = page.next
            } while query.after != nil
            #expect(ids == [["r5", "r4"], ["r3", "r2"], ["r1"]])
        }
    }
}
