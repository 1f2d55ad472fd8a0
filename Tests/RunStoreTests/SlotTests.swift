import RingbackHome
import RingbackTestKit
import Synchronization
import Testing

@testable import RunStore

@Suite("Slot order", .timeLimit(.minutes(5)))
struct SlotOrderTests {
    private func tickets(_ tags: [String]) -> [SlotTicket] {
        tags.enumerated().map { index, tag in
            SlotTicket(rowID: Int64(index), pool: "p", runId: "\(tag)\(index)", tag: tag, wireTag: "")
        }
    }

    @Test(
        arguments: [
            ([], [:], []),
            (["a", "a", "a"], [:], ["a0", "a1", "a2"]),
            // Tags take turns, however many tickets one of them has.
            (["a", "a", "a", "b", "c"], [:], ["a0", "b3", "c4", "a1", "a2"]),
            (["a", "b", "a", "b"], [:], ["a0", "b1", "a2", "b3"]),
            // Who was served last waits longest.
            (["a", "b", "c"], ["a": 3, "b": 1, "c": 2], ["b1", "c2", "a0"]),
            (["a", "b"], ["a": 3], ["b1", "a0"]),
        ] as [([String], [String: Int64], [String])]
    )
    func firstComeFirstServedAndTagsInTurn(_ tags: [String], _ turns: [String: Int64], _ expected: [String]) {
        #expect(SlotOrder.order(tickets(tags).reversed(), turns: turns).map(\.runId) == expected)
    }

    @Test func everybodyIsServedOnce() {
        let waiting = tickets((0..<40).map { "tag\($0 * $0 % 7)" })
        let order = SlotOrder.order(waiting, turns: ["tag1": 5])
        #expect(Set(order) == Set(waiting) && order.count == 40)
    }
}

@Suite("Slots", .timeLimit(.minutes(5)))
struct SlotTests {
    private static let everybody: @Sendable (String) -> Bool = { _ in true }

    private static func queue(_ store: RunStore, _ id: String, tag: String = "t", pool: String = "p") async throws {
        try await store.queue(pool: pool, runID: id, tag: tag, wireTag: "\(tag):\(id)")
    }

    private static func take(
        _ store: RunStore,
        _ id: String,
        of capacity: Int = 2,
        alive: (@Sendable (String) -> Bool)? = nil
    ) async throws -> Taken {
        switch try await store.takeSlot(runID: id, capacity: capacity, isAlive: alive ?? everybody) {
        case .held: .held
        case .waiting(let ahead, let holders): .waiting(ahead: ahead, behind: holders.map(\.runId))
        case .missing: .missing
        }
    }

    private enum Taken: Equatable {
        case held
        case waiting(ahead: Int, behind: [String])
        case missing
    }

