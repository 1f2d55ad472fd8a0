import Foundation
package import NIOSSL

/// A certificate of 127.0.0.1 that no authority has signed.
package struct SelfSigned: Sendable {
    /// The certificate.
    package var certificates: [NIOSSLCertificate]
    /// Its key.
    package var key: NIOSSLPrivateKey

    /// Makes one with the `openssl` program.
    package static func make() async throws -> SelfSigned {
        try await TemporaryFolder.with { folder in
            let made = try await Program(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out",
                    "certificate.pem",
                ],
                environment: ["PATH": "/usr/bin:/bin", "HOME": folder],
                in: folder
            ).finished()
            guard made.exitCode == 0 else { throw Program.StartError(description: made.stderr) }
            return SelfSigned(
                certificates: try NIOSSLCertificate.fromPEMFile("\(folder)/certificate.pem"),
                key: try NIOSSLPrivateKey(file: "\(folder)/key.pem", format: .pem)
            )
        }
    }

    /// The settings of a server that presents it.
    package var server: TLSConfiguration {
        .makeServerConfiguration(certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
    }

    /// The settings of a client that trusts it.
    package var client: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(certificates)
        return configuration
    }
}
