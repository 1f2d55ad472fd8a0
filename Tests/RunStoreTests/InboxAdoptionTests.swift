import RingbackTestKit
import SimulationAPI
import Testing

@testable import RunStore

/// A run takes over the events of its simulation that came before it knew it.
@Suite("Inbox adoption", .timeLimit(.minutes(5)))
struct InboxAdoptionTests {
    @Test(arguments: StoreKind.allCases) func eventsThatCameTooEarlyAreTheRuns(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let store = fixture.store
            let monitor = try await store.register([(name: "qa", definition: "{}")], owner: fixture.run)[0]
            let service = Inbox(store: store, owner: InboxOwner.service)
            let own = Inbox(
                store: store,
                owner: fixture.run,
                routes: DeliveryRoutes([DeliveryRoute(monitor: monitor)])
            )
            try await service.keep(.event("old", simulation: "sim-1"))
            let newest = try await store.lastWebhook()
            for (id, call, state) in [("a", "call-1", CallState.ringing), ("b", "call-1", .completed)] {
                try await service.keep(.event(id, call: call, state, simulation: "sim-1"))
            }
            try await service.keep(.event("c", simulation: "sim-2"))
            await service.settle()
            try await own.adopt("sim-1", since: newest)
            try await own.keep(.event("d", call: "call-2", .completed, simulation: "sim-1"))
            #expect(own.counts.events == ["sim-1": 3] && own.endedCalls == 2 && own.counts.received == 3)
            #expect(try await store.totals(of: [monitor]).pending == 3)
            let page = try await store.inboxPage(InboxQuery())
            let owned = page.items.filter { $0.runID == "run-1" }.map(\.webhookID)
            #expect(owned.sorted() == ["a", "b", "d"])
            // Counted again out of the rows, it is the same.
            let again = try await Inbox.opened(store, owner: fixture.run)
            #expect(again.counts.events == own.counts.events && again.endedCalls == own.endedCalls)
        }
    }

    /// A sender that repeats an event may reach both inboxes: it counts once.
    @Test(arguments: StoreKind.allCases) func aCopyIsNotTakenTwice(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let service = Inbox(store: fixture.store, owner: InboxOwner.service)
            let own = Inbox(store: fixture.store, owner: fixture.run)
            try await service.keep(.event("a", .completed))
            try await own.keep(.event("a", .completed))
            try await own.adopt("sim-1", since: 0)
            #expect(own.counts.events == ["sim-1": 1] && own.endedCalls == 1)
            #expect(own.counts.received == 2 && own.counts.duplicates == 1)
            let rows: Int64? = try await fixture.store.read { try $0.value("SELECT count(*) FROM webhooks") }
            #expect(rows == 1)
        }
    }

    @Test(arguments: StoreKind.allCases) func settlingWaitsForWhatCameBefore(_ kind: StoreKind) async throws {
        try await StoreFixture.with(kind) { fixture in
            let service = Inbox(store: fixture.store, owner: InboxOwner.service)
            for number in 0..<500 { service.keep(.event("e\(number)")) { _ in } }
            await service.settle()
            let newest = try await fixture.store.lastWebhook()
            #expect(newest == 500)
        }
    }
}
