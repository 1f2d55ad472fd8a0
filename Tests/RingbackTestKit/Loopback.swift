package import HTTPService
import Logging

/// A server on a loopback port for a test.
package enum Loopback {
    /// Serves while `body` runs, on a port of the system's choosing.
    package static func serve<Result: Sendable>(
        requestDeadline: Duration = .seconds(15),
        _ respond: @escaping @Sendable (ServiceRequest) async -> ServiceResponse,
        body: @escaping @Sendable (_ origin: String) async throws -> Result
    ) async throws -> Result {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = HTTPServer.Configuration(
            host: "127.0.0.1",
            port: 0,
            requestDeadline: requestDeadline,
            logger: logger
        )
        return try await HTTPServer.with(configuration, respond: respond) { port in
            try await body("http://127.0.0.1:\(port)")
        }
    }
}
