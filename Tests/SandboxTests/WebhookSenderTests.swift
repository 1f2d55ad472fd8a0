import Addresses
import ExactJSON
import HTTPService
import HTTPTypes
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing
import Webhooks

@testable import Sandbox

/// A receiver over real HTTP that answers as it is told and keeps what came.
final class Receiver: Sendable {
    /// One attempt.
    struct Attempt: Sendable {
        var path: String
        var id: String?
        var timestamp: String?
        var signature: String?
        var body: [UInt8]
    }

    private let state = Mutex<[Attempt]>([])
    private let answer: @Sendable (_ number: Int, Attempt) async -> ServiceResponse

    /// - Parameter answer: gets the attempt and its number from 1.
    init(_ answer: @escaping @Sendable (_ number: Int, Attempt) async -> ServiceResponse) { self.answer = answer }

    var attempts: [Attempt] { state.withLock { $0 } }

    func respond(_ request: ServiceRequest) async -> ServiceResponse {
        let body = (try? await request.body(upTo: 1 << 20)) ?? []
        func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
        let attempt = Attempt(
            path: request.path,
            id: field("webhook-id"),
            timestamp: field("webhook-timestamp"),
            signature: field("webhook-signature"),
            body: body
        )
        let number = state.withLock { attempts in
            attempts.append(attempt)
            return attempts.count
        }
        return await answer(number, attempt)
    }

    /// Runs `body` with a sender at work and the address of this receiver.
    func serve(_ sender: WebhookSender, body: @escaping @Sendable (_ url: HTTPURL) async throws -> Void) async throws {
        try await Loopback.serve({ await self.respond($0) }) { origin in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run() }
                defer { group.cancelAll() }
                try await body(try #require(HTTPURL("\(origin)/hook")))
            }
        }
    }
}

@Suite("WebhookSender", .timeLimit(.minutes(5)))
struct WebhookSenderTests {
    private static let quick = WebhookSender.RetrySchedule(pauses: [0.01, 0.01, 0.01], attemptLimit: .seconds(15))

    private func delivery(_ id: String, _ url: HTTPURL, _ ledger: DeliveryLedger, lane: Int = 0) -> Delivery {
        Delivery(webhookID: id, url: url, body: Array("body of \(id)".utf8), lane: lane, ledger: ledger)
    }

    @Test func theScheduleIsTheDocumentedOne() {
        #expect(WebhookSender.RetrySchedule().pauses == [0.2, 1, 5, 30, 120])
        #expect(WebhookSender.RetrySchedule().attemptLimit == .seconds(15))
        #expect(DeliveryLedger.defaultRoomLimit == 10_000)
    }