    @Test(arguments: StoreKind.allCases) func aPoolHasSoManySlots(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            for id in ["a", "b", "c", "d"] { try await Self.queue(store, id) }
            try await Self.queue(store, "elsewhere", pool: "q")
            // Not before their turn, in whatever order the runs ask.
            #expect(try await Self.take(store, "c") == .waiting(ahead: 2, behind: []))
            #expect(try await Self.take(store, "b") == .held)
            #expect(try await Self.take(store, "a") == .held)
            #expect(try await Self.take(store, "a") == .held)
            #expect(try await Self.take(store, "d") == .waiting(ahead: 1, behind: ["a", "b"]))
            #expect(try await Self.take(store, "elsewhere") == .held)
            try await store.releaseSlot(of: "a")
            #expect(try await Self.take(store, "d") == .waiting(ahead: 1, behind: ["b"]))
            #expect(try await Self.take(store, "c") == .held)
        }
    }

    @Test(arguments: StoreKind.allCases) func runsThatHoldSlotsHaveDifferentNumbers(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            func numbers() async throws -> [Int?] { try await store.tickets(pool: "p").map(\.slot) }
            for id in ["a", "b", "c", "d"] { try await Self.queue(store, id) }
            for id in ["a", "b", "c"] { #expect(try await Self.take(store, id, of: 3) == .held) }
            #expect(try await numbers() == [1, 2, 3, nil])
            try await store.releaseSlot(of: "b")
            #expect(try await Self.take(store, "d", of: 3) == .held)
            #expect(try await Self.take(store, "d", of: 3) == .held)
            #expect(try await numbers() == [1, 3, 2])
        }
    }

    @Test(arguments: StoreKind.allCases) func whoDiesWaitingLeavesTheQueue(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            for id in ["a", "dead", "b"] { try await Self.queue(store, id) }
            #expect(try await Self.take(store, "a", of: 1) == .held)
            #expect(try await Self.take(store, "b", of: 1) { $0 != "dead" } == .waiting(ahead: 0, behind: ["a"]))
            #expect(try await store.tickets(pool: "p").map(\.runId) == ["a", "b"])
            // A run that only stood still is told so, and queues again.
            #expect(try await Self.take(store, "dead", of: 1) == .missing)
            #expect(try await !store.updateTicket(of: "dead") { $0.intendedAt = 5 })
            try await Self.queue(store, "dead")
            #expect(try await Self.take(store, "dead", of: 1) == .waiting(ahead: 1, behind: ["a"]))
        }
    }

    /// A run may come back while another one looks whether its simulation still runs.
    @Test(arguments: StoreKind.allCases) func theSlotOfARunThatCameBackStays(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            try await Self.queue(store, "a")
            #expect(try await Self.take(store, "a") == .held)
            let seen = try #require(try await store.ticket(of: "a"))
            #expect(try await store.updateTicket(of: "a") { $0.intendedAt = 5 })
            #expect(try await !store.releaseSlot(ofDead: seen))
            let now = try #require(try await store.ticket(of: "a"))
            let isBack: Bool? = try await store.working(on: "a") { _ in try await store.releaseSlot(ofDead: now) }
            #expect(isBack == false)
            #expect(try await store.releaseSlot(ofDead: now))
            #expect(try await store.tickets().isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func theSlotOfWhoDiesHoldingItStaysOccupied(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            for id in ["dead", "b"] { try await Self.queue(store, id) }
            #expect(try await Self.take(store, "dead", of: 1) == .held)
            #expect(try await Self.take(store, "b", of: 1) { $0 != "dead" } == .waiting(ahead: 0, behind: ["dead"]))
            // Looking at it does not free it either.
            #expect(try await Self.take(store, "b", of: 1) { $0 != "dead" } == .waiting(ahead: 0, behind: ["dead"]))
            try await store.releaseSlot(of: "dead")
            #expect(try await Self.take(store, "b", of: 1) { $0 != "dead" } == .held)
        }
    }

    @Test(arguments: StoreKind.allCases) func tagsTakeTurnsOverTime(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            for id in ["a1", "a2", "b1", "b2"] { try await Self.queue(store, id, tag: String(id.prefix(1))) }
            var served: [String] = []
            for _ in 0..<4 {
                for id in ["a1", "a2", "b1", "b2"] where !served.contains(id) {
                    guard try await Self.take(store, id, of: 1) == .held else { continue }
                    served.append(id)
                    try await store.releaseSlot(of: id)
                    break
                }
            }
            #expect(served == ["a1", "b1", "a2", "b2"])
        }
    }

    @Test func aLockIsHeldUntilItsRunIsOver() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            var lock = try RunLock(home, runID: "r1")
            #expect(lock != nil)
            #expect(RunLock.isHeld(home, runID: "r1") && !RunLock.isHeld(home, runID: "r2"))
            #expect(try RunLock(home, runID: "r1") == nil)
            lock?.remove()
            lock = nil
            #expect(!RunLock.isHeld(home, runID: "r1"))
            #expect(try RunLock(home, runID: "r1") != nil)
        }
    }

    /// Counts the runs that hold a slot at the same time.
    private final class Active: Sendable {
        private let state = Mutex((now: 0, most: 0, served: 0))

        func enter() {
            state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
                $0.served += 1
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }
        var served: Int { state.withLock { $0.served } }
        var most: Int { state.withLock { $0.most } }
    }

    private static func visit(_ home: Home, _ number: Int, _ active: Active) async throws {
        try await RunStore.with(home) { store in
            let id = "run\(number)"
            try await queue(store, id, tag: "t\(number % 3)")
            while try await take(store, id, of: 3) != .held { try await Task.sleep(for: .milliseconds(5)) }
            active.enter()
            await Task.yield()
            active.leave()
            try await store.releaseSlot(of: id)
        }
    }

    /// Many connections of many tasks, as processes would be: never more slots than there are, and everybody gets one.
    @Test func neverMoreThanThereAre() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let active = Active()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<12 { group.addTask { try await Self.visit(home, number, active) } }
                try await group.waitForAll()
            }
            #expect(active.served == 12 && active.most <= 3)
        }
    }
}
