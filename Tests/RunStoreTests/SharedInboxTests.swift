import ExactJSON
import Foundation
import PostgreSQL
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Testing

@testable import RunStore

/// Events and deliveries of several machines with one store.
@Suite("Shared inbox", .timeLimit(.minutes(5)))
struct SharedInboxTests {
    private static let later = Timestamp(milliseconds: .max / 2)

    /// The next event of a call comes at the moment at which the delivery of the one before is recorded; it must become due.
    @Test func noDeliveryIsLeftBehind() async throws {
        try await SharedStores.with { machines in
            let (one, other) = (machines.first, machines.second)
            let run = try await StoreFixture.addRun("run-1", to: one)
            let monitor = try #require(try await one.register([("qa", "{}")], owner: run).first)
            let routes = DeliveryRoutes([DeliveryRoute(monitor: monitor)])
            let inbox = Inbox(store: other, owner: run, routes: routes)
            for round in 0..<60 {
                let call = "call-\(round)"
                try await inbox.keep(.event("first-\(round)", call: call))
                let page = try await one.due(monitor: monitor, batch: 0, now: Self.later, limit: 9).page
                #expect(page.map(\.webhookID) == ["first-\(round)"])
                for delivery in page {
                    async let recorded: Void = Self.deliver(delivery, of: monitor, on: one)
                    async let kept: Void = inbox.keep(.event("last-\(round)", call: call, .completed))
                    _ = try await (recorded, kept)
                }
                let last = try await one.due(monitor: monitor, batch: 0, now: Self.later, limit: 9).page
                #expect(last.map(\.webhookID) == ["last-\(round)"], "round \(round)")
                for delivery in last { try await Self.deliver(delivery, of: monitor, on: one) }
            }
            #expect(try await one.totals(of: [monitor]).pending == 0)
        }
    }

    private static func deliver(_ delivery: DueDelivery, of monitor: Int64, on store: RunStore) async throws {
        var change = DeliveryChange(delivery, of: monitor)
        (change.state, change.attempts) = (.delivered, 1)
        let made = change
        try await BlockingWork.run { try store.recordBlocking([made], at: Timestamp(milliseconds: 50)) }
    }

    @Test func anIdentityIsOneEventWhereverItComes() async throws {
        try await SharedStores.with(4) { machines in
            let inboxes = machines.stores.map { Inbox(store: $0, owner: InboxOwner.service) }
            for round in 0..<25 {
                _ = try await machines.together { _, number in try await inboxes[number].keep(.event("id-\(round)")) }
            }
            let counts = inboxes.map(\.counts)
            #expect(counts.map(\.unique).reduce(0, +) == 25 && counts.map(\.duplicates).reduce(0, +) == 75)
            #expect(counts.allSatisfy { $0.quarantined == 0 })
            let rows: Int? = try await machines.first.read { try $0.value("SELECT count(*) FROM webhooks") }
            #expect(rows == 25)
            // With other bytes at the same moment, one is the event, and the others are kept.
            _ = try await machines.together { _, number in
                try await inboxes[number].keep(.event("other", at: Int64(number)))
            }
            let reused: Int? = try await machines.first.read {
                try $0.value("SELECT count(*) FROM webhooks WHERE webhookId = 'other' AND reason = 'identity_reused'")
            }
            #expect(reused == 3)
        }
    }

    /// An event that the run's own machine has is no event of another machine any more.
    @Test func aCopyThatComesToAnotherMachineIsNoEvent() async throws {
        try await SharedStores.with { machines in
            let run = try await StoreFixture.addRun("run-1", to: machines.first)
            try await machines.first.setSimulation("sim-1", of: "run-1")
            let own = Inbox(store: machines.first, owner: run)
            let reused = Shared<[String]>([])
            let service = Inbox(
                store: machines.second,
                owner: InboxOwner.service,
                onReuse: { id in reused.withLock { $0.append(id) } }
            )
            try await own.keep(.event("a", .completed))
            try await service.keep(.event("a", .completed))
            #expect(service.counts.duplicates == 1 && service.counts.unique == 0)
            // The same identity with other bytes is kept, and is no event either.
            try await service.keep(.event("a", .ringing))
            #expect(service.counts.quarantined == 1 && reused.withLock { $0 } == ["a"])
            // What comes to the other machine first is the run's, once.
            try await service.keep(.event("b", .completed))
            try await own.adopt("sim-1", since: 0)
            try await own.adopt("sim-1", since: 0)
            try await service.keep(.event("b", .completed))
            #expect(own.counts.unique == 2 && own.counts.endedCalls == ["sim-1": 1])
            let rows = try await machines.first.read { transaction in
                try transaction.all("SELECT owner, webhookId, reason FROM webhooks ORDER BY rowID") { row in
                    "\(row[0] as Int64) \(row[1] as String) \(row[2] as String? ?? "")"
                }
            }
            #expect(rows == ["\(run) a ", "0 a identity_reused", "\(run) b "])
        }
    }

