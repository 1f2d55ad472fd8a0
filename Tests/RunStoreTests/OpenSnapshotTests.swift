import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Testing

@testable import RunStore

/// Somebody keeps a transaction open for long, so that the database may remove no row that it could still see.
@Suite("A snapshot that is held open", .timeLimit(.minutes(30)))
struct OpenSnapshotTests {
    private static let lives = 300
    private static let isSoak = ProcessInfo.processInfo.environment["RINGBACK_SOAK"] != nil

    /// The claim reads along its index: what waited since the last look for the start of the queue, and nothing before.
    @Test func claimsStayCheap() async throws {
        try await TemporaryFolder.with { folder in
            var home = try Home(path: folder)
            let server = try await PostgresServer.shared()
            let address = try await server.freshDatabase()
            home.store = .shared(SharedDatabase(address: address))
            try await RunStore.with(home) { [home] store in
                #expect(try await store.gauges().deadRows != nil)
                // What has ended before.
                try await store.execute(
                    """
                    INSERT INTO runs(id, scenario, target, origin, state, startedAt, finishedAt, exitCode)
                    SELECT 'ended' || n, 's', 'sandbox', '', 'passed', n, n, 0 FROM generate_series(1, 20000) AS n
                    """
                )
                try await server.ask("ANALYZE", at: address)
                try await server.ask("ALTER TABLE runs SET (autovacuum_enabled = off)", at: address)
                let before = try await Self.pages(server, address)
                let snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM runs"
                try await server.whileOpen(snapshot, at: address) { _ in
                    for number in 1...Self.lives { try await Self.live("run\(number)", store, home) }
                    let plan = try await server.ask("EXPLAIN \(Self.claim(from: 0))", at: address)
                    #expect(!plan.contains { $0[0].contains("Seq Scan on runs") }, "\(plan)")
                    // A row that waited and one that ran for each run, some on each page; not the rows that had ended.
                    let pages = try await Self.pages(server, address)
                    #expect(pages - before <= Self.lives, "\(before) pages, then \(pages)")
                    let start = QueueStart()
                    // The start passes no run that is newer than the look before.
                    for _ in 1...2 { try await store.read { try start.look($0) } }
                    let fewer = try await Self.pages(server, address, from: start.row)
                    for number in Self.lives + 1...2 * Self.lives { try await Self.live("run\(number)", store, home) }
                    for _ in 1...2 { try await store.read { try start.look($0) } }
                    let same = try await Self.pages(server, address, from: start.row)
                    #expect(fewer < pages && same <= fewer + 10, "\(pages), \(fewer), \(same)")
                    // The server counts a session's rows a second after it wrote them.
                    try await eventually(every: .milliseconds(100)) {
                        try await store.gauges().deadRows ?? 0 >= 2 * Self.lives
                    }
                }
            }
        }
    }

    /// A million runs have ended, somebody keeps a transaction open, and four workers take what is submitted all the time: by
    /// `make soak` for ten minutes.
    @Test(.enabled(if: isSoak)) func claimsStayQuick() async throws {
        try await SharedStores.with(4) { machines in
            let store = machines.first
            try await store.execute(
                """
                INSERT INTO runs(id, scenario, target, origin, state, startedAt, finishedAt, exitCode)
                SELECT 'ended' || n, 's', 'sandbox', '', 'passed', n, n, 0 FROM generate_series(1, 1000000) AS n
                """
            )
            try await store.execute(
                """
                INSERT INTO submissions(run, token, digest, request, submittedAt)
                SELECT rowID, 'ci', '', '{}', 1 FROM runs
                """
            )
            try await store.execute("ANALYZE")
            // As a service does for its workers.
            let looks = machines.stores.map { store in
                Task { await store.leases?.queueStart.keep(in: store.database) }
            }
            defer { for look in looks { look.cancel() } }
            let alone = try await Self.claims(SharedStores(stores: [store]), "alone", for: .seconds(10))
            let quiet = try await Self.claims(machines, "before", for: .seconds(30))
            let server = try await PostgresServer.shared()
            guard case .shared(let place) = store.home.store else { return }
            let snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM runs"
            try await server.whileOpen(snapshot, at: place.address) { _ in
                let held = try await Self.claims(machines, "then", for: .seconds(600))
                for (name, times) in [
                    ("of one worker", alone), ("of four before", quiet), ("of four with an open snapshot", held),
                ] {
                    let (half, most) = (times[times.count / 2], times[times.count * 99 / 100])
                    print("claims \(name): \(times.count), median \(half), p99 \(most)")
                }
                #expect(held[held.count * 99 / 100] < .milliseconds(50))
            }
        }
    }

    /// How long claims take while four workers submit, claim and end runs, from the shortest to the longest.
    private static func claims(
        _ machines: SharedStores,
        _ phase: String,
        for time: Duration
    ) async throws -> [Duration] {
        let end = ContinuousClock.now + time
        let times = try await machines.together { store, number in
            var (times, lost): ([Duration], Int) = ([], 0)
            while ContinuousClock.now < end {
                _ = try await store.submit(NewSubmission.of("\(phase)-\(number)-\(times.count)-\(lost)"))
                let start = ContinuousClock.now
                guard var run = try await store.claim(at: Timestamp(milliseconds: 2000)) else {
                    // Another worker was faster.
                    lost += 1
                    continue
                }
                times.append(start.duration(to: .now))
                (run.run.state, run.run.finishedAt, run.run.exitCode) = (.passed, 3000, 0)
                try await store.under(run.lease).finish(run.run, document: Array("{}".utf8))
                try await store.release(run.lease)
            }
            return times
        }
        return times.flatMap { $0 }.sorted()
    }

    /// A run from its submission to its end.
    private static func live(_ id: String, _ store: RunStore, _ home: Home) async throws {
        let new = NewSubmission.of(id)
        _ = try await store.submit(new)
        guard var run = try await store.claim(at: Timestamp(milliseconds: 2000))?.run else {
            Issue.record("the run was not claimed")
            return
        }
        #expect(run.id == id)
        (run.state, run.finishedAt, run.exitCode) = (.passed, 3000, 0)
        try await store.finish(run, document: Array("{}".utf8))
    }

    private static func claim(from row: Int64) -> String {
        "\(RunStore.nextInQueue.replacing("?1", with: "\(row)")) FOR UPDATE OF runs SKIP LOCKED"
    }

    /// The pages of tables and indexes that one look for the next run reads.
    private static func pages(_ server: PostgresServer, _ address: String, from row: Int64 = 0) async throws -> Int {
        let sql = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF) \(claim(from: row))"
        let lines = try await server.ask(sql, at: address).map { $0[0] }
        let counted = lines.lazy.compactMap { $0.firstMatch(of: /shared hit=([0-9]+)(?: read=([0-9]+))?/) }.first
        let (hit, read) = (counted.flatMap { Int($0.1) } ?? 0, counted.flatMap { $0.2.flatMap { Int($0) } } ?? 0)
        return hit + read
    }
}
