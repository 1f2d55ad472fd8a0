import Addresses
import ExactJSON
import HTTPExchange
import SimulationAPI
import SimulationClient

extension Finding {
    /// Judges a connection to the base URL's host.
    static func address(_ url: HTTPURL, _ outcome: ConnectionProbe.Reach) -> Finding {
        switch outcome {
        case .connected(let address), .handshakeFailed(let address):
            return .ok("\(url.origin) is reached").with(address.isEmpty ? [] : ["connected to \(address)"])
        case .unresolved:
            return .failure(.remote, "the name \(url.host) has no address")
                .advising(
                    "Check CXONE_BASE_URL or CXONE_ORG_ID, and this machine's name service. Behind a proxy, set HTTPS_PROXY."
                )
        case .refused(let reason):
            return .failure(.remote, "\(url.origin) cannot be reached: \(reason)")
                .advising(
                    "Check CXONE_BASE_URL, that the API runs there, and that no firewall stands between. Behind a proxy, set "
                        + "HTTPS_PROXY."
                )
        }
    }

    /// Judges a connection to the proxy that makes the connections to the target.
    static func proxy(_ proxy: ProxySettings.Proxy, _ outcome: ConnectionProbe.Reach) -> Finding {
        switch outcome {
        case .connected, .handshakeFailed: return .ok("\(proxy.description) is reached")
        case .unresolved:
            return .failure(.remote, "\(proxy.description): its name has no address", "Check \(proxy.variable).")
        case .refused(let reason):
            return .failure(.remote, "\(proxy.description) cannot be reached: \(reason)")
                .advising("Check \(proxy.variable), or name the host of the target in NO_PROXY.")
        }
    }

    /// Judges the connection's protection by the outcome of a handshake, or without TLS by the address that was dialled;
    /// `nil` means plain HTTP that the user allowed.
    static func tls(_ url: HTTPURL, _ outcome: ConnectionProbe.Reach?, problem: String? = nil) -> Finding {
        switch outcome {
        case nil: return .ok("plain http, which stays on this machine or goes to a host of CXONE_ALLOW_HTTP")
        case .connected(let address) where url.scheme == "http":
            let host = ListenAddress(address)?.host ?? address
            guard IPAddress(host)?.isLoopback == true else {
                return .failure(
                    .remote,
                    "\(url.host) is at \(host), which is not this machine, and http hides nothing on the way",
                    "\(ClearText.advice.prefix(1).uppercased())\(ClearText.advice.dropFirst())."
                )
            }
            return .tls(url, nil)
        case .connected: return .ok("the certificate of \(url.host) is valid, and this machine trusts its issuer")
        case .handshakeFailed(let reason):
            return .failure(
                .remote,
                "the TLS handshake with \(url.host) failed: \(reason)\(problem.map { "; \($0)" } ?? "")"
            )
            .advising(
                "The certificate must name \(url.host), be in date, and come from an authority that this machine trusts. "
                    + "Name a file with the certificate of your own authority in CXONE_CA_FILE. There is no switch to "
                    + "ignore it."
            )
        case .unresolved, .refused:
            return .failure(.remote, "no second connection to \(url.host) came about", "Try again.")
        }
    }

    /// A token that lives shorter than this must be renewed too often, in seconds.
    static let shortLifetime = 60

    /// Judges a request for a token with the `wanted` scopes.
    static func token(wanted: String, grant: TokenAnswer?, oddity: String? = nil, error: ClientError?) -> Finding {
        if let error {
            let remedy =
                error.status == nil
                ? "Check scheme, host and port of CXONE_BASE_URL and CXONE_TOKEN_URL."
                : "Ask the operator of the token endpoint what this answer means\(error.isTransient ? ", or try again" : "")."
            let notes = error.requestID.map { ["request id \($0)"] } ?? []
            return .failure(.remote, error.message, error.remedy.isEmpty ? remedy : error.remedy).with(notes)
        }
        guard let grant else { return .failure(.remote, "no token came", "Check CXONE_TOKEN_URL.") }
        let lifetime = grant.expiresIn.map { "lives \($0) s" } ?? "does not say how long it lives; 300 s are assumed"
        let missing = Scopes(wanted: wanted, granted: grant.scope).missing
        let notes = [
            "scopes asked for: \(wanted)",
            "scopes granted: \(grant.scope ?? "not told, so as asked for (RFC 6749 section 5.1)")",
        ]
        if let seconds = grant.expiresIn, seconds < shortLifetime {
            return .warning("a token came and \(lifetime), so a run asks for many")
                .advising("Raise the token lifetime of the client.").with(notes)
        }
        guard missing.isEmpty else {
            return .warning("a token came and \(lifetime), without \(missing.joined(separator: ", "))")
                .advising(
                    "Grant the client these scopes, or leave out of CXONE_SCOPE what it does not need."
                ).with(notes)
        }
        if let oddity {
            return .warning("a token came and \(lifetime); \(oddity)")
                .advising("If requests are refused with 401, ask the operator how the token is sent.").with(notes)
        }
        return .ok("a token came and \(lifetime)").with(notes)
    }

