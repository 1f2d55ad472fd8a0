package import ExactJSON
package import RunStore
import SimulationClient
package import Webhooks

/// What carries deliveries to one monitor.
///
/// A value of functions: over HTTP, into a file, to standard output, or whatever a test makes of it.
package struct Courier: Sendable {
    private let carry: @Sendable ([DueDelivery]) async -> [AttemptOutcome]
    private let end: @Sendable () async -> Void

    /// Creates a courier.
    ///
    /// - Parameters:
    ///   - end: lets go of what it holds.
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

    /// Lets go of connections and files.
    package func shutDown() async { await end() }
}

extension Courier {
    /// How long an attempt may take.
    package static let timeout = Duration.seconds(15)

    /// Sends the received bytes under their first `webhook-id`, signed with the monitor's key.
    ///
    /// - Parameters:
    ///   - secret: the key; `nil` for no signature.
    ///   - now: the wall clock; every attempt is signed with its own time.
    package static func http(
        _ transport: VettedTransport,
        secret: WebhookSecret?,
        now: @escaping @Sendable () -> Timestamp
    ) -> Courier {
        Courier(end: { await transport.shutDown() }) { batch in
            var outcomes: [AttemptOutcome] = []
            for delivery in batch {
                let headers = headers(of: delivery, secret: secret, now: now())
                outcomes.append(await attempt(delivery, headers, over: transport))
            }
            return outcomes
        }
    }

    private static func attempt(
        _ delivery: DueDelivery,
        _ headers: HeaderFields,
        over transport: VettedTransport
    ) async -> AttemptOutcome {
        do throws(VettedTransport.Failure) {
            let response = try await transport.post(
                delivery.body,
                headers: headers,
                timeout: timeout,
                attempt: delivery.attempts
            )
            return AttemptOutcome(.success(response))
        } catch {
            return AttemptOutcome(error)
        }
    }

    /// The fields of one attempt (Standard Webhooks).
    static func headers(of delivery: DueDelivery, secret: WebhookSecret?, now: Timestamp) -> HeaderFields {
        let seconds = now.milliseconds / 1000
        var headers: HeaderFields = [
            "Content-Type": "application/json", "User-Agent": "ringback", "webhook-id": delivery.webhookID,
            "webhook-timestamp": "\(seconds)",
        ]
        if let secret {
            let signature = secret.signature(id: delivery.webhookID, timestamp: seconds, body: delivery.body)
            headers.append("webhook-signature", signature)
        }
        return headers
    }
}

extension AttemptOutcome {
    init(_ failure: VettedTransport.Failure) {
        switch failure {
        case .refused(let refusal): self = .refused(refusal.description)
        case .transport(let error): self = AttemptOutcome(.failure(error))
        }
    }
}
