import ExactJSON
import RingbackTestKit
import SimulationAPI
import Testing

@testable import RunStore

/// What a service has received is removed once it is old, and the database does not grow without end.
@Suite("Pruning of the service", .timeLimit(.minutes(5)))
struct ServicePruningTests {
    private static func event(_ id: String, at milliseconds: Int64) -> ReceivedEvent {
        var event = ReceivedEvent.event(id, call: id)
        event.receivedAt = Timestamp(milliseconds: milliseconds)
        return event
    }

    @Test(arguments: StoreKind.allCases) func oldEventsGoWithTheirDeliveriesAndOtherRowsStay(_ kind: StoreKind)
        async throws
    {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            let monitor = try await store.register([(name: "qa", definition: "{}")], owner: InboxOwner.service)[0]
            let routes = DeliveryRoutes([DeliveryRoute(monitor: monitor)])
            let (service, own) = (
                Inbox(store: store, owner: InboxOwner.service, routes: routes), Inbox(store: store, owner: fixture.run)
            )
            for number in 0..<5000 { own.keep(Self.event("r\(number)", at: 10)) { _ in } }
            await own.settle()
            for number in 0..<10 { try await service.keep(Self.event("s\(number)", at: Int64(number * 10))) }
            try await store.execute("UPDATE deliveries SET state = 'delivered'", [])
            let removed = try await store.pruneServiceEvents(before: Timestamp(milliseconds: 55))
            #expect(removed == HistoryCounts(events: 6, deliveries: 6))
            let left = try await store.read { database in
                try ["webhooks WHERE owner = 0", "webhooks WHERE owner <> 0", "deliveries"].map { rows -> Int in
                    try database.value("SELECT count(*) FROM \(rows)") ?? 0
                }
            }
            #expect(left == [4, 5000, 4])
            #expect(try await store.pruneServiceEvents(before: Timestamp(milliseconds: 55)) == HistoryCounts())
        }
    }

    @Test(arguments: StoreKind.allCases) func whatIsStillToBeDeliveredStays(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            let monitor = try await store.register([(name: "qa", definition: "{}")], owner: InboxOwner.service)[0]
            let service = Inbox(
                store: store,
                owner: InboxOwner.service,
                routes: DeliveryRoutes([DeliveryRoute(monitor: monitor)])
            )
            for number in 0..<10 { try await service.keep(Self.event("s\(number)", at: Int64(number))) }
            try await store.execute("UPDATE deliveries SET state = 'delivered' WHERE rowID <> 4", [])
            let removed = try await store.pruneServiceEvents(before: Timestamp(milliseconds: 100))
            #expect(removed == HistoryCounts(events: 3, deliveries: 3))
            #expect(try await store.totals(of: [monitor]).pending == 1)
        }
    }

    /// Pages that became free are used again: ten times the events of one round leave the file at the size of a few.
    @Test func theFileStaysBounded() async throws {
        try await StoreFixture.with { fixture in
            let (store, service) = (fixture.store, Inbox(store: fixture.store, owner: InboxOwner.service))
            var pages: [Int] = []
            for round in 0..<20 {
                for number in 0..<1000 {
                    service.keep(Self.event("\(round)-\(number)", at: Int64(round * 1000 + number))) { _ in }
                }
                await service.settle()
                let limit = Timestamp(milliseconds: Int64((round - 1) * 1000))
                _ = try await store.pruneServiceEvents(before: limit)
                pages.append(try await store.read { try $0.value("PRAGMA page_count") ?? 0 })
            }
            let (early, late) = (try #require(pages.dropFirst(4).first), try #require(pages.last))
            #expect(late <= early + early / 10, "\(pages)")
        }
    }
}
