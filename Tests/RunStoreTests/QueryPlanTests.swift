import GRDB
import Testing

@testable import RunStore

/// What is asked of a run's events takes the index that is made for it, however much a service has received.
@Suite("Query plans", .timeLimit(.minutes(5)))
struct QueryPlanTests {
    private static func plan(_ sql: String, _ arguments: StatementArguments, _ store: RunStore) async throws -> [String]
    {
        try await store.pool.read { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments).map { $0["detail"] }
        }
    }

    @Test(arguments: [RunStore.eventsByCall, RunStore.callBoundaries, RunStore.eventSpan])
    func eventsOfARunAreFoundByTheirCalls(_ sql: String) async throws {
        try await StoreFixture.with { fixture in
            let plan = try await Self.plan(sql, [fixture.run, "sim-1"], fixture.store)
            #expect(
                plan.contains { $0.contains("SEARCH webhooks USING INDEX webhookCalls (owner=? AND simulationId=?)") },
                "\(plan)"
            )
        }
    }

    /// Neither is sorted: the order of the index is that of the calls.
    @Test func eventsComeInTheOrderOfTheIndex() async throws {
        try await StoreFixture.with { fixture in
            let plan = try await Self.plan(RunStore.eventsByCall, [fixture.run, "sim-1"], fixture.store)
            #expect(plan.count == 1, "\(plan)")
            let counts = try await Self.plan(RunStore.deliveryCounts, [fixture.run], fixture.store)
            #expect(counts.count == 1 && counts[0].contains("COVERING INDEX webhookCalls"), "\(counts)")
        }
    }
}
