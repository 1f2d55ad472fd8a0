import Testing

@testable import RunStore

/// What is asked of a run's events takes the index that is made for it, however much a service has received.
@Suite("Query plans", .timeLimit(.minutes(5)))
struct QueryPlanTests {
    private static func plan(_ sql: String, _ values: [any StoreBindable], _ store: RunStore) async throws -> [String] {
        try await store.read { try $0.all("EXPLAIN QUERY PLAN \(sql)", values) { $0["detail"] } }
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

    /// Workers and watchers ask several times a second, however many runs have ended.
    @Test(
        arguments: [
            (RunStore.nextInQueue, "runsUnfinished"),
            (RunStore.changedRuns, "runVersions"),
        ]
    )
    func whatIsAskedAgainAndAgainReadsNoEndedRuns(_ sql: String, _ index: String) async throws {
        try await StoreFixture.with { fixture in
            let plan = try await Self.plan(sql, [7], fixture.store)
            #expect(!plan.contains { $0.contains("SCAN runs") && !$0.contains(index) }, "\(plan)")
            #expect(!plan.contains { $0.contains("SCAN submissions") }, "\(plan)")
            #expect(plan.contains { $0.contains(index) }, "\(plan)")
        }
    }

    /// The state of monitors is asked for every few seconds, however many deliveries there are.
    @Test func monitorsAreCountedAlongAnIndex() async throws {
        try await StoreFixture.with { fixture in
            let plan = try await Self.plan(RunStore.monitorHealth, [50], fixture.store)
            #expect(!plan.contains { $0.contains("SCAN deliveries") }, "\(plan)")
            #expect(plan.count { $0.contains("COVERING INDEX deliveryStates") } == 4, "\(plan)")
        }
    }

    private static func query(_ change: (inout InboxQuery) -> Void) -> InboxQuery {
        var query = InboxQuery()
        change(&query)
        return query
    }

    /// A page of a list reads rows in the order of arrival, so it costs the same with a million rows as with a thousand.
    @Test(
        arguments: [
            (query { _ in }, nil), (query { $0.runID = "run-1" }, 5...900), (query { $0.isOfService = true }, nil),
            (query { $0.simulationID = "sim-1" }, 5...900), (query { $0.simulationID = "sim-1" }, nil),
            (query { ($0.simulationID, $0.runID) = ("sim-1", "run-1") }, 5...900),
            (query { $0.state = .quarantined }, nil),
        ] as [(InboxQuery, ClosedRange<Int64>?)]
    )
    func aPageOfTheInboxIsNotSorted(_ selected: InboxQuery, _ span: ClosedRange<Int64>?) async throws {
        var query = selected
        for after in [nil, 500] as [Int64?] {
            query.after = after
            let (sql, arguments) = SQLiteTransaction.selection(query, within: span)
            try await StoreFixture.with { fixture in
                let plan = try await Self.plan(sql, arguments, fixture.store)
                let isRange = after != nil || span != nil
                let expected =
                    query.state == .quarantined
                    ? "INDEX webhookQuarantine" : isRange ? "SEARCH w USING INTEGER PRIMARY KEY" : "SCAN w"
                #expect(plan.first?.contains(expected) == true, "\(plan)")
                #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
            }
        }
    }

    /// Where the webhooks of a run or of a simulation lie is read out of an index alone.
    @Test(arguments: [SQLiteTransaction.spanOfRun, SQLiteTransaction.spanOfSimulation])
    func theSpanOfARunIsReadOutOfAnIndex(_ sql: String) async throws {
        try await StoreFixture.with { fixture in
            let plan = try await Self.plan(sql, ["1"], fixture.store)
            let looks = plan.filter { $0.contains("webhooks") }
            #expect(
                !looks.isEmpty && looks.allSatisfy { $0.hasPrefix("SEARCH webhooks USING COVERING INDEX webhook") },
                "\(plan)"
            )
        }
    }
}