    /// What stays with the service is not looked at again and again.
    @Test func anEventThatCannotBeTakenOverIsNotWaitedFor() async throws {
        try await SharedStores.with { machines in
            let run = try await StoreFixture.addRun("run-1", to: machines.first)
            let hasEarly = { try await machines.first.hasEarlyEvents(of: "sim-1", for: run) }
            let own = Inbox(store: machines.first, owner: run)
            let service = Inbox(store: machines.second, owner: InboxOwner.service)
            #expect(try await hasEarly() == false)
            // The other machine does not know the run yet.
            for id in ["other bytes", "a copy"] { try await service.keep(.event(id, .ringing)) }
            #expect(try await hasEarly())
            try await own.keep(.event("other bytes", .completed))
            #expect(try await hasEarly())
            try await own.keep(.event("a copy", .ringing))
            // The copy is removed, so that it is counted.
            #expect(try await hasEarly())
            try await own.adopt("sim-1", since: 0)
            #expect(try await hasEarly() == false)
            #expect(own.counts.duplicates == 1, "\(own.counts)")
            let rows: Int? = try await machines.first.read { try $0.value("SELECT count(*) FROM webhooks") }
            #expect(rows == 3)
        }
    }

    /// Many events that have gathered are committed in batches of a bounded size, so no machine waits long for another.
    @Test func aBatchHasABoundedSize() async throws {
        try await SharedStores.with { machines in
            let run = try await StoreFixture.addRun("run-1", to: machines.first)
            let inbox = Inbox(store: machines.first, owner: run)
            let (answers, answer) = AsyncStream<Bool>.makeStream()
            // Events gather while another transaction keeps the first of them from being written.
            try await machines.second.write { transaction in
                try transaction.execute("LOCK TABLE webhooks IN SHARE MODE")
                for number in 0..<1300 {
                    inbox.keep(.event("id-\(number)", call: "call-\(number)")) { result in
                        answer.yield((try? result.get()) != nil)
                    }
                }
            }
            var stored = 0
            for await isStored in answers {
                #expect(isStored)
                stored += 1
                if stored == 1300 { break }
            }
            let batches: [Int] = try await machines.first.read {
                try $0.values("SELECT count(*) FROM webhooks GROUP BY xmin::text ORDER BY 1")
            }
            #expect(
                batches.reduce(0, +) == 1300 && batches.count >= 3 && batches.allSatisfy { $0 <= 500 },
                "\(batches)"
            )
            #expect(inbox.counts.unique == 1300)
        }
    }

    /// Senders of what has gathered behind a batch that was refused do not wait for another try.
    @Test func whatGathersBehindARefusedBatchIsRefusedWithIt() async throws {
        try await SharedStores.with { machines in
            let run = try await StoreFixture.addRun("run-1", to: machines.first)
            let inbox = Inbox(store: machines.first, owner: run)
            guard case .shared(let place) = machines.first.home.store else { return }
            let (server, answers) = (try await PostgresServer.shared(), Shared<[Bool]>([]))
            let keep = { @Sendable (number: Int) in
                inbox.keep(.event("id-\(number)", call: "call-\(number)")) { result in
                    answers.withLock { $0.append((try? result.get()) != nil) }
                }
            }
            let answered = { @Sendable (count: Int) in
                try await eventually(every: .milliseconds(5)) { answers.withLock { $0.count } >= count }
            }
            let name = place.address.split(separator: "/").last ?? ""
            try await server.whileOpen("BEGIN; LOCK TABLE webhooks IN SHARE MODE", at: place.address) { session in
                // The first is a batch of its own, and the others gather behind it.
                keep(0)
                try await eventually(every: .milliseconds(5)) {
                    try await server.sessions("datname = '\(name)' AND wait_event_type = 'Lock'") > 0
                }
                for number in 1...1300 { keep(number) }
                try await answered(501)
                // From now on a batch would be committed.
                try await BlockingWork.run { try session.run(script: "COMMIT") }
            }
            try await answered(1301)
            #expect(!answers.withLock { $0.contains(true) })
            keep(2000)
            try await answered(1302)
            #expect(answers.withLock { $0.last } == true && inbox.counts.unique == 1)
        }
    }

    /// Senders get their answer soon also after a batch whose fate is not known.
    @Test func sendersWaitNoLongerAfterAFailure() async throws {
        try await SharedStores.with { machines in
            let run = try await StoreFixture.addRun("run-1", to: machines.first)
            let pool = try #require(machines.first.database as? PostgresDatabase).pool
            let inboxes = [run, InboxOwner.service].map { Inbox(store: machines.first, owner: $0) }
            let waited = try await BlockingWork.run {
                // All but those for leases and hints.
                try Self.holding(4, of: pool) {
                    (0..<2).map { number in
                        let (start, answered) = (ContinuousClock.now, DispatchSemaphore(value: 0))
                        for inbox in inboxes { inbox.keep(.event("id-\(number)")) { _ in answered.signal() } }
                        for _ in inboxes { answered.wait() }
                        return start.duration(to: .now)
                    }
                }
            }
            // An answer waits 5 s for a connection, and other work 30 s.
            #expect(waited.allSatisfy { $0 < .seconds(20) }, "\(waited)")
        }
    }

    /// Keeps connections of a pool from others while `body` runs.
    private static func holding<Result>(_ count: Int, of pool: PostgresPool, _ body: () -> Result) throws -> Result {
        guard count > 0 else { return body() }
        return try pool.withConnection { _ in try holding(count - 1, of: pool, body) }
    }

    /// Two machines get copies of one event, which goes to the service's monitor once.
    @Test(arguments: [true, false]) func aCopyIsForwardedOnce(_ comesToTheRunFirst: Bool) async throws {
        try await SharedStores.with { machines in
            let run = try await StoreFixture.addRun("run-1", to: machines.first)
            try await machines.first.setSimulation("sim-1", of: "run-1")
            let monitor = try #require(
                try await machines.first.register([("qa", "{}")], owner: InboxOwner.service).first
            )
            let routes = DeliveryRoutes([DeliveryRoute(monitor: monitor)])
            let own = Inbox(store: machines.first, owner: run, serviceRoutes: routes)
            own.markKnown("sim-1")
            let service = Inbox(store: machines.second, owner: InboxOwner.service, routes: routes)
            for round in 0..<10 {
                let event = { ReceivedEvent.event("id-\(round)", call: "call-\(round)", .completed) }
                for inbox in comesToTheRunFirst ? [own, service] : [service, own] { try await inbox.keep(event()) }
                async let here: Void = own.keep(.event("both-\(round)", call: "both-\(round)"))
                async let there: Void = service.keep(.event("both-\(round)", call: "both-\(round)"))
                _ = try await (here, there)
            }
            try await own.adopt("sim-1", since: 0)
            #expect(try await machines.first.totals(of: [monitor]).pending == 20)
            #expect(own.counts.unique == 20 && own.counts.endedCalls == ["sim-1": 10], "\(own.counts)")
            let rows = try await machines.first.read { transaction in
                try transaction.numbers("SELECT owner::text, count(*) FROM webhooks GROUP BY owner")
            }
            #expect(rows.map(\.key) == ["\(run)"] && rows.map(\.number) == [20])
        }
    }

    /// Two that read quarantine again at the same moment accept a body once.
    @Test func quarantineIsReadAgainOnce() async throws {
        try await SharedStores.with(4) { machines in
            let run = try await StoreFixture.addRun("run-1", to: machines.first)
            let monitor = try #require(try await machines.first.register([("qa", "{}")], owner: run).first)
            let inbox = Inbox(store: machines.first, owner: run)
            for number in 0..<20 {
                var received = ReceivedEvent.event("id-\(number)", call: "call-\(number)")
                received.content = .malformed("read by an older program")
                try await inbox.keep(received)
            }
            let accepted = try await machines.together { store, _ in
                try await store.replayQuarantine { _ in DeliveryRoutes([DeliveryRoute(monitor: monitor)]) }.accepted
                    .count
            }
            #expect(accepted.reduce(0, +) == 20)
            #expect(try await machines.first.totals(of: [monitor]).pending == 20)
        }
    }

    /// Whether a batch was committed is unknown if the answer is lost; its sender sends it again, and the counts are right.
    @Test func aBatchWhoseAnswerIsLostCountsOnce() async throws {
        let server = try await PostgresServer.shared()
        try await PartedNetwork.with(before: server.port) { network, port in
            try await SharedStores.with(1, through: { _ in port }) { machines in
                let store = machines.first
                let run = try await StoreFixture.addRun("run-1", to: store)
                let inbox = Inbox(store: store, owner: run)
                try await inbox.keep(.event("a"))
                network.breakOnce(after: "INSERT INTO webhooks", "COMMIT")
                await #expect(throws: InboxRefusal.self) {
                    try await inbox.keep(.event("b", call: "call-2", .completed))
                }
                #expect(network.breaks == 1 && inbox.counts.unique == 1)
                let rows: Int? = try await store.read { try $0.value("SELECT count(*) FROM webhooks") }
                #expect(rows == 2, "the batch was not committed, so the test shows nothing")
                try await inbox.keep(.event("b", call: "call-2", .completed))
                try await inbox.keep(.event("c"))
                #expect(inbox.counts.unique == 3 && inbox.counts.endedCalls == ["sim-1": 1])
                #expect(inbox.counts.events == ["sim-1": 3] && inbox.counts.duplicates == 1)
                #expect(try await store.counts(owner: run).unique == 3)
            }
        }
    }

    /// What no text of PostgreSQL can hold comes back as it was, and as it does from SQLite.
    @Test func everyTextOfASenderComesBack() async throws {
        let texts = [
            "\0", "\u{10FFFF}", "a\0b", "\u{10FFFF}0", "\u{10FFFF}1", "\0\u{10FFFF}\0", "\u{FFFF}", "ü\u{1F600}", "é",
        ]
        let stored = try await StoreKind.allCases.asyncMap { kind in
            let found = Shared<[InboxEntry]>([])
            try await StoreFixture.with(kind) { fixture in
                let inbox = Inbox(store: fixture.store, owner: fixture.run)
                for text in texts {
                    let event = SimulationEvent(
                        simulationID: "sim\(text)",
                        callID: "call\(text)",
                        state: .ringing,
                        timestamp: Timestamp(milliseconds: 1),
                        outcome: nil,
                        durationMs: 7
                    )
                    let body = event.json.bytes
                    var received = ReceivedEvent(
                        webhookID: "id\(text)",
                        receivedAt: Timestamp(milliseconds: 9),
                        body: body,
                        digest: body,
                        content: .event(event)
                    )
                    received.headers = "x: \(text)"
                    try await inbox.keep(received)
                    var malformed = received
                    malformed.webhookID = "bad\(text)"
                    malformed.content = .malformed("no event: \(text)")
                    try await inbox.keep(malformed)
                    for id in ["id\(text)", "bad\(text)"] {
                        let entries = try await fixture.store.inboxEntries(webhookID: id)
                        #expect(entries.map(\.item.webhookID) == [id] && entries.first?.body == body)
                        found.withLock { $0 += entries }
                    }
                    let calls = Shared<[String]>([])
                    try await fixture.store.eachEventByCall(run: fixture.run, simulationID: "sim\(text)") { stored in
                        calls.withLock { $0.append(stored.event.callID) }
                    }
                    #expect(calls.withLock { $0 } == ["call\(text)"])
                }
            }
            return found.withLock { $0 }
        }
        #expect(stored.first?.count == texts.count * 2 && stored.allSatisfy { $0 == stored.first })
        let headers = stored.first?.compactMap { $0.headers }
        #expect(headers?.count == texts.count * 2)
    }
}
