import Addresses
import ExactJSON
import HTTPService
import HTTPTypes
import RingbackTestKit
import ScenarioFile
import SimulationAPI
import Synchronization
import Testing
import Webhooks

@testable import Sandbox

@Suite("Fault schedule", .timeLimit(.minutes(5)))
struct FaultScheduleTests {
    private func happens(_ when: FaultPlan.When, _ count: Int = 12) -> [Int] {
        var schedule = FaultSchedule(FaultPlan(seed: 7, rules: [.init(on: .create, when: when, .reset)]))
        return (1...count).filter { _ in schedule.next(at: .create).fault == .reset }
    }

    @Test func countsAsItIsTold() {
        #expect(happens(.always).count == 12)
        #expect(happens(.first(2)) == [1, 2])
        #expect(happens(.every(5)) == [5, 10])
        #expect(happens(.nth(3)) == [3])
        #expect(happens(.probability(0)).isEmpty && happens(.probability(1)).count == 12)
    }

    @Test(arguments: [0.05, 0.2, 0.7]) func probabilitiesAreThoseOfTheDraws(_ probability: Double) {
        let count = 20_000
        let share = Double(happens(.probability(probability), count).count) / Double(count)
        let error = (probability * (1 - probability) / Double(count)).squareRoot()
        #expect(abs(share - probability) < 4 * error)
    }

    @Test func sameSeedSameFaults() {
        #expect(happens(.probability(0.3), 200) == happens(.probability(0.3), 200))
    }

    @Test func pointsCountApartAndDelaysAddUp() {
        var schedule = FaultSchedule(
            FaultPlan(rules: [
                .init(on: .status, .delay(1)), .init(on: .status, when: .nth(2), .delay(0.5)),
                .init(on: .status, when: .nth(2), .hang), .init(on: .status, .reset),
            ])
        )
        #expect(schedule.next(at: .create) == Injection())
        #expect(schedule.next(at: .status) == Injection(delay: 1, fault: .reset))
        #expect(schedule.next(at: .create) == Injection())
        #expect(schedule.next(at: .status) == Injection(delay: 1.5, fault: .hang))
    }
}

/// What each fault does to an answer, and whether the request was carried out.
@Suite("Faults of answers", .timeLimit(.minutes(5)))
struct AnswerFaultTests {
    private func rig(_ rules: FaultPlan.Rule...) -> Rig { Rig { $0.faults = FaultPlan(rules: rules) } }

    @Test func aStatusComesInsteadOfTheAnswer() async throws {
        let rig = rig(.init(on: .create, when: .first(1), .status(429, retryAfter: 1.2)))
        let token = try await rig.token()
        let answer = await rig.create(token: token)
        #expect(answer.status == 429 && answer.code == "rate_limited")
        #expect(answer.headers[.retryAfter] == "2")
        #expect(rig.records.isEmpty)
        #expect(await rig.create(token: token).status == 201)
    }

    @Test(
        arguments: [
            (.reset, .reset, 0), (.resetAfterCommit, .reset, 1), (.emptyResponse, .nothing, 1),
            (.truncatedBody, .half, 1), (.slowBody(bytesPerSecond: 5), .slowly(bytesPerSecond: 5), 1),
        ] as [(FaultPlan.Fault, ServiceResponse.Sending, Int)]
    )
    func theAnswerGoesOutWrong(_ fault: FaultPlan.Fault, _ sending: ServiceResponse.Sending, _ created: Int)
        async throws
    {
        let rig = rig(.init(on: .create, fault))
        let token = try await rig.token()
        #expect(await rig.create(token: token).sending == sending)
        #expect(rig.records.count == created)
    }

    @Test func malformedJSONIsNone() async throws {
        let rig = rig(.init(on: .create, .malformedJSON))
        let answer = await rig.create(token: try await rig.token())
        #expect(answer.status == 201 && answer.sending == .whole)
        #expect(throws: (any Error).self) { try JSONReader.read(answer.body) }
    }

    @Test func theShownTokenExpires() async throws {
        let rig = rig(.init(on: .create, when: .first(1), .expireToken))
        let token = try await rig.token()
        let answer = await rig.create(token: token)
        #expect(answer.status == 401 && answer.headers[.wwwAuthenticate]?.contains("expired") == true)
        #expect(await rig.create(token: token).status == 401)
        #expect(await rig.create(token: try await rig.token()).status == 201)
    }

