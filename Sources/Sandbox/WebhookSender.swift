import AsyncHTTPClient
import ExactJSON
import NIOCore
import NIOHTTP1
import NIOSSL
import ScenarioFile
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
        /// How much later a delivery comes that others are to overtake, in seconds.
        var overtakingTime = 0.1
    }

    /// A delivery in its lane, with what goes wrong at its first attempt.
    private struct First: Sendable {
        var delivery: Delivery
        var injection: Injection
    }

    /// A delivery that is tried apart from its lane, the first time after a pause of its own where it has one.
    private struct Later: Sendable {
        var delivery: Delivery
        var pause: Double?
    }

    /// Deliveries at once.
    private static let laneCount = 16

    private let lanes: [AsyncStream<First>]
    private let inputs: [AsyncStream<First>.Continuation]
    private let secret: WebhookSecret?
    private let schedule: Schedule
    private let faults: FaultInjector
    private let now: @Sendable () -> Timestamp

    init(
        secret: WebhookSecret?,
        schedule: Schedule = Schedule(),
        faults: FaultInjector = FaultInjector(nil),
        now: @escaping @Sendable () -> Timestamp
    ) {
        let pairs = (0..<Self.laneCount).map { _ in AsyncStream<First>.makeStream() }
        lanes = pairs.map(\.stream)
        inputs = pairs.map(\.continuation)
        self.secret = secret
        self.schedule = schedule
        self.faults = faults
        self.now = now
    }

    func send(_ delivery: Delivery) {
        delivery.ledger.enqueued()
        // Decided here, in the order of the events, so that a plan does the same in every run.
        let first = First(delivery: delivery, injection: faults.next(at: .webhook))
        inputs[delivery.lane % inputs.count].yield(first)
    }

    /// Delivers until the task is cancelled.
    func run() async {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(5), read: TimeAmount(schedule.attemptLimit))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.laneCount
        configuration.httpVersion = .http1Only
        // A refused connection is a failed attempt; the schedule says when the next one is due.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        await withDiscardingTaskGroup { group in
            let (delayed, delay) = AsyncStream<Later>.makeStream()
            for lane in lanes {
                group.addTask {
                    for await first in lane {
                        if let later = await deliver(first, client) { delay.yield(later) }
                    }
                }
            }
            for await later in delayed {
                group.addTask { await deliver(later, client) }
            }
        }
        try? await client.shutdown()
    }

    /// Makes the first attempt of a delivery; returns what is to be tried later.
    private func deliver(_ first: First, _ client: HTTPClient) async -> Later? {
        let delivery = first.delivery
        defer { delivery.ledger.firstAttempted() }
        switch first.injection.fault {
        case .drop:
            delivery.ledger.givenUp()
            return nil
        case .late(let seconds): return Later(delivery: delivery, pause: seconds)
        case .reorder: return Later(delivery: delivery, pause: schedule.overtakingTime)
        default: break
        }
        guard await attempt(delivery, client, first.injection) else { return Later(delivery: delivery) }
        delivery.ledger.delivered()
        return nil
    }

    private func deliver(_ later: Later, _ client: HTTPClient) async {
        let delivery = later.delivery
        let usual = schedule.pauses.map { $0 * Double.random(in: 1...1.2) }
        for pause in (later.pause.map { [$0] } ?? []) + usual {
            do { try await Task.sleep(for: .seconds(pause)) } catch { return }
            var injection = faults.next(at: .webhook)
            switch injection.fault {
            case .drop: return delivery.ledger.givenUp()
            case .late(let seconds): injection.delay += seconds
            default: break
            }
            if await attempt(delivery, client, injection) { return delivery.ledger.delivered() }
        }
        delivery.ledger.givenUp()
    }

    /// Makes an attempt, with what goes wrong at it; anything but a 2xx is a failure.
    private func attempt(_ delivery: Delivery, _ client: HTTPClient, _ injection: Injection) async -> Bool {
        if injection.delay > 0 { try? await Task.sleep(for: .seconds(injection.delay)) }
        switch injection.fault {
        case .status(let status, _): return (200..<300).contains(status)
        case .reset: return false
        case .hang:
            try? await Task.sleep(for: schedule.attemptLimit)
            return false
        case .resetAfterCommit, .emptyResponse:
            _ = await send(delivery, client)
            return false
        case .duplicate:
            let isDelivered = await send(delivery, client)
            _ = await send(delivery, client)
            return isDelivered
        case .malformedJSON:
            var broken = delivery
            broken.body = Array(delivery.body.prefix(delivery.body.count / 2))
            return await send(broken, client)
        default: return await send(delivery, client, injection.fault)
        }
    }

    /// Sends once, with a signature or a way of sending that is wrong where a fault says so.
    private func send(_ delivery: Delivery, _ client: HTTPClient, _ fault: FaultPlan.Fault? = nil) async -> Bool {
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
                value: secret.signature(
                    id: delivery.webhookID,
                    timestamp: seconds,
                    body: fault == .badSignature ? delivery.body + [0] : delivery.body
                )
            )
        }
        let length = HTTPClientRequest.Body.Length.known(Int64(delivery.body.count))
        switch fault {
        case .truncatedBody:
            request.body = .stream(SlowBytes(bytes: delivery.body, isCutShort: true), length: length)
        case .slowBody(let rate):
            request.body = .stream(SlowBytes(bytes: delivery.body, bytesPerSecond: rate), length: length)
        default: request.body = .bytes(ByteBuffer(bytes: delivery.body))
        }
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

/// A body that comes slowly, or not whole.
private struct SlowBytes: AsyncSequence, AsyncIteratorProtocol, Sendable {
    private struct CutShort: Error {}

    var bytes: [UInt8]
    var bytesPerSecond: Int?
    var isCutShort = false
    private var sent = 0

    init(bytes: [UInt8], bytesPerSecond: Int? = nil, isCutShort: Bool = false) {
        self.bytes = bytes
        self.bytesPerSecond = bytesPerSecond
        self.isCutShort = isCutShort
    }

    mutating func next() async throws -> ByteBuffer? {
        guard sent < bytes.count else { return nil }
        if isCutShort, sent > 0 { throw CutShort() }
        let piece = isCutShort ? bytes.count / 2 : Swift.max(1, (bytesPerSecond ?? bytes.count) / 10)
        let slice = bytes[sent..<Swift.min(bytes.count, sent + piece)]
        if let bytesPerSecond, sent > 0 {
            try await Task.sleep(for: .seconds(Double(slice.count) / Double(bytesPerSecond)))
        }
        sent += slice.count
        return ByteBuffer(bytes: slice)
    }

    func makeAsyncIterator() -> SlowBytes { self }
}
