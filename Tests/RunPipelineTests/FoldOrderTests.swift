import ExactJSON
import RingbackHome
import RingbackTestKit
import RunReport
import RunStore
import SimulationAPI
import Statistics
import Testing

@testable import RunPipeline

/// The totals of a run do not depend on the order of arrival, on duplicates, or on what comes late.
@Suite("Folding in any order", .timeLimit(.minutes(5)))
struct FoldOrderTests {
    /// The legal events of this number of calls, in the order of time.
    private static func events(calls: Int, _ random: inout SplitMix64) -> [(id: String, event: SimulationEvent)] {
        var events: [(String, SimulationEvent)] = []
        for call in 0..<calls {
            let outcome = CallOutcome.allCases[Int(random.next() % UInt64(CallOutcome.allCases.count))]
            let isAbandoned = outcome == .answered && random.next() % 4 == 0
            var states: [CallState] = [.dialing]
            if outcome != .dialTone, outcome != .busy { states.append(.ringing) }
            if outcome == .answered { states += isAbandoned ? [.answered] : [.answered, .connected] }
            states.append(isAbandoned ? .abandoned : .completed)
            var time = Int64(call * 500)
            for state in states {
                events.append(
                    (
                        "msg-\(call)-\(state)",
                        SimulationEvent(
                            simulationID: "sim-1",
                            callID: "call-\(call)",
                            state: state,
                            timestamp: Timestamp(milliseconds: 1_700_000_000_000 + time),
                            outcome: state.isFinal ? outcome : nil,
                            durationMs: time - Int64(call * 500)
                        )
                    )
                )
                time += Int64(random.next() % 900)
            }
        }
        return events
    }

    private struct Totals: Equatable {
        var seen, completed, abandoned, illegalOrders, withoutOutcome, peakConcurrency, ended: Int
        var durationMs: Int64
        var outcomes: [CallOutcome: Int]
        var unique, unknown: Int
    }

    /// What a run makes of deliveries that come in this order.
    private static func fold(_ deliveries: [(id: String, event: SimulationEvent)]) async throws -> (
        Totals, Inbox.Counts
    ) {
        try await TemporaryFolder.with { folder in
            try await RunStore.with(try Home(path: folder)) { store in
                let run = try await store.insertRun(
                    id: "r",
                    scenario: "s",
                    target: .cxone,
                    origin: "o",
                    startedAt: Timestamp(milliseconds: 0)
                )
                let number = run.rowID
                let inbox = Inbox(store: store, owner: number)
                for (id, event) in deliveries {
                    try await inbox.keep(
                        ReceivedEvent(
                            webhookID: id,
                            receivedAt: event.timestamp,
                            body: event.json.bytes,
                            content: .event(event)
                        )
                    )
                }
                let span = try await store.eventSpan(run: number, simulationID: "sim-1")
                let fold = Shared(CallFold(span: span))
                try await store.eachEventByCall(run: number, simulationID: "sim-1") { event in
                    fold.withLock { $0.add(event) }
                }
                fold.withLock { $0.closeEvents() }
                try await store.eachCallBoundary(run: number, simulationID: "sim-1") { boundary in
                    fold.withLock { $0.add(boundary) }
                }
                fold.withLock { $0.closeBoundaries() }
                let (totals, counts) = (fold.withLock { $0.totals }, inbox.counts)
                return (
                    Totals(
                        seen: totals.seen,
                        completed: totals.completed,
                        abandoned: totals.abandoned,
                        illegalOrders: totals.illegalOrders,
                        withoutOutcome: totals.withoutOutcome,
                        peakConcurrency: totals.peakConcurrency,
                        ended: counts.endedCalls["sim-1"] ?? 0,
                        durationMs: totals.totalDurationMs,
                        outcomes: totals.outcomes,
                        unique: counts.events["sim-1"] ?? 0,
                        unknown: counts.unique - (counts.events["sim-1"] ?? 0)
                    ), counts
                )
            }
        }
    }

    @Test(arguments: 1...8) func theTotalsAreTheSame(_ seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let lawful = Self.events(calls: 30, &random)
        let expected = try await Self.fold(lawful).0
        #expect(expected.seen == 30 && expected.ended == 30 && expected.illegalOrders == 0)
        // Any order, a third of them twice, and some of a simulation that is not the run's.
        var deliveries = lawful.shuffled(using: &random)
        let twice = deliveries.filter { _ in random.next() % 3 == 0 }
        deliveries = (deliveries + twice).shuffled(using: &random)
        for number in 0..<5 {
            var foreign = lawful[number]
            foreign.id = "foreign-\(number)"
            foreign.event.simulationID = "sim-2"
            deliveries.insert(foreign, at: Int(random.next() % UInt64(deliveries.count)))
        }
        let (totals, counts) = try await Self.fold(deliveries)
        var wanted = expected
        wanted.unknown = 5
        #expect(totals == wanted, "seed \(seed)")
        #expect(counts.duplicates == twice.count && counts.received == deliveries.count)
    }
}