    @Test func theKeyIsClaimedDuringADelay() async throws {
        let rig = rig(.init(on: .create, .delay(30)))
        let token = try await rig.token()
        // Whoever claims the key waits; the other is told so at once.
        let first = await withTaskGroup(of: Answer.self) { group in
            for _ in 0..<2 { group.addTask { await rig.create(token: token, key: "k") } }
            defer { group.cancelAll() }
            return await group.next()
        }
        #expect(first?.code == "idempotency_key_in_flight")
    }

    @Test func aHangEndsWithTheConnection() async throws {
        let rig = rig(.init(on: .create, .hang))
        let token = try await rig.token()
        let request = Task { await rig.create(token: token) }
        request.cancel()
        #expect(await request.value.sending == .nothing)
        #expect(rig.records.isEmpty)
    }
}

/// What each fault does to a webhook.
@Suite("Faults of webhooks", .timeLimit(.minutes(5)))
struct WebhookFaultTests {
    private struct Sent {
        var attempts: [Receiver.Attempt]
        var counts: SimulationStatus.WebhookCounts
        var secret: WebhookSecret

        /// Whether the signature of an attempt is right.
        func isSigned(_ number: Int) -> Bool {
            let attempt = attempts[number]
            let seconds = Int64(attempt.timestamp ?? "") ?? 0
            return attempt.signature
                == secret.signature(id: attempt.id ?? "", timestamp: seconds, body: attempt.body)
        }
    }

    /// Sends webhooks 0, 1, 2 of one call until none is pending.
    private func send(_ rules: FaultPlan.Rule..., attemptLimit: Duration = .seconds(15)) async throws -> Sent {
        let receiver = Receiver { _, attempt in
            ServiceResponse(status: attempt.signature == nil || attempt.body.count != 8 ? 400 : 200)
        }
        let secret = WebhookSecret.random()
        let sender = WebhookSender(
            secret: secret,
            schedule: WebhookSender.RetrySchedule(
                pauses: [0.01, 0.01],
                attemptLimit: attemptLimit,
                overtakingTime: 3
            ),
            faults: FaultInjector(FaultPlan(rules: rules))
        )
        let ledger = DeliveryLedger()
        try await Loopback.serve({ await receiver.respond($0) }) { origin in
            let url = try #require(HTTPURL("\(origin)/hook"))
            for number in 0..<3 {
                let body = Array("event-0\(number)".utf8)
                sender.send(
                    Delivery(webhookID: "id\(number)", url: url, body: body, lane: 0, ledger: ledger)
                )
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run() }
                try await eventually { ledger.counts.pending == 0 }
                group.cancelAll()
            }
        }
        return Sent(attempts: receiver.attempts, counts: ledger.counts, secret: secret)
    }

    @Test func withoutFaultsTheyComeInOrder() async throws {
        let sent = try await send()
        #expect(sent.attempts.map(\.id) == ["id0", "id1", "id2"])
    }

    @Test func aDroppedOneNeverComes() async throws {
        let sent = try await send(.init(on: .webhook, when: .nth(2), .drop))
        #expect(sent.attempts.map(\.id) == ["id0", "id2"])
        #expect(sent.counts.delivered == 2 && sent.counts.givenUp == 1)
    }

    @Test func aDuplicateComesTwice() async throws {
        let sent = try await send(.init(on: .webhook, when: .nth(1), .duplicate))
        #expect(sent.attempts.map(\.id) == ["id0", "id0", "id1", "id2"])
        #expect(sent.counts.delivered == 3)
    }

    @Test(arguments: [FaultPlan.Fault.reorder, .late(3)]) func othersOvertakeIt(_ fault: FaultPlan.Fault)
        async throws
    {
        let sent = try await send(.init(on: .webhook, when: .nth(1), fault))
        #expect(sent.attempts.first?.id == "id1" && sent.attempts.count == 3)
        #expect(sent.counts.delivered == 3)
    }

    @Test(arguments: [FaultPlan.Fault.reset, .status(503, retryAfter: nil), .hang])
    func anAttemptThatFailsIsRepeated(_ fault: FaultPlan.Fault) async throws {
        // A hang lasts as long as an attempt may.
        let limit = fault == .hang ? Duration.seconds(3) : .seconds(15)
        let sent = try await send(.init(on: .webhook, when: .nth(1), fault), attemptLimit: limit)
        #expect(sent.attempts.filter { $0.id == "id0" }.count == 1)
        #expect(sent.counts.delivered == 3)
    }

    @Test(arguments: [FaultPlan.Fault.resetAfterCommit, .emptyResponse, .malformedJSON])
    func anAttemptThatCameAndFailedComesAgain(_ fault: FaultPlan.Fault) async throws {
        let sent = try await send(.init(on: .webhook, when: .nth(1), fault))
        let bodies = sent.attempts.filter { $0.id == "id0" }.map(\.body.count)
        #expect(bodies == [fault == .malformedJSON ? 4 : 8, 8])
        #expect(sent.counts.delivered == 3)
    }

    @Test func aBodyThatIsCutOffComesAgain() async throws {
        let sent = try await send(.init(on: .webhook, when: .nth(1), .truncatedBody))
        #expect(sent.attempts.contains { $0.id == "id0" && $0.body.count == 8 })
        #expect(sent.counts.delivered == 3)
    }

    @Test func aSlowBodyComesWhole() async throws {
        let sent = try await send(.init(on: .webhook, when: .nth(2), .slowBody(bytesPerSecond: 80)))
        #expect(sent.attempts.map(\.id) == ["id0", "id1", "id2"])
        #expect(sent.attempts.allSatisfy { $0.body.count == 8 })
    }

    @Test func aWrongSignatureIsWrong() async throws {
        let sent = try await send(.init(on: .webhook, when: .nth(1), .badSignature))
        #expect((0..<3).map { sent.isSigned($0) } == [false, true, true])
    }
}

