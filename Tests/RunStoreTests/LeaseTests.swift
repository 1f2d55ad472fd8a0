import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Testing

@testable import RunStore

/// The leases by which machines share work: one worker at a time, and nothing is written by one that has lost its work.
@Suite("Leases", .timeLimit(.minutes(5)))
struct LeaseTests {
    @Test func aLeaseIsOneWorkersUntilItLapses() async throws {
        try await SharedStores.with { machines in
            let (one, other) = (machines.first, machines.second)
            let lease = try #require(try await one.takeLease("run-1").lease)
            let refused = try await other.takeLease("run-1")
            #expect(refused.lease == nil && refused.holder?.hasPrefix("process \(getpid()) on ") == true)
            #expect(try await other.isAlive("run-1"))
            #expect(try await !other.isAlive("run-2"))
            // Renewing makes a term that has just lapsed good again, as long as no other worker has taken the work.
            let lost = Shared(0)
            let worker = one.under(lease, onLost: { lost.withLock { $0 += 1 } })
            try await machines.lapse()
            #expect(try await !other.isAlive("run-1"))
            try one.leases?.renew()
            #expect(try await other.isAlive("run-1"))
            #expect(try await other.takeLease("run-1").lease == nil)
            // After a takeover it stays lost, and its worker is told once.
            let next = try await machines.takenOver("run-1", by: other)
            #expect(next.fence > lease.fence)
            let before = try await machines.contents()
            try one.leases?.renew()
            try one.leases?.renew()
            #expect(lost.withLock { $0 } == 1)
            // What the one that has lost it gives back is not the other's.
            try await one.release(lease)
            #expect(try await machines.contents() == before)
            await #expect(throws: LeaseLostError(id: "run-1")) { try await worker.checkLease() }
            try await other.release(next)
            #expect(try await !one.isAlive("run-1"))
            #expect(try await one.takeLease("run-1").lease != nil)
        }
    }

    /// The lease of work that hangs is not renewed, although its process lives.
    @Test func workThatHangsIsTakenOver() async throws {
        try await SharedStores.with { machines in
            let lease = try #require(try await machines.first.takeLease("run-1").lease)
            let (isGoingOn, lost) = (Shared(true), Shared(0))
            _ = machines.first.under(
                lease,
                while: { isGoingOn.withLock { $0 } },
                onLost: { lost.withLock { $0 += 1 } }
            )
            isGoingOn.withLock { $0 = false }
            try await machines.lapse()
            try machines.first.leases?.renew()
            #expect(lost.withLock { $0 } == 0)
            #expect(try await machines.second.takeLease("run-1").lease != nil)
            // The worker hears of it, so that it ends what hangs.
            try machines.first.leases?.renew()
            #expect(lost.withLock { $0 } == 1)
        }
    }

    /// A worker renews at the moment at which another one takes: the other's term is its own.
    @Test func aRenewalDuringATakeoverIsLost() async throws {
        try await SharedStores.with { machines in
            let lease = try #require(try await machines.first.takeLease("run-1").lease)
            let lost = Shared(0)
            _ = machines.first.under(lease, onLost: { lost.withLock { $0 += 1 } })
            try await machines.lapse()
            let keeper = try #require(machines.first.leases)
            let renewal = Shared<Task<Void, any Error>?>(nil)
            try await machines.second.write { transaction in
                _ = try WorkLease.take("run-1", by: "another", transaction)
                renewal.withLock { $0 = Task { try await BlockingWork.run { try keeper.renew() } } }
                // Until the renewal waits for this transaction.
                let waits = """
                    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                    """
                let end = ContinuousClock.now + .seconds(2)
                while ContinuousClock.now < end, try transaction.value(waits) ?? 0 == 0 { usleep(10_000) }
                try transaction.execute("UPDATE leaseTerms SET expiresAt = 7 WHERE id = 'run-1'")
            }
            try await renewal.withLock { $0 }?.value
            #expect(lost.withLock { $0 } == 1)
            let term: Int? = try await machines.first.read { try $0.value("SELECT expiresAt FROM leaseTerms") }
            #expect(term == 7)
        }
    }

    @Test func ofThoseThatTakeAtOnceOneHasIt() async throws {
        try await SharedStores.with(8) { machines in
            for round in 0..<20 {
                let id = "run-\(round % 4)"
                if round >= 4 { try await machines.lapse() }
                let taken = try await machines.together { store, _ in try await store.takeLease(id).lease }
                #expect(taken.count { $0 != nil } == 1, "round \(round)")
            }
        }
    }

