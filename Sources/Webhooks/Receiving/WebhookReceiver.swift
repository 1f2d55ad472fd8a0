package import ExactJSON
package import HTTPService
import HTTPTypes
package import Logging
import NIOPosix
package import SimulationAPI
import Synchronization

/// Receives webhooks: reads a bounded body, checks the signature over the raw bytes, stores the event, and then
/// answers 200.
package final class WebhookReceiver: Sendable {
    /// Stores an event durably, and then calls `done` exactly once, from any thread; a duplicate is a success.
    package typealias Keep = @Sendable (ReceivedEvent, _ done: @escaping @Sendable (KeepResult) -> Void) -> Void
    package typealias KeepResult = Result<Void, InboxRefusal>

    private let rules: WebhookRules
    private let now: @Sendable () -> Timestamp
    private let retryAfter: @Sendable () -> Int
    private let logger: Logger
    private let keep: Keep
    private let observer: WebhookObserver?
    private let rejections = Mutex<[String: Int]>([:])

    /// Creates a receiver that logs refusals without bodies and keys.
    ///
    /// - Parameter retryAfter: the seconds after which a sender is asked to try again; random, so that senders spread out.
    package init(
        secrets: WebhookSecrets,
        now: @escaping @Sendable () -> Timestamp,
        retryAfter: @escaping @Sendable () -> Int = { .random(in: 1...5) },
        logger: Logger = Logger(label: "ringback") { _ in SwiftLogNoOpLogHandler() },
        observer: WebhookObserver? = nil,
        keep: @escaping Keep
    ) {
        rules = WebhookRules(secrets: secrets)
        (self.now, self.retryAfter, self.logger, self.keep) = (now, retryAfter, logger, keep)
        self.observer = observer
    }

    /// Deliveries that were answered with an error and not stored.
    package var rejected: Int { refusals.values.reduce(0, +) }

    /// The same by the code of the problem.
    package var refusals: [String: Int] { rejections.withLock { $0 } }

    /// Whether events without a signature are taken.
    package var takesUnsigned: Bool { rules.secrets.isEmpty }

    // MARK: Listening

    /// Listens for webhooks alone while `body` runs; any other path is not found.
    package func listen<Result: Sendable>(
        _ configuration: HTTPServer.Configuration,
        body: @Sendable (_ port: Int) async throws -> Result
    ) async throws -> Result {
        var (configuration, route) = (configuration, route)
        route.otherPath = { path in
            let detail = "there is nothing at \(path.prefix(200)); events go to POST \(Endpoint.webhook)"
            return EncodedAnswer(ServiceResponse.problem(.notFound(detail)).keptPrivate)
        }
        let handler = Self.handler(route, &configuration)
        return try await HTTPServer.with(configuration, servedBy: handler, body: body)
    }

    /// Listens for webhooks and other requests while `body` runs.
    ///
    /// A connection that asks for another path is left to `respond` for good, except that its webhooks still come here.
    ///
    /// - Parameter prefix: a path below which the path of events is served too; empty for none.
    package func listen<Result: Sendable>(
        _ configuration: HTTPServer.Configuration,
        below prefix: String = "",
        beside respond: @escaping @Sendable (ServiceRequest) async -> ServiceResponse,
        body: @Sendable (_ port: Int) async throws -> Result
    ) async throws -> Result {
        var (configuration, route) = (configuration, route)
        if !prefix.isEmpty { route.publicPath = prefix + Endpoint.webhook }
        let handler = Self.handler(route, &configuration)
        let answer = { @Sendable [route] (request: ServiceRequest) in
            route.hasPath(request.path) ? await self.respond(to: request) : await respond(request)
        }
        return try await HTTPServer.with(configuration, handler: handler, respond: answer, body: body)
    }

    /// Serves a route on one event loop: it answers in larger batches than several, and leaves other cores to the store.
    static func handler(_ route: EventRoute, _ configuration: inout HTTPServer.Configuration) -> RequestHandler {
        // The first loop of the group; events are sent on the last.
        let group = MultiThreadedEventLoopGroup.singleton
        let loop = Array(group.makeIterator()).first ?? group.next()
        let queue = AnswerQueue(loop)
        configuration.eventLoops = loop
        return { EventConnection(route, queue) }
    }

    private var route: EventRoute {
        EventRoute(
            path: Endpoint.webhook,
            maximumBody: WebhookRules.maximumBody,
            wrongMethod: { self.methodNotAllowed() },
            refuseBody: { self.refuse($0 == .tooLarge ? .bodyTooLarge : .incompleteBody) },
            serve: { headers, body, reply in self.receive(headers, body) { reply($0) } }
        )
    }

    // MARK: Answers

    /// Answers a request of the receiver's path, whatever its connection.
    func respond(to request: ServiceRequest) async -> ServiceResponse {
        guard request.method == .post else { return methodNotAllowed().response }
        let body: [UInt8]
        do {
            body = try await request.body(upTo: WebhookRules.maximumBody)
        } catch {
            return refuse(error == .tooLarge ? .bodyTooLarge : .incompleteBody).response
        }
        return await withCheckedContinuation { continuation in
            receive(DeliveryHeaders(request.headers), body) { continuation.resume(returning: $0.response) }
        }
    }

    /// Stores the event of a complete delivery, and then gives the answer; or refuses the delivery at once.
    private func receive(
        _ headers: DeliveryHeaders,
        _ body: [UInt8],
        answer reply: @escaping @Sendable (EncodedAnswer) -> Void
    ) {
        let begun = observer.map { _ in ContinuousClock.now }
        let answer = { @Sendable [observer] (answer: EncodedAnswer) in
            if let begun { observer?.answered(answer.response.status, begun.duration(to: .now)) }
            reply(answer)
        }
        let event: ReceivedEvent
        do {
            event = try rules.event(headers, body: body, now: now())
        } catch {
            return answer(refuse(error, id: headers.webhookID.value))
        }
        let success: EncodedAnswer
        switch event.content {
        case .event: success = Self.received
        case .malformed(let reason):
            // It does not count as rejected, since it has been stored.
            let problem = Problem.notAnEvent(reason)
            log("webhook quarantined", problem, id: event.webhookID)
            success = EncodedAnswer(ServiceResponse.problem(problem).keptPrivate)
        }
        let id = event.webhookID
        keep(event) { result in
            if let begun { self.observer?.committed(begun.duration(to: .now)) }
            switch result {
            case .success: answer(success)
            case .failure(let refusal):
                let problem = Problem.storeUnavailable("the event could not be stored; send it again")
                let again: HTTPFields = [.retryAfter: "\(self.retryAfter())"]
                answer(self.refuse(problem, id: id, headers: again, notStored: "\(refusal)"))
            }
        }
    }

    /// - Parameter reason: why an event could not be stored; `nil` for a refusal of another kind.
    private func refuse(
        _ problem: Problem,
        id: String? = nil,
        headers: HTTPFields = [:],
        notStored reason: String? = nil
    ) -> EncodedAnswer {
        rejections.withLock { $0[problem.code, default: 0] += 1 }
        observer?.refused(problem)
        if let reason {
            logger.error("event not stored", metadata: ["webhook": "\(id ?? "")", "reason": .string(reason)])
        } else {
            log("webhook refused", problem, id: id)
        }
        return EncodedAnswer(ServiceResponse.problem(problem, headers: headers).keptPrivate)
    }

    private func methodNotAllowed() -> EncodedAnswer {
        logger.info("webhook refused", metadata: ["status": .stringConvertible(405), "code": "method_not_allowed"])
        return Self.methodNotAllowed
    }

    private func log(_ message: Logger.Message, _ problem: Problem, id: String?) {
        var metadata: Logger.Metadata = ["status": .stringConvertible(problem.status), "code": .string(problem.code)]
        metadata["webhook"] = id.map { .string($0) }
        // Why a body is not an event may quote the body.
        if problem.status == 401 { metadata["reason"] = .string(problem.detail) }
        logger.info(message, metadata: metadata)
    }

    private static let received = EncodedAnswer(ServiceResponse.json(["status": "received"]).keptPrivate)
    private static let methodNotAllowed = EncodedAnswer(ServiceResponse.methodNotAllowed([.post]).keptPrivate)
}
