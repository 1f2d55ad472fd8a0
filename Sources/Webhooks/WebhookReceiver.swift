import Crypto
package import HTTPService
import HTTPTypes
package import SimulationAPI
import Synchronization

/// Receives webhooks: bounded read, signature over the raw bytes, kept for good, and only then 200.
///
/// What "kept" means is the `keep` closure's: it returns once the delivery is on disk.
package final class WebhookReceiver: Sendable {
    /// The largest body, in bytes.
    package static let maximumBody = 256 * 1024

    private let secrets: [WebhookSecret]
    private let now: @Sendable () -> Timestamp
    private let keep: @Sendable (IncomingWebhook) async throws -> Void
    private let rejections = Mutex(0)

    /// Creates a receiver.
    ///
    /// - Parameters:
    ///   - secrets: the keys of which one must have signed; none means that unsigned deliveries are taken.
    ///   - now: the wall clock.
    ///   - keep: stores a delivery durably; a duplicate is fine. Throws ``InboxUnavailable`` for "come again".
    package init(
        secrets: [WebhookSecret],
        now: @escaping @Sendable () -> Timestamp,
        keep: @escaping @Sendable (IncomingWebhook) async throws -> Void
    ) {
        self.secrets = secrets
        self.now = now
        self.keep = keep
    }

    /// Deliveries that were refused so far.
    package var rejected: Int { rejections.withLock { $0 } }

    /// Answers any request of the listener: the webhook path, and 404 for everything else.
    package func respond(to request: ServiceRequest) async -> ServiceResponse {
        guard request.path == Endpoint.webhook else { return .notFound(request.path) }
        guard request.method == .post else { return .methodNotAllowed([.post]) }
        do {
            try await receive(request)
            return .json(["status": "received"])
        } catch let problem as Problem {
            rejections.withLock { $0 += 1 }
            let headers: HTTPFields = problem.status == 503 ? [.retryAfter: "1"] : [:]
            return .problem(problem, headers: headers)
        } catch {
            rejections.withLock { $0 += 1 }
            return .problem(Self.unavailable, headers: [.retryAfter: "1"])
        }
    }

    private func receive(_ request: ServiceRequest) async throws {
        let body: [UInt8]
        do {
            body = try await request.body(upTo: Self.maximumBody)
        } catch {
            throw switch error {
            case .tooLarge: Self.problem(413, "body_too_large", "Body too large", "an event has at most 256 KiB")
            case .incomplete: Self.problem(400, "incomplete_body", "Incomplete body", "the body did not come whole")
            }
        }
        guard request.headers.isJSON, request.headers.isIdentityEncoded else {
            throw Self.problem(
                415,
                "unsupported_media_type",
                "Unsupported media type",
                "send Content-Type: application/json, uncompressed"
            )
        }
        let identity = try identity(of: request, body: body)
        let content: IncomingWebhook.Content
        do {
            content = .event(try SimulationEvent(body: body))
        } catch {
            content = .malformed("\(error)")
        }
        if case .malformed(let reason) = content {
            // Signed but strange: kept for a person to look at. Unsigned and strange: nobody vouches for it.
            if !secrets.isEmpty { try await store(body, identity, content) }
            throw Self.problem(400, "not_an_event", "Not an event", reason)
        }
        try await store(body, identity, content)
    }

    private func identity(of request: ServiceRequest, body: [UInt8]) throws -> String {
        if secrets.isEmpty {
            if let id = request.headers.single(.webhookID) { return id }
            return "sha256:"
                + SHA256.hash(data: body).map { byte in
                    let digits = Array("0123456789abcdef")
                    return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
                }.joined()
        }
        do {
            return try WebhookSignature.verify(
                request.headers,
                body: body,
                secrets: secrets,
                now: now().milliseconds / 1000
            )
        } catch {
            throw Self.problem(401, "invalid_signature", "Invalid signature", error.rawValue)
        }
    }

    private func store(_ body: [UInt8], _ identity: String, _ content: IncomingWebhook.Content) async throws {
        try await keep(IncomingWebhook(identity: identity, body: body, receivedAt: now(), content: content))
    }

    private static let unavailable = problem(
        503,
        "store_unavailable",
        "Store unavailable",
        "the event could not be stored; send it again"
    )

    private static func problem(_ status: Int, _ code: String, _ title: String, _ detail: String) -> Problem {
        Problem(status: status, code: code, title: title, detail: detail)
    }
}