/// What a fault does to a whole simulation.
@Suite("Faults of simulations", .timeLimit(.minutes(5)))
struct SimulationFaultTests {
    private func start(
        _ fault: FaultPlan.Fault,
        calls: Int = 40,
        more: String = ""
    ) async throws -> (Rig, String, String, Task<Void, Never>) {
        let rig = Rig()
        let token = try await rig.token()
        let id = await rig.create(Payload.text(calls: calls, more: more), token: token).id
        let record = try #require(rig.records.first)
        let engine = Task {
            await SimulationRunner(
                record: record,
                service: rig.service,
                sender: WebhookSender(secret: nil),
                seed: 1,
                speed: .max,
                fault: fault
            ).run()
        }
        return (rig, token, id, engine)
    }

    @Test func itFailsWithTheCodeHalfWay() async throws {
        let (rig, token, id, engine) = try await start(.failSimulation("engine_overloaded"))
        await engine.value
        let status = await rig.send(.get, "\(Endpoint.simulations)/\(id)", token: token).json
        #expect(status["state"]?.string == "failed")
        #expect(status["errors"]?.elements?.first?["code"]?.string == "engine_overloaded")
        #expect(status["callsAttempted"]?.integer == 20)
    }

    @Test func itFailsAtTheEndOfAListThatIsShorter() async throws {
        let more =
            #","contactCenter":{"agents":1,"ringing":{"default":{"constant":1}},"talk":{"constant":9},"patience":{"constant":0}}"#
            + #","run":{"shift":"8h"},"list":{"contacts":5}"#
        let (rig, token, id, engine) = try await start(.failSimulation("engine_overloaded"), calls: 100, more: more)
        await engine.value
        let status = await rig.send(.get, "\(Endpoint.simulations)/\(id)", token: token).json
        #expect(status["state"]?.string == "failed" && status["callsAttempted"]?.integer == 5)
    }

    @Test func itStallsUntilItIsCancelled() async throws {
        let (rig, token, id, engine) = try await start(.stall)
        try await eventually {
            await rig.send(.get, "\(Endpoint.simulations)/\(id)", token: token).json["callsAttempted"]?.integer == 20
        }
        #expect(await rig.state(id, token: token) == "running")
        #expect(await rig.send(.post, "\(Endpoint.simulations)/\(id)/cancel", token: token).status == 202)
        await engine.value
        #expect(await rig.state(id, token: token) == "cancelled")
    }
}
