import Addresses
import ExactJSON
import HTTPService
import HTTPTypes
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import Sandbox

@Suite("SimulationRunner", .timeLimit(.minutes(5)))
struct SimulationRunnerTests {
    private static let patient = WebhookSender.RetrySchedule(pauses: [1000], attemptLimit: .seconds(15))

    @Test func completedComesAfterTheFirstAttemptOfEveryEvent() async throws {
        let isReleased = Mutex(false)
        // Every attempt hangs until it is released, and fails then: delivery itself is not waited for.
        let receiver = Receiver { _, _ in
            while !isReleased.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(2)) }
            return ServiceResponse(status: 500)
        }
        let rig = Rig()
        let token = try await rig.token()
        let sender = WebhookSender(secret: nil, schedule: Self.patient)
        try await receiver.serve(sender) { url in
            let id = await rig.create(Payload.text(calls: 30, url: url.origin + url.rest), token: token).id
            let record = try #require(rig.records.first)
            let engine = Task { await rig.run(record, sender: sender) }
            try await eventually {
                let state = await rig.state(id, token: token)
                return record.deliveries.isAwaited || state == "completed"
            }
            #expect(await rig.state(id, token: token) == "running")
            #expect(record.deliveries.counts.pending > 30)
            isReleased.withLock { $0 = true }
            await engine.value
            let status = await rig.send(.get, "\(Endpoint.simulations)/\(id)", token: token).json
            #expect(status["state"]?.string == "completed")
            let pending = record.deliveries.counts.pending
            #expect(receiver.attempts.count == pending)
            #expect(status["webhooks"] == ["delivered": 0, "pending": .integer(pending), "givenUp": 0])
        }
    }

    @Test func theEnginePausesWhileTooManyAreUnfinished() async throws {
        let receiver = Receiver { _, _ in ServiceResponse(status: 200) }
        let rig = Rig()
        let token = try await rig.token()
        let sender = WebhookSender(secret: nil, schedule: Self.patient)
        let result: (Int, Int) = try await Loopback.serve({ await receiver.respond($0) }) { origin in
            let id = await rig.create(Payload.text(calls: 50, url: "\(origin)/hook"), token: token).id
            let created = try #require(rig.records.first)
            let ledger = DeliveryLedger(roomLimit: 7)
            let record = SimulationRecord(
                id: created.id,
                ordinal: created.ordinal,
                request: created.request,
                createdAt: created.createdAt,
                deliveries: ledger
            )
            let engine = Task { await rig.run(record, sender: sender) }
            // Nothing is delivered before the sender runs: the engine stops at the limit.
            try await eventually { ledger.isAwaited }
            let paused = ledger.counts.pending
            return await withTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run() }
                await engine.value
                group.cancelAll()
                #expect(await rig.state(id, token: token) == "completed")
                return (paused, ledger.counts.delivered)
            }
        }
        #expect(result.0 == 7)
        #expect(result.1 > 100 && receiver.attempts.count == result.1)
    }

    @Test func aSimulationThatIsCancelledStopsAtTheNextEvent() async throws {
        let receiver = Receiver { _, _ in ServiceResponse(status: 200) }
        let rig = Rig()
        let token = try await rig.token()
        let sender = WebhookSender(secret: nil, schedule: Self.patient)
        let id = await rig.create(Payload.text(calls: 1000, url: "http://127.0.0.1:9/hook"), token: token).id
        let created = try #require(rig.records.first)
        let ledger = DeliveryLedger(roomLimit: 3)
        let record = SimulationRecord(
            id: created.id,
            ordinal: created.ordinal,
            request: created.request,
            createdAt: created.createdAt,
            deliveries: ledger
        )
        let engine = Task { await rig.run(record, sender: sender) }
        try await eventually { ledger.isAwaited }
        #expect(await rig.send(.post, "\(Endpoint.simulations)/\(id)/cancel", token: token).status == 202)
        ledger.givenUp()
        await engine.value
        #expect(await rig.state(id, token: token) == "cancelled")
        #expect(ledger.counts.pending == 2)
        #expect(receiver.attempts.isEmpty)
    }

    @Test func cancellingTheTaskEndsTheWait() async {
        for condition in [DeliveryLedger.Condition.room, .firstAttempts] {
            let ledger = DeliveryLedger(roomLimit: 1)
            ledger.enqueued()
            let task = Task { await ledger.wait(for: condition) }
            task.cancel()
            await task.value
            #expect(!ledger.isAwaited)
        }
    }

    @Test func waitsEndWhenTheirConditionHolds() async throws {
        let ledger = DeliveryLedger(roomLimit: 2)
        await ledger.wait(for: .room)
        await ledger.wait(for: .firstAttempts)
        for _ in 0..<2 { ledger.enqueued() }
        let room = Task { await ledger.wait(for: .room) }
        try await eventually { ledger.isAwaited }
        ledger.firstAttempted()
        #expect(ledger.isAwaited)
        ledger.delivered()
        await room.value
        let attempts = Task { await ledger.wait(for: .firstAttempts) }
        try await eventually { ledger.isAwaited }
        ledger.givenUp()
        #expect(ledger.isAwaited)
        ledger.firstAttempted()
        await attempts.value
        #expect(ledger.counts == SimulationStatus.WebhookCounts(delivered: 1, pending: 0, givenUp: 1))
    }

    @Test func virtualTimeKeepsToItsSpeed() async throws {
        // Two calls after each other, each 1 s to the ringing and 30 s of it: 62 s of virtual time.
        let rig = Rig { $0.speed = .factor(62 / 0.4) }
        let token = try await rig.token()
        let body = Payload.text(calls: 2, concurrency: 1, noAnswer: "1", answer: "0")
        let id = await rig.create(body, token: token).id
        let start = ContinuousClock.now
        await rig.run(try #require(rig.records.first))
        let elapsed = start.duration(to: .now)
        #expect(elapsed >= .milliseconds(395), "\(elapsed)")
        #expect(await rig.state(id, token: token) == "completed")
    }

    @Test func sameSeedAndSameRequestsGiveTheSameCalls() async throws {
        let one = try await events(seed: 7)
        let again = try await events(seed: 7)
        let other = try await events(seed: 8)
        #expect(one.count > 100)
        #expect(one == again)
        #expect(one != other)
    }

    /// Everything two simulations sent, times counted from their creation.
    private func events(seed: UInt32) async throws -> [String] {
        let receiver = Receiver { _, _ in ServiceResponse(status: 200) }
        let rig = Rig { $0.seed = seed }
        // Another wall time must not matter.
        rig.advance(Double.random(in: 0...1000))
        let token = try await rig.token()
        let sender = WebhookSender(secret: nil, schedule: Self.patient)
        try await receiver.serve(sender) { url in
            for tag in ["a", "b"] {
                _ = await rig.create(Payload.text(calls: 25, tag: tag, url: url.origin + url.rest), token: token)
            }
            await withTaskGroup(of: Void.self) { group in
                for record in rig.records { group.addTask { await rig.run(record, sender: sender) } }
            }
        }
        let start = rig.records[0].createdAt.milliseconds
        let ids = receiver.attempts.compactMap(\.id)
        #expect(Set(ids).count == ids.count)
        return try receiver.attempts.map { attempt in
            let event = try SimulationEvent(body: attempt.body)
            let time = event.timestamp.milliseconds - start
            return "\(event.simulationID) \(event.callID) \(event.state.rank) \(event.state) \(time) "
                + "\(event.outcome?.rawValue ?? "-") \(event.durationMs)"
        }.sorted()
    }
}
