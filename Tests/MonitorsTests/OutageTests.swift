import ExactJSON
import RingbackHome
import RingbackTestKit
import ScenarioFile
import SimulationAPI
import Testing

@testable import Monitors
@testable import RunStore

/// A monitor that fails, for queues of any length: the queue and the store together, on virtual time.
@Suite(.timeLimit(.minutes(5)))
struct OutageTests {
    /// What a monitor answers to the attempt of a delivery: a status, or `nil` for no answer.
    typealias Answer = (_ attempt: Int, _ now: Int64) -> Int?

    struct Outcome {
        var totals: DeliveryTotals
        /// The time of the last attempt, in milliseconds.
        var end: Int64
        var sendings: [Int64]
    }

    private static func forward(
        calls: Int,
        events: Int,
        _ schedule: DeliverySchedule = .fast,
        for limit: Int64 = 10_000_000,
        _ answer: Answer
    ) async throws -> Outcome {
        try await TemporaryFolder.with { folder in
            try await RunStore.with(try Home(path: folder)) { store in
                let read = try Scenario.Monitor.parseList(text: "[{name: qa, kind: stdout}]", file: "m.yaml").monitors
                let prepared = try PreparedMonitor(
                    MonitorDefinition(try #require(read.first), schedule: .fast, folder: folder),
                    environment: { _ in nil }
                )
                let monitor = try #require(try await store.register([prepared], owner: 1).first).rowID
                try await store.write { database in
                    for event in 0..<events {
                        for call in 0..<calls {
                            try database.execute(
                                """
                                INSERT INTO deliveries(monitor, callKey, state, batch, attempts, dueAt, message)
                                VALUES(?1, ?2, 'pending', 0, 0, ?3, x'00')
                                """,
                                [monitor, "call-\(call)", event == 0 ? 0 : nil as Int?]
                            )
                        }
                    }
                }
                return try await drain(store, monitor, schedule, until: limit, answer)
            }
        }
    }

    private static func drain(
        _ store: RunStore,
        _ monitor: Int64,
        _ schedule: DeliverySchedule,
        until limit: Int64,
        _ answer: Answer
    ) async throws -> Outcome {
        var queue = DeliveryQueue(DeliveryQueue.Rules(schedule: schedule), monitor: monitor)
        var attempts: [Int64: Int] = [:]
        var sendings: [Int64] = []
        var flights: [(delivery: DueDelivery, until: Int64)] = []
        var now: Int64 = 0
        steps: while now < limit {
            switch queue.next(at: Timestamp(milliseconds: now)) {
            case .load:
                let (page, next, newest) = try await store.due(
                    monitor: monitor,
                    batch: 0,
                    now: Timestamp(milliseconds: now),
                    limit: 256,
                    excluding: queue.taken
                )
                queue.loaded(page, nextDueAt: next, newest: newest)
            case .send(let batch):
                flights += batch.map { ($0, now + 5) }
                sendings += batch.map { _ in now }
            case .wait(let until):
                guard let next = [until, flights.map(\.until).min()].compactMap({ $0 }).min() else { break steps }
                now = max(now, next)
                var changes: [DeliveryChange] = []
                for flight in flights where flight.until <= now {
                    let id = flight.delivery.rowID
                    attempts[id, default: 0] += 1
                    let status = answer(attempts[id] ?? 0, now)
                    let result: DeliveryResult =
                        status == 200 ? .delivered(status: 200) : .failed(status: status, reason: "no")
                    let change = queue.finished(id, result, at: Timestamp(milliseconds: now), chance: 0.9)
                    if let change { changes.append(change) }
                }
                flights.removeAll { $0.until <= now }
                if !changes.isEmpty { try store.recordBlocking(changes, at: Timestamp(milliseconds: now)) }
                for change in changes { queue.recorded(change.rowID) }
            case .disable, .stop: Issue.record("the queue ended")
            }
        }
        return Outcome(totals: try await store.totals(of: [monitor]), end: sendings.last ?? 0, sendings: sendings)
    }

    private static let sizes = [(1, 1), (1, 5), (2, 4), (5, 1), (30, 4), (117, 1), (6000, 1)]

    /// After five failures in a row, a failed probe counts for every delivery that is due.
    @Test(arguments: sizes) func everythingIsDeadWithinAMinute(_ calls: Int, _ events: Int) async throws {
        for status in [500, nil] {
            let outcome = try await Self.forward(calls: calls, events: events) { _, _ in status }
            #expect(outcome.totals.dead == calls * events && outcome.totals.pending == 0)
            #expect(outcome.end < 60_000, "\(outcome.end)")
            #expect(outcome.sendings.count < 60, "\(outcome.sendings.count)")
        }
    }

    /// The failures of first attempts are no outage: a success opens the way for all.
    @Test(arguments: sizes) func everythingArrivesIfEachEventFailsOnce(_ calls: Int, _ events: Int) async throws {
        let outcome = try await Self.forward(calls: calls, events: events) { attempt, _ in attempt == 1 ? 500 : 200 }
        #expect(outcome.totals.delivered == calls * events, "\(outcome.totals)")
        #expect(outcome.end < 60_000, "\(outcome.end)")
    }

    @Test(arguments: sizes) func everythingArrivesIfTheMonitorComesBack(_ calls: Int, _ events: Int) async throws {
        let outcome = try await Self.forward(calls: calls, events: events) { _, now in now < 20_000 ? nil : 200 }
        #expect(outcome.totals.delivered == calls * events, "\(outcome.totals)")
        #expect(outcome.end < 60_000, "\(outcome.end)")
    }

    @Test func theStandardScheduleProbesOnceAMinute() async throws {
        let outcome = try await Self.forward(calls: 500, events: 2, .standard, for: 3_600_000) { _, _ in 503 }
        let probes = outcome.sendings.filter { $0 > 10_000 }
        #expect(zip(probes, probes.dropFirst()).allSatisfy { $1 - $0 >= 60_000 })
        #expect(outcome.totals.pending == 1000)
    }

    /// A monitor that goes away again after one success gets no storm.
    @Test func aSingleSuccessIsNoLicence() async throws {
        let outcome = try await Self.forward(calls: 1000, events: 1) { _, now in
            (5_000..<6_000).contains(now) ? 200 : nil
        }
        #expect(outcome.totals.dead + outcome.totals.delivered == 1000)
        #expect(outcome.end < 75_000)
    }
}
