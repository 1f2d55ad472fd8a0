import Glibc
package import HTTPService
import Logging
import Synchronization
package import Webhooks

/// A server on a loopback port for a test.
package enum Loopback {
    /// Serves while `body` runs, on a port of the system's choosing.
    package static func serve<Result: Sendable>(
        _ respond: @escaping @Sendable (ServiceRequest) async -> ServiceResponse,
        body: @escaping @Sendable (_ origin: String) async throws -> Result
    ) async throws -> Result {
        try await HTTPServer.with(configuration(), respond: respond) { port in
            try await body("http://127.0.0.1:\(port)")
        }
    }

    /// Receives webhooks while `body` runs, on a port of the system's choosing.
    package static func receive<Result: Sendable>(
        _ receiver: WebhookReceiver,
        requestDeadline: Duration = .seconds(15),
        body: @escaping @Sendable (_ origin: String) async throws -> Result
    ) async throws -> Result {
        try await receiver.listen(configuration(requestDeadline: requestDeadline)) { port in
            try await body("http://127.0.0.1:\(port)")
        }
    }

    /// The configuration of a silent server on a port of the system's choosing.
    package static func configuration(requestDeadline: Duration = .seconds(15)) -> HTTPServer.Configuration {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return HTTPServer.Configuration(
            host: "127.0.0.1",
            port: 0,
            requestDeadline: requestDeadline,
            logger: logger
        )
    }

    /// A port that nothing listens on, for a program that cannot take one of the system's choosing.
    ///
    /// It lies below the range from which the system chooses (32768 on Linux), so that no other test is given it.
    package static func quietPort() throws -> Int {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<32_000)
            let descriptor = Program.spawning.withLock { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if bound == 0 { return Int(port) }
        }
        throw Program.StartError(description: "no free port between 20000 and 32000")
    }
}
