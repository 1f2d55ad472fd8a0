import ExactJSON
import RingbackHome
import RingbackTestKit
import SimulationAPI
import Testing

@testable import RunStore

/// The stored queue of monitors.
@Suite("Deliveries", .timeLimit(.minutes(5)))
struct DeliveryTests {
    private static let now = Timestamp(milliseconds: 1_000_000)

    private static func monitor(_ name: String, in fixture: StoreFixture) async throws -> Int64 {
        let rowIDs = try await fixture.store.register([(name, "{\"name\":\"\(name)\"}")], owner: fixture.run)
        return try #require(rowIDs.first)
    }

    private static func due(_ monitor: Int64, _ fixture: StoreFixture, limit: Int = 100) async throws -> [DueDelivery] {
        try await fixture.store.due(monitor: monitor, batch: 0, now: now, limit: limit).page
    }

    private static func change(
        _ delivery: DueDelivery,
        of monitor: Int64,
        to state: DeliveryState,
        dueAt: Int64? = nil,
        error: String? = nil
    ) -> DeliveryChange {
        var change = DeliveryChange(delivery, of: monitor)
        (change.state, change.attempts, change.error, change.dueAt) = (state, delivery.attempts + 1, error, dueAt)
        return change
    }

    /// A monitor with the events of some calls in its queue.
    private static func filled(
        _ fixture: StoreFixture,
        _ events: [(id: String, call: String)]
    ) async throws -> (monitor: Int64, inbox: Inbox) {
        let monitor = try await monitor("qa", in: fixture)
        let routes = DeliveryRoutes([DeliveryRoute(monitor: monitor)])
        let inbox = Inbox(store: fixture.store, owner: fixture.run, routes: routes)
        for event in events { try await inbox.keep(.event(event.id, call: event.call)) }
        return (monitor, inbox)
    }

    @Test(arguments: StoreKind.allCases) func anAcceptedEventIsEnqueuedOnceForEachMonitorThatWantsIt(_ kind: StoreKind)
        async throws
    {
        try await StoreFixture.with(kind) { fixture in
            let all = try await Self.monitor("all", in: fixture)
            let ends = try await Self.monitor("ends", in: fixture)
            let answered = try await Self.monitor("answered", in: fixture)
            let woken = Shared(0)
            let routes = DeliveryRoutes([
                .init(monitor: all), .init(monitor: ends, states: [.completed]),
                .init(monitor: answered, outcomes: [.answered]),
            ]) { woken.withLock { $0 += 1 } }
            let inbox = Inbox(store: fixture.store, owner: fixture.run, routes: routes)
            for row: ReceivedEvent in [
                .event("a", .ringing), .event("a", .ringing), .quarantine("q"),
                .event("b", .completed, outcome: .busy), .event("c", call: "2", .answered, outcome: .answered),
            ] {
                try await inbox.keep(row)
            }
            let counts = try await [all, ends, answered].asyncMap { try await fixture.store.totals(of: [$0]).pending }
            #expect(counts == [3, 1, 1])
            #expect(woken.withLock { $0 } == 5)
            let due = try await Self.due(all, fixture)
            #expect(due.map(\.webhookID) == ["a", "c"])
            #expect(due[0].body == ReceivedEvent.event("a", .ringing).body)
        }
    }

    @Test(arguments: StoreKind.allCases) func aCallsNextEventComesForwardWhenTheOneBeforeIsThrough(_ kind: StoreKind)
        async throws
    {
        try await StoreFixture.with(kind) { fixture in
            let (monitor, _) = try await Self.filled(fixture, [("a", "1"), ("b", "1"), ("c", "1"), ("x", "2")])
            var due = try await Self.due(monitor, fixture)
            #expect(due.map(\.webhookID) == ["a", "x"])
            // Tried again later: nothing comes forward.
            try fixture.store.recordBlocking(
                [Self.change(due[0], of: monitor, to: .pending, dueAt: 2_000_000, error: "HTTP 500")],
                at: Self.now
            )
            let later = try await fixture.store.due(monitor: monitor, batch: 0, now: Self.now, limit: 100)
            #expect(later.page.map(\.webhookID) == ["x"] && later.next == 2_000_000)
            // Dead or delivered: the next one does.
            try fixture.store.recordBlocking(
                [Self.change(due[0], of: monitor, to: .dead, error: "HTTP 500")],
                at: Self.now
            )
            due = try await Self.due(monitor, fixture)
            #expect(Set(due.map(\.webhookID)) == ["x", "b"])
            for id in ["b", "c"] {
                let next = try #require(try await Self.due(monitor, fixture).first { $0.webhookID == id })
                try fixture.store.recordBlocking([Self.change(next, of: monitor, to: .delivered)], at: Self.now)
            }
            let totals = try await fixture.store.totals(of: [monitor])
            #expect((totals.delivered, totals.dead, totals.pending) == (2, 1, 1))
            #expect(try await fixture.store.monitor(monitor)?.lastError == "HTTP 500")
        }
    }

