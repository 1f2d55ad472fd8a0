import Foundation
import GRDB
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import RunStore

@Suite("Limits of Inbox", .timeLimit(.minutes(5)))
struct InboxLimitTests {
    @Test(arguments: StoreKind.allCases) func bytesThatWaitAreBounded(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            var limits = InboxLimits()
            let row = ReceivedEvent.event("a")
            limits.bytes = row.body.count * 2
            let inbox = Inbox(store: fixture.store, owner: fixture.run, limits: limits)
            let (answers, answer) = AsyncStream<Result<Void, InboxRefusal>>.makeStream()
            try fixture.whileNothingIsStored {
                for number in 0..<3 { inbox.keep(.event("m\(number)")) { answer.yield($0) } }
            }
            var results: [String] = []
            for await result in answers {
                results.append((try? result.get()) == nil ? "refused" : "kept")
                if results.count == 3 { break }
            }
            #expect(results == ["refused", "kept", "kept"])
            try await inbox.keep(.event("later"))
        }
    }

    @Test(arguments: StoreKind.allCases) func aFullDiskIsSeenBeforeTheStoreSeesIt(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let free = Shared(InboxLimits().freeDisk - 1)
            let inbox = Inbox(store: fixture.store, owner: fixture.run, freeBytes: { free.withLock { $0 } })
            let refusal = InboxRefusal.diskShort(free: (64 << 20) - 1, needed: 64 << 20)
            #expect(
                refusal.description == "the disk of the home is nearly full: 63.9 MiB free, 64.0 MiB needed"
            )
            await #expect(throws: refusal) { try await inbox.keep(.event("a")) }
            #expect(inbox.counts.received == 0 && inbox.nextRefusal == refusal && inbox.stopReason == nil)
            free.withLock { $0 += 1 }
            try await eventually { (try? await inbox.keep(.event("a"))) != nil }
            #expect(inbox.nextRefusal == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func theInboxOfARunStopsAtOnceOnAFullDisk(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let stops = Shared<[String]>([])
            let inbox = Inbox(
                store: fixture.store,
                owner: fixture.run,
                freeBytes: { 7 << 20 },
                stopsWhenShort: true
            ) { reason in stops.withLock { $0.append(reason) } }
            await #expect(throws: InboxRefusal.self) { try await inbox.keep(.event("a")) }
            await #expect(throws: InboxRefusal.self) { try await inbox.keep(.event("b")) }
            #expect(stops.withLock { $0 } == ["the disk of the home is nearly full: 7.0 MiB free, 64.0 MiB needed"])
            #expect(inbox.stopReason == stops.withLock { $0.first })
        }
    }

    @Test func theDiskIsLookedAtOnceASecond() {
        let looks = Mutex(0)
        let watch = DiskWatch(minimum: 10) {
            looks.withLock { $0 += 1 }
            return 5
        }
        let start = ContinuousClock.now
        for milliseconds in [0, 1, 500, 999, 1000, 1500, 2000] {
            #expect(watch.shortage(at: start.advanced(by: .milliseconds(milliseconds))) == 5)
        }
        #expect(looks.withLock { $0 } == 3)
        #expect(DiskWatch(minimum: 10, freeBytes: { nil }).shortage() == nil)
    }

    /// After a failed sync it is unknown what the disk holds, so nothing more is accepted.
    @Test func anErrorOfTheDiskStopsItForGood() async throws {
        try await StoreFixture.with { fixture in
            let stops = Mutex<[String]>([])
            let inbox = Inbox(
                store: fixture.store,
                owner: fixture.run,
                onStop: { reason in stops.withLock { $0.append(reason) } }
            )
            try await inbox.keep(.event("a"))
            let failure = FailingCommits()
            try fixture.sqlite().pool.add(transactionObserver: failure)
            failure.code.withLock { $0 = .SQLITE_IOERR_FSYNC }
            await #expect(throws: InboxRefusal.self) { try await inbox.keep(.event("b")) }
            failure.code.withLock { $0 = nil }
            let reason = try #require(inbox.stopReason)
            await #expect(throws: InboxRefusal.stopped(reason)) { try await inbox.keep(.event("b")) }
            #expect(inbox.counts.unique == 1)
            // The inbox answers first and reports that it stopped afterwards.
            try await eventually { stops.withLock { $0 } == [reason] }
        }
    }

    @Test(arguments: [ResultCode.SQLITE_FULL, .SQLITE_BUSY, .SQLITE_CONSTRAINT])
    func whatPassesIsRefusedOnce(_ code: ResultCode) async throws {
        try await StoreFixture.with { fixture in
            let inbox = Inbox(store: fixture.store, owner: fixture.run)
            let failure = FailingCommits()
            try fixture.sqlite().pool.add(transactionObserver: failure)
            failure.code.withLock { $0 = code }
            await #expect(throws: InboxRefusal.self) { try await inbox.keep(.event("a")) }
            failure.code.withLock { $0 = nil }
            #expect(inbox.stopReason == nil && inbox.counts == Inbox.Counts())
            try await inbox.keep(.event("a"))
            #expect(inbox.counts.unique == 1)
        }
    }

    @Test(arguments: [
        (ResultCode.SQLITE_IOERR, true), (.SQLITE_IOERR_WRITE, true), (.SQLITE_IOERR_FSYNC, true),
        (.SQLITE_CORRUPT, true),
        (.SQLITE_NOTADB, true), (.SQLITE_READONLY, true), (.SQLITE_CANTOPEN, true), (.SQLITE_FULL, false),
        (.SQLITE_BUSY, false), (.SQLITE_LOCKED, false), (.SQLITE_CONSTRAINT_UNIQUE, false),
    ])
    func whichErrorsStopIt(_ code: ResultCode, _ stops: Bool) async throws {
        let error = DatabaseError(resultCode: code, message: "SQLITE")
        try await StoreFixture.with { fixture in
            let refusal = fixture.store.refusal(of: DatabaseFailure(error: error, path: ""))
            if case .stopped = refusal { #expect(stops) } else { #expect(!stops) }
            // In our own words, not in those of SQLite.
            #expect("\(refusal)".contains("the database ") && !"\(refusal)".contains("SQLITE"))
        }
    }
}

/// Lets the commits of a database fail.
private final class FailingCommits: TransactionObserver, Sendable {
    let code = Mutex<ResultCode?>(nil)

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws {
        if let code = code.withLock({ $0 }) { throw DatabaseError(resultCode: code, message: "as the test wants it") }
    }
    func databaseDidCommit(_ db: Database) {}
    func databaseDidRollback(_ db: Database) {}
}
