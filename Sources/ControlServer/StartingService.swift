import ExactJSON
import HTTPService
import HTTPTypes
import Logging
import SimulationAPI

/// The service before its store is open: it lives, and is not ready.
package enum StartingService {
    /// Answers probes at the address of the service while `body` runs.
    ///
    /// Senders of webhooks and all others are asked to come again.
    ///
    /// - Parameters:
    ///   - reason: why the store is not open.
    ///   - body: gets the port that was bound, and the origin.
    /// - Throws: `HTTPServer.BindError` if the address cannot be bound, or what `body` throws.
    package static func with(
        _ configuration: ControlServer.Configuration,
        because reason: String,
        body: @escaping @Sendable (_ port: Int, _ origin: String) async throws -> Void
    ) async throws {
        let server = ControlServer.listener(configuration)
        let path = configuration.publicPath
        let logger = Logger(label: "ringback") { _ in configuration.log }
        logger.warning("waiting for the database", metadata: ["reason": "\(reason)"])
        try await HTTPServer.with(
            server,
            respond: { request in
                let target = request.path
                let isHealth = [path("/healthz"), "/healthz"].contains(target)
                guard !isHealth || request.method != .get else { return .json(["status": "ok"]) }
                let problem = Problem(
                    status: 503,
                    code: "not_ready",
                    title: "Not ready",
                    detail: "the service waits for its database: \(reason)"
                )
                return .problem(problem, headers: [.retryAfter: "1"])
            }
        ) { port in
            try await body(port, server.origin(port: port))
        }
    }
}
