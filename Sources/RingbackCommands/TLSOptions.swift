import ArgumentParser
import NIOSSL

/// The flags of a server with TLS.
struct TLSOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A certificate chain in PEM, for TLS.", valueName: "file"), completion: .file())
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The certificate's private key in PEM.", valueName: "file"), completion: .file())
    var tlsKey: String?

    /// The settings of a server, TLS 1.2 or newer (RFC 8996); `nil` where none is wanted.
    func configuration() throws -> TLSConfiguration? {
        switch (tlsCertificate, tlsKey) {
        case (nil, nil): return nil
        case (.some(let certificate), .some(let key)):
            do {
                let chain = try NIOSSLCertificate.fromPEMFile(certificate)
                var configuration = TLSConfiguration.makeServerConfiguration(
                    certificateChain: chain.map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
                )
                configuration.minimumTLSVersion = .tlsv12
                return configuration
            } catch {
                throw CommandFailure.usage("the TLS certificate or key cannot be read: \(error)")
            }
        default: throw CommandFailure.usage("--tls-certificate and --tls-key come together")
        }
    }
}
