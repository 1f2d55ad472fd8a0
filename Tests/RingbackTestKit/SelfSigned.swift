import Foundation
package import NIOSSL

/// A certificate of 127.0.0.1 and api.example that no authority has signed.
package struct SelfSigned: Sendable {
    /// The certificate.
    package var certificates: [NIOSSLCertificate]
    /// Its key.
    package var key: NIOSSLPrivateKey
    /// Both as the contents of files in PEM, by name.
    private var pem: [String: String]

    /// Makes one with the `openssl` program.
    package static func make() async throws -> SelfSigned {
        try await TemporaryFolder.with { folder in
            let made = try await Program(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:api.example", "-keyout",
                    "key.pem", "-out",
                    "certificate.pem",
                ],
                environment: ["PATH": "/usr/bin:/bin", "HOME": folder],
                in: folder
            ).finished()
            guard made.exitCode == 0 else { throw Program.StartError(description: made.stderr) }
            func text(_ name: String) throws -> String {
                try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            }
            return SelfSigned(
                certificates: try NIOSSLCertificate.fromPEMFile("\(folder)/certificate.pem"),
                key: try NIOSSLPrivateKey(file: "\(folder)/key.pem", format: .pem),
                pem: ["certificate.pem": try text("certificate.pem"), "key.pem": try text("key.pem")]
            )
        }
    }

    /// Writes `certificate.pem` and `key.pem` into a folder.
    package func write(to folder: String) throws {
        for (name, text) in pem { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
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
