import ExactJSON
import HTTPExchange
import HTTPService
import Logging
import NIOSSL
import SimulationClient
import Testing

import struct RingbackTestKit.SelfSigned

/// A connection to the API is TLS 1.2 or newer, or none.
@Suite(.timeLimit(.minutes(5)))
struct TransportSecurityTests {
    @Test(arguments: [
        // The server's newest version, and why the handshake fails: with TLS 1.2 only for the certificate, which the
        // client does not trust; with TLS 1.1 before it has seen one.
        (TLSVersion.tlsv12, "certificate verify failed"), (.tlsv11, "tlsv1 alert protocol version"),
    ])
    func refusesWhatIsOlder(_ newest: TLSVersion, _ reason: String) async throws {
        var tls = try await SelfSigned.make().server
        tls.maximumTLSVersion = newest
        let configuration = HTTPServer.Configuration(
            host: .loopback,
            port: 0,
            tls: tls,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let error = try await HTTPServer.with(configuration) { _ in
            .json(["status": "ok"])
        } body: { port in
            try await HTTPTransport.withConnections { transport in
                await #expect(throws: TransportError.self) {
                    _ = try await transport.send(
                        OutgoingRequest(
                            method: .get,
                            url: "https://127.0.0.1:\(port)/",
                            timeout: .seconds(30),
                            maxResponseBytes: 1024
                        )
                    )
                }
            }
        }
        #expect(error?.message == "the TLS handshake failed: \(reason)")
    }
}
