import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

@testable import RunStore

/// What several machines do with runs and slots at the same moment.
@Suite("Shared queue", .timeLimit(.minutes(5)))
struct SharedQueueTests {
    @Test func everyRunIsClaimedOnce() async throws {
        try await SharedStores.with(8) { machines in
            let ids = try await machines.submit(200)
            let claimed = try await machines.together { store, _ in
                var own: [String] = []
                // A claim that met another one finds nothing, and the worker looks again.
                while try await store.queueState().waiting > 0 {
                    if let run = try await store.claim(at: store.time) { own.append(run.run.id) }
                }
                return own
            }
            #expect(claimed.flatMap { $0 }.sorted() == ids.sorted())
        }
    }

    /// A run of a remote target stays for a service that has the target, and goes on at one with the same origin.
    @Test func aServiceTakesOnlyWhatItCanRun() async throws {
        try await SharedStores.with { machines in
            let (with, without) = (machines.first, machines.second)
            _ = try await with.submit(.of("remote", target: .cxone))
            _ = try await with.submit(.of("embedded"))
            #expect(try await without.claim(at: without.time)?.run.id == "embedded")
            #expect(try await without.claim(at: without.time) == nil)
            var claimed = try #require(try await with.claim(at: with.time, origin: "https://a"))
            #expect(claimed.run.id == "remote")
            claimed.run.origin = "https://a"
            try await with.under(claimed.lease).update(claimed.run)
            try await with.release(claimed.lease)
            for origin in [nil, "https://b"] { #expect(try await without.takeOver(origin: origin) == nil) }
            #expect(try await without.takeOver(origin: "https://a")?.run.id == "remote")
        }
    }

    /// Looks begin at the first run that has not ended, and find one that is committed after a run with a larger number.
    @Test func aRunThatComesLateIsFound() async throws {
        try await SharedStores.with { machines in
            // Nothing looks for the start but this test.
            let start = QueueStart()
            let keeper = LeaseKeeper(machines.first.database, holder: "a test", queueStart: start)
            let store = RunStore(machines.first.home, machines.first.database, leases: keeper)
            func look(fromFirst: Bool = false) async throws {
                try await store.read { try start.look($0, fromFirst: fromFirst) }
            }
            func insert(_ row: Int, isOfService: Bool = true) async throws {
                try await store.execute(
                    """
                    INSERT INTO runs(rowID, id, scenario, target, origin, state, startedAt)
                    VALUES(?1, 'run' || ?1, 's', 'sandbox', '', ?2, 1)
                    """,
                    [row, isOfService ? "queued" : "running"]
                )
                guard isOfService else { return }
                let sql =
                    "INSERT INTO submissions(run, token, digest, request, submittedAt) VALUES(?1, 'ci', '', '{}', 1)"
                try await store.execute(sql, [row])
            }
            func end(_ row: Int) async throws {
                try await store.execute("UPDATE runs SET state = 'passed', finishedAt = 2 WHERE rowID = ?1", [row])
            }
            // The run of a command, which may have died, holds nothing back.
            try await insert(50, isOfService: false)
            try await insert(5000)
            try await end(5000)
            try await look()
            #expect(start.row == 0, "nothing is known of what came before")
            try await look()
            #expect(start.row == 5000)
            try await insert(5002)
            try await look()
            #expect(start.row == 5000)
            try await insert(5001)
            #expect(try await store.claim(at: store.time)?.run.id == "run5001")
            // Those of ten seconds are known now.
            try await look()
            #expect(start.row == 5001)
            // It took so long to commit that only a look from the first run finds it.
            try await insert(100)
            #expect(try await store.queueState().waiting == 1)
            try await look(fromFirst: true)
            #expect(start.row == 100)
            #expect(try await store.claim(at: store.time)?.run.id == "run100")
            #expect(try await store.claim(at: store.time)?.run.id == "run5002")
            for row in [100, 5001] { try await end(row) }
            // The one that goes on is found by a machine that takes over what was left.
            try await machines.lapse()
            let other = LeaseKeeper(store.database, holder: "another", queueStart: start)
            other.noteRound(false, at: .now)
            other.noteRound(true, at: .now - .seconds(60))
            let machine = RunStore(store.home, store.database, leases: other)
            try await look()
            #expect(start.row == 5002)
            #expect(try await machine.takeOver()?.run.id == "run5002")
        }
    }

    /// A service looks where the queue begins as long as its workers take runs; the second look knows what came before.
    @Test func workersWatchWhereTheQueueBegins() async throws {
        try await SharedStores.with(1) { machines in
            let (store, ended) = (machines.first, StoredRun.State.passed.rawValue)
            try await machines.submit(3)
            try await store.execute("UPDATE runs SET state = ?1, finishedAt = 2", [ended])
            #expect(store.queueStart == 0)
            await store.watchingQueue(wake: {}) {
                try? await eventually(every: .milliseconds(100)) { store.queueStart > 0 }
            }
            #expect(store.queueStart == 3)
        }
    }

    /// A claim takes the next run at once while another transaction holds the first one.
    @Test func noClaimWaitsForAnother() async throws {
        try await SharedStores.with { machines in
            try await machines.submit(2)
            let (isHeld, hold) = AsyncStream<Void>.makeStream()
            let isOver = DispatchSemaphore(value: 0)
            async let holding: Void = machines.first.write { transaction in
                let held: Int64? = try transaction.value(
                    RunStore.nextInQueue + transaction.taking("runs"),
                    [0]
                )
                #expect(held != nil)
                hold.yield()
                _ = isOver.wait(timeout: .now() + 8)
            }
            for await _ in isHeld { break }
            let began = ContinuousClock.now
            let claimed = try await machines.second.claim(at: machines.second.time)
            #expect(claimed?.run.id == "run-1" && ContinuousClock.now - began < .seconds(3))
            #expect(try await machines.second.claim(at: machines.second.time) == nil)
            #expect(ContinuousClock.now - began < .seconds(4))
            isOver.signal()
            try await holding
        }
    }

    /// Ten machines share five slots, each of a number of its own.
    @Test func thereAreNeverMoreHoldersThanSlots() async throws {
        try await SharedStores.with(10) { machines in
            let (holders, most) = (Shared(0), Shared(0))
            let turns = try await machines.together { store, number in
                var turns = 0
                for round in 0..<4 {
                    let id = "run-\(number)-\(round)"
                    try await store.queue(pool: "p", runID: id, tag: "t\(number % 3)", wireTag: id)
                    while try await store.takeSlot(runID: id, capacity: 5, isAlive: { _ in true }) != .held {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    let now = holders.withLock { count in
                        count += 1
                        return count
                    }
                    most.withLock { $0 = max($0, now) }
                    let numbers = try await store.tickets(pool: "p").compactMap(\.slot)
                    #expect(Set(numbers).count == numbers.count && numbers.allSatisfy { 1...5 ~= $0 }, "\(numbers)")
                    try await Task.sleep(for: .milliseconds(10))
                    holders.withLock { $0 -= 1 }
                    try await store.releaseSlot(of: id)
                    turns += 1
                }
                return turns
            }
            #expect(turns == Array(repeating: 4, count: 10) && most.withLock { $0 } <= 5)
            #expect(try await machines.first.tickets().isEmpty)
        }
    }

    /// Those that follow the changes of runs see the last one of each, whatever is written meanwhile.
    @Test func noChangeOfARunIsMissed() async throws {
        try await SharedStores.with(5) { machines in
            let writers = 4
            let rows = try await Array(0..<writers * 3).asyncMap {
                try await StoreFixture.addRun("run-\($0)", to: machines.first)
            }
            let begin = try await machines.first.changes(since: nil).latest
            let isOver = Shared(false)
            let seen = try await machines.together { store, number -> [String: Int64] in
                var (seen, latest): ([String: Int64], Int64) = ([:], begin)
                guard number == writers else {
                    for round in 0..<40 {
                        let row = rows[number * 3 + round % 3]
                        try await store.setVerdictEntry(origin: "o", seq: round, of: row)
                    }
                    return [:]
                }
                let watcher = Task {
                    while true {
                        let last = isOver.withLock { $0 }
                        let changes = try await store.changes(since: latest)
                        for change in changes.runs { seen[change.id] = change.version }
                        latest = changes.latest
                        if last { return seen }
                    }
                }
                // Until the versions have stood still for all writers.
                try await eventually(every: .milliseconds(20)) {
                    try await store.read { transaction in
                        try transaction.value("SELECT count(*) FROM runs WHERE auditSeq >= 37") == writers * 3
                    }
                }
                isOver.withLock { $0 = true }
                return try await watcher.value
            }
            let stored = try await machines.first.read { transaction in
                try transaction.numbers("SELECT id, version FROM runs")
            }
            #expect(seen[writers] == Dictionary(uniqueKeysWithValues: stored.map { ($0.key ?? "", Int64($0.number)) }))
        }
    }

    /// One of two transactions that wait for each other is undone by the server, and done again.
    @Test func aDeadlockIsTriedAgain() async throws {
        try await SharedStores.with { machines in
            let row = try await StoreFixture.addRun("run-1", to: machines.first)
            let (tries, meeting) = (Shared(0), Meeting(2))
            _ = try await machines.together { store, number in
                let names = number == 0 ? ["a", "b"] : ["b", "a"]
                try await store.write { transaction in
                    tries.withLock { $0 += 1 }
                    try transaction.lock(names[0])
                    meeting.wait()
                    try transaction.lock(names[1])
                    try transaction.execute("UPDATE runs SET scenario = scenario || ?1 WHERE rowID = ?2", ["+", row])
                }
            }
            #expect(try await machines.first.run(rowID: row)?.scenario == "s++")
            #expect(tries.withLock { $0 } == 3)
        }
    }
}

/// A place where threads wait for each other, the first time that they come.
private final class Meeting: Sendable {
    private let missing: Shared<Int>

    init(_ count: Int) { missing = Shared(count) }

    func wait() {
        let isFirst = missing.withLock { missing in
            missing -= 1
            return missing >= 0
        }
        guard isFirst else { return }
        while missing.withLock({ $0 > 0 }) { usleep(1000) }
    }
}
