import Addresses
import HTTPExchange
import ScenarioFile
import Webhooks

/// A webhook on its way.
struct Delivery: Sendable {
    /// The same on every attempt.
    var webhookID: String
    var url: HTTPURL
    var body: [UInt8]
    /// The call's number; events of one call go through one lane, in order.
    var lane: Int
    /// Counts how it ends.
    var ledger: DeliveryLedger
}

/// Delivers webhooks at least once: in order per call while nothing fails; failed deliveries are retried separately.
struct WebhookSender: Sendable {
    /// When deliveries are tried again, and how long one attempt may take.
    struct RetrySchedule: Sendable {
        /// Pauses before the second and further attempts, in seconds; jittered by up to a fifth.
        var pauses: [Double] = [0.2, 1, 5, 30, 120]
        /// How long an attempt may take until the head of its answer.
        var attemptLimit: Duration = .seconds(15)
        /// How long a delivery waits so that others overtake it, in seconds.
        var overtakingTime = 0.1
    }

    /// A delivery in its lane, with the fault of its first attempt.
    private typealias First = (delivery: Delivery, injection: Injection)

    /// A delivery that is retried outside its lane, the first time after a pause of its own if it has one.
    private typealias Later = (delivery: Delivery, pause: Double?)

    /// How many events are under way at a time: enough for a commit of the receiver to hold many of them.
    private static let laneCount = 64

    private let lanes: [(stream: AsyncStream<First>, continuation: AsyncStream<First>.Continuation)]
    private let secret: WebhookSecret?
    private let schedule: RetrySchedule
    private let faults: FaultInjector
    private let environment: SandboxEnvironment

    init(
        secret: WebhookSecret?,
        schedule: RetrySchedule = RetrySchedule(),
        faults: FaultInjector = FaultInjector(nil),
        environment: SandboxEnvironment = SandboxEnvironment()
    ) {
        lanes = (0..<Self.laneCount).map { _ in AsyncStream<First>.makeStream() }
        self.secret = secret
        self.schedule = schedule
        self.faults = faults
        self.environment = environment
    }

    func send(_ delivery: Delivery) {
        delivery.ledger.enqueued()
        // Decided here, in the order of the events, so that a fault plan acts the same in every run.
        lanes[delivery.lane % lanes.count].continuation.yield((delivery, faults.next(at: .webhook)))
    }

    /// Delivers until the task is cancelled.
    func run() async {
        let connections = PostConnections(limit: Self.laneCount)
        await withDiscardingTaskGroup { group in
            let (delayed, delay) = AsyncStream<Later>.makeStream()
            for lane in lanes {
                group.addTask(executorPreference: connections.executor) {
                    for await first in lane.stream {
                        if let later = await deliver(first, connections) { delay.yield(later) }
                    }
                }
            }
            for await later in delayed {
                group.addTask { await deliver(later, connections) }
            }
        }
        await connections.shutDown()
    }

    /// Makes the first attempt of a delivery; returns the delivery if it must be tried again later.
    private func deliver(_ first: First, _ connections: PostConnections) async -> Later? {
        let delivery = first.delivery
        defer { delivery.ledger.firstAttempted() }
        switch first.injection.fault {
        case .drop:
            delivery.ledger.givenUp()
            return nil
        case .late(let seconds): return (delivery, seconds)
        case .reorder: return (delivery, schedule.overtakingTime)
        default: break
        }
        guard await attempt(delivery, connections, first.injection) else { return (delivery, nil) }
        delivery.ledger.delivered()
        return nil
    }

    private func deliver(_ later: Later, _ connections: PostConnections) async {
        let delivery = later.delivery
        let usual = schedule.pauses.map { $0 * (1 + environment.chance() / 5) }
        for pause in [later.pause].compactMap(\.self) + usual {
            guard (try? await environment.sleep(seconds: pause)) != nil else { return }
            var injection = faults.next(at: .webhook)
            switch injection.fault {
            case .drop: return delivery.ledger.givenUp()
            case .late(let seconds): injection.delay += seconds
            default: break
            }
            if await attempt(delivery, connections, injection) { return delivery.ledger.delivered() }
        }
        delivery.ledger.givenUp()
    }

    /// Makes an attempt with its injected fault; only a 2xx is a success.
    private func attempt(_ delivery: Delivery, _ connections: PostConnections, _ injection: Injection) async -> Bool {
        if injection.delay > 0 { try? await environment.sleep(seconds: injection.delay) }
        switch injection.fault {
        case .status(let status, _): return (200..<300).contains(status)
        case .reset: return false
        case .hang:
            try? await environment.sleep(seconds: schedule.attemptLimit / .seconds(1))
            return false
        case .resetAfterCommit, .emptyResponse:
            _ = await send(delivery, connections)
            return false
        case .duplicate:
            let isDelivered = await send(delivery, connections)
            _ = await send(delivery, connections)
            return isDelivered
        case .malformedJSON:
            var broken = delivery
            broken.body = Array(delivery.body.prefix(delivery.body.count / 2))
            return await send(broken, connections)
        default: return await send(delivery, connections, injection.fault)
        }
    }

    /// Sends once, with a wrong signature or a broken way of sending if the fault says so.
    private func send(
        _ delivery: Delivery,
        _ connections: PostConnections,
        _ fault: FaultPlan.Fault? = nil
    ) async -> Bool {
        let fields = SignedDelivery.fields(
            id: delivery.webhookID,
            body: fault == .badSignature ? delivery.body + [0] : delivery.body,
            at: secret == nil ? nil : environment.now(),
            secret: secret,
            sender: "ringback-sandbox"
        )
        let post = Post(
            to: delivery.url,
            headers: HeaderFields(fields),
            body: delivery.body,
            timeout: schedule.attemptLimit,
            nextPiece: nextPiece(fault, of: delivery.body.count)
        )
        guard let response = try? await connections.send(post) else { return false }
        return (200..<300).contains(response.status)
    }

    /// How a body of this size leaves if a fault slows it down or cuts it short.
    private func nextPiece(_ fault: FaultPlan.Fault?, of size: Int) -> Post.NextPiece? {
        switch fault {
        case .truncatedBody:
            return { sent in
                guard sent == 0 else { throw CutShort() }
                return size / 2
            }
        case .slowBody(let bytesPerSecond):
            let piece = max(1, bytesPerSecond / 10)
            return { [environment] sent in
                if sent > 0 {
                    let count = min(piece, size - sent)
                    try await environment.sleep(seconds: Double(count) / Double(bytesPerSecond))
                }
                return piece
            }
        default: return nil
        }
    }

    private struct CutShort: Error {}
}