    /// Judges one scope by the token's answer alone; no request is sent.
    static func scope(_ name: String, _ scope: Scope, for purpose: String, _ scopes: Scopes) -> Finding {
        let word = scope.rawValue
        if scopes.isGranted(word) {
            return .ok(scopes.isTold ? "\(word) is granted" : "\(word) was asked for, and no answer denies it")
        }
        guard scopes.wanted.contains(word) else {
            return .warning("CXONE_SCOPE does not ask for \(word); \(purpose) may be refused")
                .advising("Add \(word) to CXONE_SCOPE, unless this API names its scopes otherwise.")
        }
        return .failure(.remote, "the token lacks \(word); \(purpose) would be refused")
            .advising("Grant the client this scope.")
    }

    /// Judges a list by a tag that no simulation has: it needs the read scope and creates nothing.
    static func read(found: Int, error: ClientError?) -> Finding {
        guard let error else {
            guard found == 0 else {
                return .warning(
                    "a list came, and \(found) simulations in it have another tag than was asked for: `tag` is ignored there"
                ).advising(
                    "A run compares tags itself, so this does no harm; say honours: {listByTag: false} in a profile to do "
                        + "without."
                )
            }
            return .ok("a list by tag was answered, and nothing was created")
        }
        guard error.code == .notOffered else { return .failure(.remote, error.message, error.remedy) }
        return .warning(
            "\(error.message); a run cannot look for a simulation whose create got no answer (exit 5)"
        ).advising(
            "Check paths: {simulations: …} of the profile; if there is no such list, say honours: {listByTag: false}."
        )
    }

    /// Beyond this, webhook signatures would be refused, in seconds.
    static let clockLimit: Int64 = 300
    /// Beyond this, the user should look, in seconds.
    static let clockWarning: Int64 = 30

    /// Judges the clocks; `answers` counts the dated answers and the others.
    static func clock(_ readings: [ClockReading], answers: Int) -> Finding {
        guard answers > 0 else { return .skipped("no answer came that could be dated") }
        guard let offset = readings.map(\.offset).min(by: { abs($0) < abs($1) }) else {
            return .warning("the answers have no Date, so the clocks cannot be compared")
                .advising(
                    "Make sure that this machine takes its time from the network: webhook signatures more than 300 s off are "
                        + "refused."
                )
        }
        guard offset != 0 else { return .ok("the clocks agree") }
        let words = "the other side's clock is \(abs(offset)) s \(offset > 0 ? "ahead of" : "behind") this machine's"
        let advice = "Let this machine take its time from the network (chrony, systemd-timesyncd), and look at "
        if abs(offset) > clockLimit {
            return .failure(.local, "\(words); webhook signatures would be refused", advice + "the other side's too.")
        }
        return abs(offset) > clockWarning
            ? .warning("\(words); from 300 s on webhook signatures are refused", advice + "the other side's too.")
            : .ok("\(words), which does no harm")
    }
}

/// The scopes asked for against those granted.
struct Scopes: Hashable, Sendable {
    let wanted: [String]
    private let granted: Set<String>
    /// Whether the answer says what is granted; if it does not, everything is (RFC 6749 section 5.1).
    let isTold: Bool

    init(wanted: String, granted: String?) {
        self.wanted = wanted.split(separator: " ").map(String.init)
        isTold = granted != nil
        self.granted = Set((granted ?? wanted).split(separator: " ").map(String.init))
    }

    func isGranted(_ scope: String) -> Bool { granted.contains(scope) }
    var missing: [String] { wanted.filter { !granted.contains($0) } }
}

/// A time of the other side's clock, with the times of ours before and after.
struct ClockReading: Hashable, Sendable {
    /// The time that an exchange took, by our clock.
    struct Span: Hashable, Sendable {
        var began: Timestamp
        var ended: Timestamp
    }

    /// The `Date` of the answer.
    var remoteSeconds: Int64
    var span: Span

    /// How far the other side's clock is ahead of ours, in seconds, as far as this reading can tell: a date has no
    /// fractions, and the answer was dated at some time during the exchange.
    var offset: Int64 {
        let earliest = remoteSeconds * 1000 - span.ended.milliseconds
        let latest = remoteSeconds * 1000 + 999 - span.began.milliseconds
        if earliest > 0 { return (earliest + 500) / 1000 }
        return latest < 0 ? (latest - 500) / 1000 : 0
    }
}