    /// What a worker's process has left is one other worker's.
    @Test func aRunThatWasLeftIsTakenOverOnce() async throws {
        try await SharedStores.with(6) { machines in
            let count = 6
            try await machines.submit(count)
            for _ in 0..<count { #expect(try await machines.first.claim(at: machines.first.time) != nil) }
            let early = try await machines.together { store, _ in try await store.takeOver() }
            #expect(early.allSatisfy { $0 == nil }, "leases that are good were taken over")
            try await machines.lapse()
            let taken = try await machines.together { store, _ in
                var ids: [String] = []
                while ids.count < count, let run = try await store.takeOver() { ids.append(run.run.id) }
                return ids
            }
            let rest = try await machines.first.takeOver()
            let ids = taken.flatMap { $0 } + [rest?.run.id].compactMap { $0 }
            #expect(Set(ids).count == ids.count, "taken over twice: \(taken)")
        }
    }

    /// An older run that goes on does not stand before a younger one that was left.
    @Test func aLivingRunHidesNoneThatWasLeft() async throws {
        try await SharedStores.with { machines in
            try await machines.submit(3)
            for _ in 0..<3 { #expect(try await machines.first.claim(at: machines.first.time) != nil) }
            try await machines.first.execute("UPDATE leaseTerms SET expiresAt = 0 WHERE id = 'run-1'")
            #expect(try await machines.second.takeOver()?.run.id == "run-1")
            #expect(try await machines.second.takeOver() == nil)
        }
    }

    /// What a worker writes; each changes what is stored.
    enum Write: String, CaseIterable {
        case update, simulation, finish, progress, verdictEntry, files, insert, ended, requeue, cancel, submit
        case queue, takeSlot, updateTicket, releaseSlot
        case event, quarantine, adoption, replayedQuarantine
        case register, claimMonitor, releaseMonitor, record, probe, message, disable, replay
        case token, revoke, prune
    }

    /// What the writes change.
    private struct Places {
        var run: StoredRun
        var waiting: StoredRun
        var ended: StoredRun
        var monitor: Int64
        var due: DueDelivery
    }

    private static let moment = Timestamp(milliseconds: 5000)

    private static func prepared(_ store: RunStore) async throws -> Places {
        let run = try await StoreFixture.addRun("run-1", to: store)
        _ = try await StoreFixture.addRun("run-2", to: store)
        let last = try await StoreFixture.addRun("run-3", to: store)
        var ended = try #require(try await store.run(rowID: last))
        (ended.state, ended.finishedAt) = (.passed, 10)
        try await store.finish(ended, document: [1])
        try await store.execute(
            "INSERT INTO submissions(run, token, digest, request, submittedAt) VALUES(?1, 'ci', ?2, '{}', 1)",
            [run, [UInt8]([1])]
        )
        try await store.queue(pool: "p", runID: "run-2", tag: "t", wireTag: "t:2")
        let monitors = try await store.register([("qa", "{}")], owner: run)
        let monitor = try #require(monitors.first)
        let routes = DeliveryRoutes([DeliveryRoute(monitor: monitor)])
        let inbox = Inbox(store: store, owner: run, routes: routes)
        try await inbox.keep(.event("a"))
        try await inbox.keep(.quarantine("q"))
        try await Inbox(store: store, owner: InboxOwner.service).keep(.event("early", call: "call-9"))
        _ = try await store.claim([monitor], for: "run-2", isAlive: { _ in false })
        _ = try await store.insert(
            StoredToken(name: "old", role: .viewer, digest: [9], createdAt: moment, createdBy: "a")
        )
        let due = try await store.due(monitor: monitor, batch: 0, now: Timestamp(milliseconds: .max / 2), limit: 1)
        return Places(
            run: try #require(try await store.run(rowID: run)),
            waiting: try #require(try await store.run(id: "run-2")),
            ended: try #require(try await store.run(id: "run-3")),
            monitor: monitor,
            due: try #require(due.page.first)
        )
    }

    private static func perform(_ write: Write, _ places: Places, on store: RunStore) async throws {
        let (run, monitor) = (places.run, places.monitor)
        switch write {
        case .update:
            var changed = run
            changed.origin = "changed"
            try await store.update(changed)
        case .simulation: try await store.setSimulation("sim-9", of: run.id)
        case .finish:
            var changed = run
            (changed.state, changed.finishedAt) = (.passed, 77)
            try await store.finish(changed, document: [2])
        case .progress: try await store.setProgress(["step": "x"], of: run.rowID)
        case .verdictEntry: try await store.setVerdictEntry(origin: "o", seq: 4, of: run.rowID)
        case .files:
            try await TemporaryFolder.with { folder in
                try Data("x".utf8).write(to: URL(filePath: "\(folder)/result.json"))
                try await store.keepFiles(["result.json"], of: run.rowID, in: folder)
            }
        case .insert: _ = try await StoreFixture.addRun("run-9", to: store)
        case .ended:
            try await store.insertEnded(
                .simulate,
                id: "run-8",
                scenario: "s",
                ended: (.passed, "pass", 0),
                folder: "/tmp/x",
                startedAt: moment,
                finishedAt: moment,
                document: [3]
            )
        case .requeue: try await store.requeue(run)
        case .cancel: _ = try await store.cancel(id: run.id, by: "ci", at: moment)
        case .submit:
            _ = try await store.submit(
                .of("run-7", at: moment)
            )
        case .queue: try await store.queue(pool: "p", runID: run.id, tag: "t", wireTag: "t:1")
        case .takeSlot: _ = try await store.takeSlot(runID: "run-2", capacity: 5, isAlive: { _ in true })
        case .updateTicket: try await store.updateTicket(of: "run-2") { $0.simulationId = "sim" }
        case .releaseSlot: try await store.releaseSlot(of: "run-2")
        case .event: try await Inbox(store: store, owner: run.rowID).keep(.event("b"))
        case .quarantine: try await Inbox(store: store, owner: run.rowID).keep(.quarantine("r"))
        case .adoption: try await Inbox(store: store, owner: run.rowID).adopt("sim-1", since: 0)
        case .replayedQuarantine: _ = try await store.replayQuarantine()
        case .register: _ = try await store.register([("new", "{}")], owner: run.rowID)
        case .claimMonitor: _ = try await store.claim([monitor], for: run.id, isAlive: { _ in false })
        case .releaseMonitor: try await store.release(monitor: monitor, from: "run-2")
        case .record: try await record(places, on: store) { $0.state = .delivered }
        case .probe:
            try await record(places, on: store) {
                ($0.dueAt, $0.outage) = (1, .init(pauses: [1, 2], countsAt: .max / 2, flights: []))
            }
        case .message: try await store.enqueue(message: [1], to: monitor, at: moment)
        case .disable: _ = try await store.disable(monitor: monitor, because: "gone")
        case .replay:
            var query = DeliveryQuery()
            query.states = [.pending]
            _ = try await store.replay(query, monitor: monitor, batch: 5, now: moment)
        case .token:
            let token = StoredToken(name: "new", role: .viewer, digest: [8], createdAt: moment, createdBy: "a")
            _ = try await store.insert(token)
        case .revoke: _ = try await store.revokeToken("old", at: moment)
        case .prune:
            var removed = HistoryCounts()
            _ = try await store.removeRun(places.ended, counting: &removed)
        }
    }

    private static func record(
        _ places: Places,
        on store: RunStore,
        _ change: @Sendable (inout DeliveryChange) -> Void
    ) async throws {
        var made = DeliveryChange(places.due, of: places.monitor)
        made.attempts = 1
        change(&made)
        let recorded = made
        try await BlockingWork.run { try store.recordBlocking([recorded], at: moment) }
    }

    @Test(arguments: Write.allCases) func nothingIsWrittenAfterATakeover(_ write: Write) async throws {
        try await SharedStores.with { machines in
            let places = try await Self.prepared(machines.first)
            let lost = try #require(try await machines.first.takeLease("run-1").lease)
            let worker = machines.first.under(lost)
            let lease = try await machines.takenOver("run-1", by: machines.second)
            let before = try await machines.contents()
            do {
                try await Self.perform(write, places, on: worker)
                Issue.record("\(write) was written under a lost lease")
            } catch let error as InboxRefusal {
                #expect("\(error)".contains("\(LeaseLostError(id: "run-1"))"))
            } catch { #expect(error as? LeaseLostError == LeaseLostError(id: "run-1"), "\(error)") }
            #expect(try await machines.contents() == before)
            // The same is written by the worker that has taken over.
            try await Self.perform(write, places, on: machines.second.under(lease))
            #expect(try await machines.contents() != before)
        }
    }

    /// A worker that has checked its lease ends its transaction before another one has the work.
    @Test func aTakeoverWaitsForWhatIsBeingWritten() async throws {
        try await SharedStores.with { machines in
            let row = try await StoreFixture.addRun("run-1", to: machines.first)
            let lease = try #require(try await machines.first.takeLease("run-1").lease)
            let worker = machines.first.under(lease)
            try await machines.lapse()
            let order = Shared<[String]>([])
            let (begun, begin) = AsyncStream<Void>.makeStream()
            async let written: Void = worker.write { transaction in
                begin.yield()
                Thread.sleep(forTimeInterval: 0.5)
                try transaction.execute("UPDATE runs SET origin = 'late' WHERE rowID = ?1", [row])
                order.withLock { $0.append("written") }
            }
            for await _ in begun { break }
            let taken = try await machines.second.takeLease("run-1").lease
            order.withLock { $0.append("taken over") }
            try await written
            #expect(taken != nil && order.withLock { $0 } == ["written", "taken over"])
        }
    }

    /// A lease is on the clock of the database, and what a worker stores as due is due for all.
    @Test func theClockOfTheDatabaseDecides() async throws {
        let clock = StoreClock()
        let there = WallClock.now.adding(milliseconds: 300_000)
        clock.compare { there.milliseconds }
        let difference = clock.time.milliseconds - there.milliseconds
        #expect((0...5000).contains(difference), "\(difference) ms apart")
        try await SharedStores.with { machines in
            let times = try await machines.together { store, _ in store.time.milliseconds }
            let now = try await machines.first.now().milliseconds
            #expect(times.allSatisfy { abs($0 - now) < 5000 })
        }
    }
}