    @Test func whatIsSentIsBelievedByTheReceiver() async throws {
        let secret = WebhookSecret.random()
        let kept = Mutex<[ReceivedEvent]>([])
        let webhookReceiver = WebhookReceiver(
            secrets: WebhookSecrets(standard: [secret]),
            now: { WallClock.now }
        ) { webhook, done in
            kept.withLock { $0.append(webhook) }
            done(.success(()))
        }
        let event = SimulationEvent(
            simulationID: "sim-1",
            callID: "call-1",
            state: .ringing,
            timestamp: WallClock.now,
            outcome: nil,
            durationMs: 5
        )
        let ledger = DeliveryLedger()
        let sender = WebhookSender(secret: secret, schedule: Self.quick)
        try await Loopback.receive(webhookReceiver) { origin in
            let url = try #require(HTTPURL(origin + Endpoint.webhook))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run() }
                sender.send(
                    Delivery(
                        webhookID: "msg_1",
                        url: url,
                        body: event.json.bytes,
                        lane: 0,
                        ledger: ledger
                    )
                )
                try await eventually { ledger.counts.delivered == 1 }
                group.cancelAll()
            }
        }
        #expect(kept.withLock { $0.map(\.webhookID) } == ["msg_1"])
        #expect(webhookReceiver.rejected == 0)
    }

    @Test func anythingButA2xxIsTriedAgainUnderTheSameId() async throws {
        let secret = WebhookSecret.random()
        let clock = Mutex<Int64>(1_700_000_000)
        let receiver = Receiver { number, _ in
            switch number {
            case 1: ServiceResponse(status: 500)
            case 2: ServiceResponse(status: 307, headers: [.location: "/elsewhere"])
            case 3: ServiceResponse(status: 410)
            default: ServiceResponse(status: 204)
            }
        }
        let ledger = DeliveryLedger()
        let environment = SandboxEnvironment(
            now: {
                Timestamp(
                    milliseconds: clock.withLock { seconds in
                        seconds += 1
                        return seconds * 1000
                    }
                )
            }
        )
        let sender = WebhookSender(secret: secret, schedule: Self.quick, environment: environment)
        try await receiver.serve(sender) { url in
            sender.send(self.delivery("msg_1", url, ledger))
            try await eventually { ledger.counts.pending == 0 }
        }
        let attempts = receiver.attempts
        #expect(attempts.count == 4)
        #expect(attempts.allSatisfy { $0.path == "/hook" && $0.id == "msg_1" && $0.body == attempts[0].body })
        #expect(attempts.map(\.timestamp) == ["1700000001", "1700000002", "1700000003", "1700000004"])
        for attempt in attempts {
            let timestamp = try #require(attempt.timestamp.flatMap { Int64($0) })
            #expect(attempt.signature == secret.signature(id: "msg_1", timestamp: timestamp, body: attempt.body))
        }
        #expect(ledger.counts == SimulationStatus.WebhookCounts(delivered: 1, pending: 0, givenUp: 0))
    }

    @Test func afterTheLastPauseItIsGivenUp() async throws {
        let receiver = Receiver { _, _ in ServiceResponse(status: 503) }
        let ledger = DeliveryLedger()
        let sender = WebhookSender(secret: nil, schedule: Self.quick)
        try await receiver.serve(sender) { url in
            sender.send(self.delivery("msg_1", url, ledger))
            sender.send(self.delivery("msg_2", url, ledger))
            try await eventually { ledger.counts.pending == 0 }
        }
        #expect(ledger.counts == SimulationStatus.WebhookCounts(delivered: 0, pending: 0, givenUp: 2))
        #expect(receiver.attempts.filter { $0.id == "msg_1" }.count == 4)
        #expect(receiver.attempts.allSatisfy { $0.timestamp == nil && $0.signature == nil })
    }

    @Test func whereNobodyListensItIsTriedAgain() async throws {
        let receiver = Receiver { _, _ in ServiceResponse(status: 200) }
        let ledger = DeliveryLedger()
        let sender = WebhookSender(secret: nil, schedule: Self.quick)
        let origin = try await Loopback.serve({ _ in ServiceResponse(status: 200) }) { $0 }
        let gone = try #require(HTTPURL("\(origin)/hook"))
        try await receiver.serve(sender) { url in
            sender.send(self.delivery("msg_1", gone, ledger))
            sender.send(self.delivery("msg_2", url, ledger))
            try await eventually { ledger.counts.pending == 0 }
        }
        #expect(ledger.counts == SimulationStatus.WebhookCounts(delivered: 1, pending: 0, givenUp: 1))
    }

    @Test func aReceiverThatHangsIsLeftAtTheLimit() async throws {
        let (released, release) = AsyncStream<Void>.makeStream()
        let receiver = Receiver { number, _ in
            // The first attempt hangs for as long as the second has not come.
            if number == 1 { for await _ in released { break } } else { release.yield() }
            return ServiceResponse(status: 200)
        }
        let ledger = DeliveryLedger()
        let schedule = WebhookSender.RetrySchedule(pauses: [0.01, 0.01, 0.01, 0.01, 0.01], attemptLimit: .seconds(5))
        let sender = WebhookSender(secret: nil, schedule: schedule)
        try await receiver.serve(sender) { url in
            sender.send(self.delivery("msg_1", url, ledger))
            try await eventually { ledger.counts.pending == 0 }
        }
        #expect(ledger.counts.delivered == 1)
        #expect(receiver.attempts.count >= 2 && receiver.attempts.allSatisfy { $0.id == "msg_1" })
    }

    @Test func aLongAnswerIsStillASuccess() async throws {
        let receiver = Receiver { _, _ in ServiceResponse(status: 200, body: [UInt8](repeating: 0x20, count: 1 << 20)) }
        let ledger = DeliveryLedger()
        let sender = WebhookSender(secret: nil, schedule: Self.quick)
        try await receiver.serve(sender) { url in
            for number in 0..<3 { sender.send(self.delivery("msg_\(number)", url, ledger)) }
            try await eventually { ledger.counts.pending == 0 }
        }
        #expect(ledger.counts.delivered == 3)
        #expect(receiver.attempts.count == 3)
    }

    @Test func theEventsOfACallComeInOrder() async throws {
        let receiver = Receiver { number, _ in
            // Answers that take their time would let others overtake, were they sent at once.
            if number.isMultiple(of: 7) { try? await Task.sleep(for: .milliseconds(5)) }
            return ServiceResponse(status: 200)
        }
        let ledger = DeliveryLedger()
        let sender = WebhookSender(secret: nil, schedule: Self.quick)
        try await receiver.serve(sender) { url in
            for event in 0..<10 {
                for call in 0..<40 { sender.send(self.delivery("\(call)-\(event)", url, ledger, lane: call)) }
            }
            try await eventually { ledger.counts.delivered == 400 }
        }
        #expect(receiver.attempts.count == 400)
        for call in 0..<40 {
            let own = receiver.attempts.compactMap(\.id).filter { $0.hasPrefix("\(call)-") }
            #expect(own == (0..<10).map { "\(call)-\($0)" })
        }
    }

    @Test func idsOfDeliveriesAreOrderedByTimeAndNeverTheSame() {
        let early = Identifiers.webhook(at: Timestamp(milliseconds: 1000))
        let late = Identifiers.webhook(at: Timestamp(milliseconds: 1001))
        #expect(early < late && early.hasPrefix("msg_") && early.utf8.count == 32)
        #expect(Identifiers.webhook(at: Timestamp(milliseconds: 1000)) != early)
        #expect(!early.contains("."))
    }
}
