import Addresses

extension Finding {
    /// Judges a connection to the base URL's host.
    static func address(_ url: HTTPURL, _ outcome: ConnectionProbe.Outcome) -> Finding {
        let name = "address"
        switch outcome {
        case .connected(let address), .handshakeFailed(let address):
            return .ok(name, "\(url.origin) is reached").with(address.isEmpty ? [] : ["connected to \(address)"])
        case .unresolved:
            return .failure(
                name,
                .remote,
                "the name \(url.host) has no address",
                "Check CXONE_BASE_URL or CXONE_ORG_ID, and this machine's name service."
            )
        case .refused(let reason):
            return .failure(
                name,
                .remote,
                "\(url.origin) cannot be reached: \(reason)",
                "Check CXONE_BASE_URL, that the API runs there, and that no firewall stands between. A proxy of the "
                    + "environment is not used."
            )
        }
    }

    /// Judges the protection of the way there; `outcome` is of a handshake, `nil` for plain HTTP.
    static func tls(_ url: HTTPURL, _ outcome: ConnectionProbe.Outcome?) -> Finding {
        let name = "tls"
        switch outcome {
        case nil: return .ok(name, "plain http, on a loopback host only")
        case .connected: return .ok(name, "the certificate of \(url.host) is valid, and this machine trusts its issuer")
        case .handshakeFailed(let reason):
            return .failure(
                name,
                .remote,
                "the TLS handshake with \(url.host) failed: \(reason)",
                "The certificate must name \(url.host), be in date, and come from an issuer that this machine trusts "
                    + "(Debian: update-ca-certificates). There is no switch to ignore it."
            )
        case .unresolved, .refused:
            return .failure(name, .remote, "no second connection to \(url.host) came about", "Try again.")
        }
    }
}
