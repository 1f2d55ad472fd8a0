package import NIOSSL
import RingbackHome

/// How connections to the target's API are made: through which proxies, and which authorities are trusted beside those of
/// this machine.
///
/// Monitors and webhooks have none of it: they belong to others than the target.
public struct ConnectionSettings: Sendable {
    package var proxies = ProxySettings()
    package var authorities: [NIOSSLCertificate] = []

    /// No proxy, and the authorities of this machine alone.
    public init() {}

    /// The protection of a client's connections: TLS 1.2 or newer (RFC 8996).
    ///
    /// - Returns: the settings, and why no authority of this machine is trusted, if that is so.
    package func tls() -> (configuration: TLSConfiguration, problem: String?) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if !authorities.isEmpty { configuration.additionalTrustRoots = [.certificates(authorities)] }
        do throws(TrustStore.LoadError) {
            if let roots = try TrustStore.current.roots() { configuration.trustRoots = .certificates(roots) }
            return (configuration, nil)
        } catch {
            configuration.trustRoots = .certificates([])
            return (configuration, error.description)
        }
    }
}

/// The authorities that this machine trusts: its own store, or the one that `SSL_CERT_FILE` and `SSL_CERT_DIR` put in its place.
package struct TrustStore: Sendable {
    /// A store without certificates.
    package struct LoadError: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    /// The store of all connections; the command sets it for its task.
    @TaskLocal package static var current = TrustStore()

    private let file: String?
    private let folders: [String]
    /// Where the TLS library looks for the machine's own store.
    private let usual: [String]

    /// - Parameters:
    ///   - file: the value of `SSL_CERT_FILE`.
    ///   - folders: the value of `SSL_CERT_DIR`: folders separated by colons.
    package init(
        file: String? = nil,
        folders: String? = nil,
        usual: [String] = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs"]
    ) {
        self.file = file
        self.folders = (folders ?? "").split(separator: ":").map(String.init)
        self.usual = usual
    }

    /// The certificates that replace the machine's own store; nil if that is used.
    package func roots() throws(LoadError) -> [NIOSSLCertificate]? {
        guard file != nil || !folders.isEmpty else {
            guard usual.contains(where: { (try? FileSystem.inspect($0)) ?? nil != nil }) else {
                throw LoadError(
                    description:
                        "this machine has no store of trusted certificates (\(usual[0])); install ca-certificates, or "
                        + "name a file with SSL_CERT_FILE"
                )
            }
            return nil
        }
        var found: Set<NIOSSLCertificate> = []
        if let file { found.formUnion(try Self.certificates(of: file, named: "SSL_CERT_FILE")) }
        for folder in folders {
            for name in (try? FileSystem.names(in: folder)) ?? [] {
                found.formUnion((try? NIOSSLCertificate.fromPEMFile("\(folder)/\(name)")) ?? [])
            }
        }
        guard !found.isEmpty else {
            throw LoadError(
                description: "SSL_CERT_DIR names no folder with a certificate in PEM: \(folders.joined(separator: ":"))"
            )
        }
        return Array(found)
    }

    /// The certificates of a file in PEM.
    package static func certificates(of path: String, named variable: String) throws(LoadError) -> [NIOSSLCertificate] {
        guard let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty else {
            throw LoadError(
                description: "\(variable) names a file that holds no certificate in PEM, or cannot be read: \(path)"
            )
        }
        return found
    }
}
