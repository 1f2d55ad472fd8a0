package import ExactJSON
import HTTPExchange
package import RunStore
package import Webhooks

/// Carries deliveries to one monitor: over HTTP, into a file, to standard output, or as a test decides.
package struct Courier: Sendable {
    private let carry: @Sendable ([DueDelivery]) async -> [AttemptOutcome]
    private let end: @Sendable () async -> Void

    /// Creates a courier.
    ///
    /// - Parameters:
    ///   - end: releases what the courier holds.
    ///   - carry: makes one attempt for each delivery; the outcomes are in the same order.
    package init(
        end: @escaping @Sendable () async -> Void = {},
        _ carry: @escaping @Sendable ([DueDelivery]) async -> [AttemptOutcome]
    ) {
        self.carry = carry
        self.end = end
    }

    /// Makes one attempt for each delivery.
    package func carry(_ batch: [DueDelivery]) async -> [AttemptOutcome] { await carry(batch) }

    /// Closes connections and files.
    package func shutDown() async { await end() }
}

extension Courier {
    /// How long an attempt may take.
    package static let timeout = Duration.seconds(15)

    /// Sends the received bytes under their first `webhook-id`, signed with the monitor's key.
    ///
    /// - Parameters:
    ///   - secret: the key; nil for no signature.
    ///   - now: the wall clock.
    package static func http(
        _ transport: VettedTransport,
        secret: WebhookSecret?,
        now: @escaping @Sendable () -> Timestamp
    ) -> Courier {
        Courier(end: { await transport.shutDown() }) { batch in
            var outcomes: [AttemptOutcome] = []
            for delivery in batch {
                let fields = SignedDelivery.fields(
                    id: delivery.webhookID,
                    body: delivery.body,
                    at: now(),
                    secret: secret,
                    sender: "ringback"
                )
                let outcome = await transport.post(
                    delivery.body,
                    headers: HeaderFields(fields),
                    timeout: timeout,
                    attempt: delivery.attempts
                )
                outcomes.append(outcome)
            }
            return outcomes
        }
    }
}
