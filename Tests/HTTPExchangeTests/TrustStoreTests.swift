import ExactJSON
import HTTPService
import NIOSSL
import RingbackTestKit
import Testing

@testable import HTTPExchange

/// Which authorities are trusted.
@Suite(.timeLimit(.minutes(5)))
struct TrustStoreTests {
    /// How a request to a server with a certificate of its own ended: a status, or an error.
    private func request(
        _ pair: SelfSigned,
        _ settings: ConnectionSettings,
        _ store: TrustStore,
        host: String = "127.0.0.1"
    ) async throws -> Result<Int, TransportError> {
        var configuration = Loopback.configuration()
        configuration.host = try BoundHost(resolving: host)
        configuration.tls = pair.server
        return try await HTTPServer.with(configuration) { _ in
            .json(["status": "ok"])
        } body: { port in
            try await TrustStore.$current.withValue(store) {
                try await HTTPTransport.withConnections(settings) { transport in
                    let url = "https://\(host):\(port)/"
                    let request = OutgoingRequest(method: .get, url: url, timeout: .seconds(30), maxResponseBytes: 1024)
                    do throws(TransportError) { return .success(try await transport.send(request).status) } catch {
                        return .failure(error)
                    }
                }
            }
        }
    }

    @Test func areThoseOfTheMachineOfTheVariablesAndOfTheTarget() async throws {
        let (pair, other) = (try await SelfSigned.make(), try await SelfSigned.make())
        try await TemporaryFolder.with { folder in
            try pair.write(to: folder)
            var named = ConnectionSettings()
            named.authorities = try TrustStore.certificates(of: "\(folder)/certificate.pem", named: "CXONE_CA_FILE")
            var wrong = ConnectionSettings()
            wrong.authorities = other.certificates
            let usual = ConnectionSettings()
            #expect(try await request(pair, named, TrustStore()).get() == 200)
            #expect(try await request(pair, usual, TrustStore(file: "\(folder)/certificate.pem")).get() == 200)
            #expect(try await request(pair, usual, TrustStore(folders: "/nowhere:\(folder)")).get() == 200)
            for (settings, store) in [(usual, TrustStore()), (wrong, TrustStore())] {
                let refused = try await request(pair, settings, store)
                let words = "the TLS handshake failed: certificate verify failed"
                #expect(refused == .failure(TransportError(.untrusted, words)))
            }
        }
    }

    @Test func aCertificateOfAnotherHostIsToldInOurWords() async throws {
        let pair = try await SelfSigned.make()
        try await TemporaryFolder.with { folder in
            try pair.write(to: folder)
            let store = TrustStore(file: "\(folder)/certificate.pem")
            let refused = try await request(pair, ConnectionSettings(), store, host: "127.0.0.2")
            let words = "the TLS handshake failed: the certificate is not for 127.0.0.2"
            #expect(refused == .failure(TransportError(.untrusted, words)))
        }
    }

    @Test(arguments: [
        (TrustStore(usual: ["/nowhere/a"]), "this machine has no store of trusted certificates (/nowhere/a)"),
        (TrustStore(file: "/nowhere/b"), "SSL_CERT_FILE names a file that holds no certificate in PEM"),
        (TrustStore(folders: "/nowhere/c"), "SSL_CERT_DIR names no folder with a certificate in PEM: /nowhere/c"),
    ])
    func aStoreWithoutCertificatesIsTold(_ store: TrustStore, _ words: String) async throws {
        let error = try await request(try await SelfSigned.make(), ConnectionSettings(), store)
        guard case .failure(let error) = error else {
            Issue.record("the server was trusted")
            return
        }
        #expect(error.code == .untrusted && error.message.contains(words))
    }
}
