import Addresses
import ExactJSON
import Foundation
import HTTPService
import Logging
import NIOSSL
import RingbackTestKit
import ScenarioFile
import Testing

@testable import Monitors
@testable import RunStore

/// The vetted address is dialled, and TLS still speaks to the name.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"),
        "needs openssl to make a certificate"
    )
)
struct TLSTests {
    /// Over TLS 1.2 and newer, that is; with anything older nothing is sent.
    @Test(arguments: [TLSVersion.tlsv13, .tlsv12, .tlsv11])
    func theCertificateIsThatOfTheName(_ newest: TLSVersion) async throws {
        try await TemporaryFolder.with { folder in
            let made = Program.exitCode(of: [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days",
                "2", "-subj", "/CN=qa.example", "-addext", "subjectAltName=DNS:qa.example", "-keyout",
                "\(folder)/key.pem", "-out", "\(folder)/certificate.pem",
            ])
            #expect(made == 0)
            let certificates = try NIOSSLCertificate.fromPEMFile("\(folder)/certificate.pem")
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(folder)/key.pem", format: .pem))
            )
            tls.maximumTLSVersion = newest
            let configuration = HTTPServer.Configuration(
                host: .loopback,
                port: 0,
                tls: tls,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let address = try #require(IPAddress("127.0.0.1"))
            try await HTTPServer.with(configuration) { _ in
                ServiceResponse(status: 200)
            } body: { port in
                for (name, isTrusted, arrives) in [
                    ("qa.example", true, true), ("other.example", true, false), ("qa.example", false, false),
                ] {
                    let transport = VettedTransport(
                        to: try #require(HTTPURL("https://\(name):\(port)/")),
                        allow: [try #require(AddressRange("127.0.0.1"))],
                        resolver: Resolver { (_) throws(Resolver.LookupError) in [address] },
                        trust: isTrusted ? .certificates(certificates) : nil,
                        connections: 1
                    )
                    let courier = Courier.http(transport, secret: nil) { WallClock.now }
                    let outcome = await courier.carry([DueDelivery(rowID: 1, callKey: "", webhookID: "m", body: [1])])
                    await courier.shutDown()
                    let isNew = newest != .tlsv11
                    #expect(
                        (outcome == [.delivered(status: 200)]) == (arrives && isNew),
                        "\(name) \(isTrusted): \(outcome)"
                    )
                    guard !isTrusted || !isNew else { continue }
                    let reason = isNew ? "certificate verify failed" : "tlsv1 alert protocol version"
                    #expect(outcome == [.failed(status: nil, reason: "the TLS handshake failed: \(reason)")])
                }
            }
        }
    }
}
