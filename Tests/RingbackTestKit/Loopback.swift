import Glibc
package import HTTPService
import Logging
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
            host: .loopback,
            port: 0,
            requestDeadline: requestDeadline,
            logger: logger
        )
    }
}

/// A loopback port on which nothing listens until a program that cannot choose its own port does.
///
/// A bound socket keeps the port from being given to another test. It does not listen, so a connection is refused, and a
/// program that sets `SO_REUSEADDR`, as servers do, can listen on the port.
package final class ReservedPort: Sendable {
    /// The port.
    package let port: Int
    private let descriptor: Int32

    /// Reserves a port of the system's choosing.
    package init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { [descriptor] address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { throw Program.StartError(description: "no free port on loopback") }
    }

    /// Gives the port back.
    package func release() { close(descriptor) }
}
