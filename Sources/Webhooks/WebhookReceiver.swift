package import ExactJSON
package import HTTPService
import HTTPTypes
import NIOHTTP1
package import SimulationAPI
import Synchronization

/// Receives webhooks: bounded read, signature over the raw bytes, kept for good, and only then 200.
///
/// What "kept" means is the `keep` closure's: it answers once the delivery is on disk.
package final class WebhookReceiver: Sendable {
    /// Stores an event durably, and then calls `done` exactly once, from any thread; a duplicate is a success.
    package typealias Keep =
        @Sendable (
            ReceivedEvent, _ done: @escaping @Sendable (Result<Void, InboxRefusal>) -> Void
        ) -> Void

    private let rules: WebhookRules
    private let now: @Sendable () -> Timestamp
    private let retryAfter: @Sendable () -> Int
    private let keep: Keep
    private let rejections = Mutex(0)

    /// Creates a receiver.
    ///
    /// - Parameters:
    ///   - secrets: the keys of which one must have signed; none means that unsigned deliveries are taken.
    ///   - now: the wall clock.
    ///   - retryAfter: the seconds after which senders are asked to come again, jittered so that they do not come at once.
    ///   - keep: stores a delivery.
    package init(
        secrets: WebhookSecrets,
        now: @escaping @Sendable () -> Timestamp,
        retryAfter: @escaping @Sendable () -> Int = { .random(in: 1...5) },
        keep: @escaping Keep
    ) {
        rules = WebhookRules(secrets: secrets)
        self.now = now
        self.retryAfter = retryAfter
        self.keep = keep
    }

    /// Deliveries that were answered with an error and not stored.
    package var rejected: Int { rejections.withLock { $0 } }

    /// The route that serves the receiver's path.
    package var route: DirectRoute {
        DirectRoute(
            path: Endpoint.webhook,
            maximumBody: WebhookRules.maximumBody,
            wrongMethod: Self.methodNotAllowed,
            refuseBody: { self.refuse($0 == .tooLarge ? .bodyTooLarge : .incompleteBody) },
            serve: { fields, body, reply in
                self.receive(DeliveryHeaders(fields), body) { reply($0) }
            }
        )
    }

    /// Decides about a delivery that has come whole, keeps it where it is to be kept, and then gives the answer.
    func receive(_ headers: DeliveryHeaders, _ body: [UInt8], answer: @escaping @Sendable (DirectAnswer) -> Void) {
        switch rules.decide(headers, body: body, now: now()) {
        case .refuse(let problem): answer(refuse(problem))
        case .keep(let received, let problem):
            keep(received) { result in
                switch result {
                // What is in quarantine has been stored: it does not count as rejected.
                case .success: answer(problem.map { DirectAnswer(.problem($0)) } ?? Self.received)
                case .failure:
                    answer(self.refuse(.storeUnavailable, headers: [.retryAfter: "\(self.retryAfter())"]))
                }
            }
        }
    }

    private func refuse(_ problem: Problem) -> DirectAnswer { refuse(problem, headers: [:]) }

    private func refuse(_ problem: Problem, headers: HTTPFields) -> DirectAnswer {
        rejections.withLock { $0 += 1 }
        return DirectAnswer(.problem(problem, headers: headers))
    }

    private static let received = DirectAnswer(.json(["status": "received"]))
    private static let methodNotAllowed = DirectAnswer(.methodNotAllowed([.post]))
}
