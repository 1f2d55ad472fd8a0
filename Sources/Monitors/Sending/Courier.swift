package import ExactJSON
import HTTPExchange
import RingbackHome
package import RunStore
package import Webhooks

/// Carries deliveries to one monitor: over HTTP, into a file, to standard output, or as a test decides.
package struct Courier: Sendable {
    private let carry: @Sendable ([DueDelivery]) async -> [DeliveryResult]
    private let end: @Sendable () async -> Void

    /// - Parameters:
    ///   - end: releases what the courier holds.
    ///   - carry: makes one attempt for each delivery; the outcomes are in the same order.
    package init(
        end: @escaping @Sendable () async -> Void = {},
        _ carry: @escaping @Sendable ([DueDelivery]) async -> [DeliveryResult]
    ) {
        self.carry = carry
        self.end = end
    }

    package func carry(_ batch: [DueDelivery]) async -> [DeliveryResult] { await carry(batch) }

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
        now: @escaping @Sendable () -> Timestamp,
        spans: DeliverySpans? = nil
    ) -> Courier {
        Courier(end: { await transport.shutDown() }) { batch in
            var results: [DeliveryResult] = []
            for delivery in batch {
                let fields = SignedDelivery.fields(
                    id: delivery.webhookID,
                    body: delivery.body,
                    at: now(),
                    secret: secret,
                    sender: "ringback"
                )
                var headers = HeaderFields(fields)
                let span = spans?.begin(delivery, &headers)
                let result = await transport.post(
                    delivery.body,
                    headers: headers,
                    timeout: timeout,
                    attempt: delivery.attempts
                )
                if let span { spans?.end(span, result) }
                results.append(result)
            }
            return results
        }
    }

    /// Appends a line for each delivery to a file, which is synced before they count as delivered.
    ///
    /// - Parameter path: the file; `nil` for standard output.
    package static func lines(to path: String?) -> Courier {
        Courier { batch in
            let lines = batch.flatMap { line($0) }
            do {
                try await BlockingWork.run {
                    if let path { return try FileSystem.appendLines(lines, to: path) }
                    try StandardOutput.write(lines)
                }
                return batch.map { _ in .delivered(status: nil) }
            } catch {
                return batch.map { _ in .failed(status: nil, reason: "\(error)") }
            }
        }
    }

    /// `{"webhookId":…,"body":…}`: the body as a text, byte for byte.
    private static func line(_ delivery: DueDelivery) -> [UInt8] {
        let json: JSONValue = [
            "webhookId": .string(delivery.webhookID), "body": .string(String(decoding: delivery.body, as: UTF8.self)),
        ]
        return json.bytes + [0x0A]
    }
}
