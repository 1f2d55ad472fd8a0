import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SimulationAPI
import Webhooks

/// A webhook on its way.
struct Delivery: Sendable {
    /// The same on every attempt.
    var webhookID: String
    /// Where to.
    var url: String
    /// The raw body.
    var body: [UInt8]
    /// The call's number; events of one call go through one lane, in order.
    var lane: Int
    /// Where what becomes of it is counted.
    var ledger: DeliveryLedger
}

/// Delivers webhooks at least once: in order per call as long as nothing fails, retried apart from the others.
struct WebhookSender: Sendable {
    /// When deliveries are tried again, and how long one attempt may take.
    struct Schedule: Sendable {
        /// Pauses before the second and further attempts, in seconds; jittered by up to a fifth.
        var pauses: [Double] = [0.2, 1, 5, 30, 120]
        /// How long an attempt may take to its answer's head.
        var attemptLimit: Duration = .seconds(15)
    }

    /// Deliveries at once.
    private static let laneCount = 16

    private let lanes: [AsyncStream<Delivery>]
    private let inputs: [AsyncStream<Delivery>.Continuation]
    private let secret: WebhookSecret?
    private let schedule: Schedule
    private let now: @Sendable () -> Timestamp

    init(
        secret: WebhookSecret?,
        schedule: Schedule = Schedule(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        let pairs = (0..<Self.laneCount).map { _ in AsyncStream<Delivery>.makeStream() }
        lanes = pairs.map(\.stream)
        inputs = pairs.map(\.continuation)
        self.secret = secret
        self.schedule = schedule
        self.now = now
    }

    func send(_ delivery: Delivery) {
        delivery.ledger.enqueued()
        inputs[delivery.lane % inputs.count].yield(delivery)
    }

    /// Delivers until the task is cancelled.
    func run() async {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(5), read: TimeAmount(schedule.attemptLimit))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.laneCount
        configuration.httpVersion = .http1Only
        // A refused connection is a failed attempt; the schedule says when the next one is due.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        await withDiscardingTaskGroup { group in
            let (retries, retry) = AsyncStream<Delivery>.makeStream()
            for lane in lanes {
                group.addTask {
                    for await delivery in lane {
                        let isDelivered = await attempt(delivery, client)
                        delivery.ledger.firstAttempted()
                        if isDelivered { delivery.ledger.delivered() } else { retry.yield(delivery) }
                    }
                }
            }
            for await delivery in retries {
                group.addTask { await deliverLater(delivery, client) }
            }
        }
        try? await client.shutdown()
    }

    private func deliverLater(_ delivery: Delivery, _ client: HTTPClient) async {
        for pause in schedule.pauses {
            do {
                try await Task.sleep(for: .seconds(pause * Double.random(in: 1...1.2)))
            } catch {
                return
            }
            if await attempt(delivery, client) {
                delivery.ledger.delivered()
                return
            }
        }
        delivery.ledger.givenUp()
    }

    /// Sends once; anything but a 2xx is a failure.
    private func attempt(_ delivery: Delivery, _ client: HTTPClient) async -> Bool {
        let now = now()
        var request = HTTPClientRequest(url: delivery.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "ringback-sandbox")
        request.headers.add(name: "webhook-id", value: delivery.webhookID)
        if let secret {
            let seconds = now.milliseconds / 1000
            request.headers.add(name: "webhook-timestamp", value: "\(seconds)")
            request.headers.add(
                name: "webhook-signature",
                value: secret.signature(id: delivery.webhookID, timestamp: seconds, body: delivery.body)
            )
        }
        request.body = .bytes(ByteBuffer(bytes: delivery.body))
        guard let response = try? await client.execute(request, timeout: TimeAmount(schedule.attemptLimit)) else {
            return false
        }
        await drain(response.body)
        return (200..<300).contains(response.status.code)
    }

    /// Reads an answer to its end, so that the connection can be used again, but no more than a little of it.
    ///
    /// The status has decided; a receiver whose answer is long or never ends must not hold up its lane.
    private func drain(_ body: HTTPClientResponse.Body) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await body.collect(upTo: 64 * 1024) }
            group.addTask { try? await Task.sleep(for: .seconds(1)) }
            await group.next()
            group.cancelAll()
        }
    }
}