    /// Simulations number their calls alike.
    @Test(arguments: StoreKind.allCases) func theAttemptsOfADeliveryAreKeptAsLongAsIt(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let (monitor, _) = try await Self.filled(fixture, [("a", "1"), ("b", "2")])
            func attempt(_ number: Int, at moment: Int64, _ status: Int?, _ error: String?) -> DeliveryAttempt {
                let sentAt = Timestamp(milliseconds: moment)
                return DeliveryAttempt(number: number, sentAt: sentAt, milliseconds: 7, status: status, error: error)
            }
            let made = [
                attempt(1, at: 5, nil, "connection refused"), attempt(2, at: 9, 500, "HTTP 500"),
                attempt(1, at: 70, 200, nil),
            ]
            let delivery = try #require(try await Self.due(monitor, fixture).first)
            for attempt in made {
                var change = Self.change(delivery, of: monitor, to: attempt.error == nil ? .delivered : .pending)
                change.attempt = attempt
                try fixture.store.recordBlocking([change], at: Self.now)
            }
            let kept = try #require(try await fixture.store.delivery(delivery.rowID))
            #expect(kept.attempts == made && kept.delivery.state == .delivered)
            // The delivery counts one attempt, that of its newest round.
            #expect(kept.delivery.attempts == 1 && kept.unlistedAttempts == 0)
            var counted = kept
            counted.delivery.attempts = 4
            #expect(counted.unlistedAttempts == 3)
            let other = try #require(try await fixture.store.delivery(delivery.rowID + 1))
            #expect(other.attempts.isEmpty && other.delivery.state == .pending)
            #expect(kept.json["history"]?.elements?.count == 3)
            let left: Int? = try await fixture.store.write { transaction in
                try transaction.execute("DELETE FROM deliveries WHERE rowID = ?1", [delivery.rowID])
                return try transaction.value("SELECT count(*) FROM deliveryAttempts")
            }
            #expect(left == 0)
        }
    }

    @Test(arguments: StoreKind.allCases) func theSameCallOfAnotherSimulationDoesNotWait(_ kind: StoreKind) async throws
    {
        try await StoreFixture.with(kind) { fixture in
            let (monitor, inbox) = try await Self.filled(fixture, [])
            for (id, simulation) in [("a", "sim-1"), ("b", "sim-2"), ("c", "sim-1")] {
                try await inbox.keep(.event(id, call: "call-1", simulation: simulation))
            }
            let due = try await Self.due(monitor, fixture)
            #expect(due.map(\.webhookID) == ["a", "b"])
            try fixture.store.recordBlocking([Self.change(due[1], of: monitor, to: .delivered)], at: Self.now)
            #expect(try await Self.due(monitor, fixture).map(\.webhookID) == ["a"])
            let listed = try await fixture.store.deliveries(DeliveryQuery()).items
            #expect(listed.map(\.callID) == ["call-1", "call-1", "call-1"])
        }
    }

    @Test(arguments: StoreKind.allCases) func pagesAreBounded(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let (monitor, _) = try await Self.filled(fixture, (0..<50).map { ("e\($0)", "c\($0)") })
            let first = try await fixture.store.due(monitor: monitor, batch: 0, now: Self.now, limit: 20)
            #expect(first.page.count == 20 && first.next != nil)
            let taken = Set(first.page.map(\.rowID))
            let second = try await fixture.store.due(
                monitor: monitor,
                batch: 0,
                now: Self.now,
                limit: 20,
                excluding: taken
            )
            #expect(second.page.count == 20 && taken.isDisjoint(with: second.page.map(\.rowID)))
            let small = try await fixture.store.due(monitor: monitor, batch: 0, now: Self.now, limit: 20, maxBytes: 200)
            #expect((1..<5).contains(small.page.count))
        }
    }

    @Test(arguments: StoreKind.allCases) func aQueueHasOneOwnerAtATime(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let (monitor, _) = try await Self.filled(fixture, [("a", "1")])
            let home = fixture.home
            let isAlive: @Sendable (String) -> Bool = { RunLock.isHeld(home, runID: $0) }
            let store = fixture.store
            do {
                let lock = try #require(try RunLock(home, runID: "first"))
                #expect(try await store.claim([monitor], for: "first", isAlive: isAlive) == nil)
                #expect(try await store.claim([monitor], for: "second", isAlive: isAlive)?.holder == "first")
                // A process cannot release the claim of another.
                try await store.release(monitor: monitor, from: "second")
                #expect(try await store.claim([monitor], for: "second", isAlive: isAlive)?.holder == "first")
                withExtendedLifetime(lock) {}
            }
            // The first one is dead: its lock is free.
            #expect(try await store.claim([monitor], for: "second", isAlive: isAlive) == nil)
            try await store.release(monitor: monitor, from: "second")
            #expect(try await store.monitor(monitor)?.forwarder == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func severalQueuesAreTakenTogetherOrNotAtAll(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let (first, _) = try await Self.filled(fixture, [("a", "1")])
            let second = try #require(try await fixture.store.register([("more", "{}")], owner: fixture.run).first)
            #expect(try await fixture.store.claim([second], for: "other") { _ in true } == nil)
            let taken = try await fixture.store.claim([first, second], for: "both") { _ in true }
            #expect(taken?.monitor == second && taken?.holder == "other")
            #expect(try await fixture.store.monitor(first)?.forwarder == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func aMonitorThatWantsNoMoreGetsNothing(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let (monitor, inbox) = try await Self.filled(fixture, [("a", "1"), ("b", "1"), ("c", "2")])
            #expect(try await !fixture.store.disable(monitor: monitor, because: "HTTP 410"))
            try await inbox.keep(.event("d", call: "3"))
            #expect(try await fixture.store.totals(of: [monitor]).disabled == 4)
            #expect(try await Self.due(monitor, fixture).isEmpty)
            let page = try await fixture.store.deliveries(DeliveryQuery())
            #expect(page.items.allSatisfy { $0.state == .disabled && $0.lastError == "HTTP 410" })
        }
    }

    @Test(arguments: StoreKind.allCases) func aReplayIsABatchOfItsOwn(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let (monitor, _) = try await Self.filled(fixture, [("a", "1"), ("b", "1"), ("c", "2"), ("d", "3")])
            let store = fixture.store
            for delivery in try await Self.due(monitor, fixture) where delivery.webhookID != "d" {
                try store.recordBlocking([Self.change(delivery, of: monitor, to: .dead, error: "x")], at: Self.now)
            }
            let next = try await Self.due(monitor, fixture).first { $0.webhookID == "b" }
            try store.recordBlocking([Self.change(#require(next), of: monitor, to: .dead, error: "x")], at: Self.now)
            var query = DeliveryQuery()
            query.states = [.dead]
            #expect(try await store.replay(query, monitor: monitor, batch: 77, now: Self.now)?.count == 3)
            #expect(try await store.replay(query, monitor: monitor, batch: 77, now: Self.now) == nil)
            // One of each call at a time, and none of the usual queue.
            let page = try await store.due(monitor: monitor, batch: 77, now: Self.now, limit: 10).page
            #expect(page.map(\.webhookID) == ["a", "c"] && page.allSatisfy { $0.attempts == 0 })
            #expect(try await Self.due(monitor, fixture).map(\.webhookID) == ["d"])
            // The next process finds the deliveries of a replay that died.
            #expect(try await store.claim([monitor], for: "next") { _ in false } == nil)
            #expect(Set(try await Self.due(monitor, fixture).map(\.webhookID)) == ["a", "b", "c", "d"])
        }
    }

    @Test(arguments: StoreKind.allCases) func listsAreFilteredAndPaged(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let (monitor, _) = try await Self.filled(fixture, (0..<7).map { ("e\($0)", "c\($0)") })
            let first = try #require(try await Self.due(monitor, fixture).first)
            try fixture.store.recordBlocking([Self.change(first, of: monitor, to: .delivered)], at: Self.now)
            var query = DeliveryQuery()
            query.limit = 4
            var page = try await fixture.store.deliveries(query)
            #expect(page.items.map(\.webhookID) == ["e0", "e1", "e2", "e3"])
            query.after = try #require(page.next)
            page = try await fixture.store.deliveries(query)
            #expect(page.items.map(\.webhookID) == ["e4", "e5", "e6"] && page.next == nil)
            query = DeliveryQuery()
            query.states = [.delivered]
            #expect(try await fixture.store.deliveries(query).items.map(\.webhookID) == ["e0"])
            query.monitor = "nobody"
            #expect(try await fixture.store.deliveries(query).items.isEmpty)
            query.monitor = "qa"
            query.runID = "run-1"
            #expect(try await fixture.store.deliveries(query).items.first?.runID == "run-1")
            query.since = Timestamp(milliseconds: 100)
            #expect(try await fixture.store.deliveries(query).items.isEmpty)
            let found = try await fixture.store.delivery(first.rowID)
            #expect(found?.delivery.state == .delivered && found?.body == first.body)
            #expect(try await fixture.store.delivery(4711) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func registeringAgainKeepsTheQueue(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let (monitor, _) = try await Self.filled(fixture, [("a", "1")])
            let changed = (name: "qa", definition: #"{"name":"qa","required":true}"#)
            #expect(try await fixture.store.register([changed], owner: fixture.run) == [monitor])
            #expect(try await fixture.store.monitor(monitor)?.definition == changed.definition)
            #expect(try await fixture.store.hasPending(monitor: monitor))
        }
    }

    @Test(arguments: StoreKind.allCases) func theMessageOfARunIsEnqueuedOnce(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let monitor = try await Self.monitor("team", in: fixture)
            for _ in 0..<2 { try await fixture.store.enqueue(message: [1, 2], to: monitor, at: Self.now) }
            let due = try await Self.due(monitor, fixture)
            #expect(due.map(\.body) == [[1, 2]] && due[0].callKey == "")
        }
    }
}

extension Array {
    /// The results for each element, one after the other.
    func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
