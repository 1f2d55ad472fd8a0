import Crypto
import Foundation
import HTTPService
import HTTPTypes
import RunStore
import SimulationAPI

/// Which requests may use the control API, by their host, the page that sends them, and their token.
///
/// A bearer token alone does not stop a web page whose host name points to this address (DNS rebinding). So the `Host`
/// must be one of the service's own, and a page of another origin is refused.
struct AccessRules: Sendable {
    var token: APIToken
    /// The host names that are the service's own, in lower case and without a port; empty for any.
    var hosts: Set<String>

    /// Whether a request may pass, and whose it is.
    enum Judgement {
        case passed(Caller?)
        case refused(ServiceResponse)
    }

    /// Judges a request for a route that needs this role; `nil` for one that needs no token.
    ///
    /// A route without a token answers whichever host is asked for: a probe asks for an address.
    func judge(_ request: ServiceRequest, needing role: Role?) -> Judgement {
        // Hummingbird keeps the Host apart from the header fields, as HTTP/2's authority.
        if let authority = request.authority, role != nil, !hosts.isEmpty, !hosts.contains(Self.host(of: authority)) {
            return Self.refused(
                421,
                "misdirected_request",
                "Misdirected request",
                "this service is not \(authority.prefix(100)); add --public-host for a name of its own"
            )
        }
        guard isOfSameOrigin(request) else {
            return Self.refused(
                403,
                "cross_origin",
                "Cross-origin request",
                "pages of other origins may not use this service"
            )
        }
        guard let role else { return .passed(nil) }
        let values = request.headers[values: .authorization]
        guard values.count == 1, token.matches(authorization: values[0]) else {
            let said = values.isEmpty ? "" : ", error=\"invalid_token\""
            let problem = Problem(
                status: 401,
                code: "invalid_token",
                title: "Not authorised",
                detail:
                    "send Authorization: Bearer with the token in RINGBACK_API_TOKEN, or the one that was printed at the start"
            )
            return .refused(.problem(problem, headers: [.wwwAuthenticate: "Bearer realm=\"ringback\"\(said)"]))
        }
        let caller = Caller.owner
        guard caller.role >= role else {
            return Self.refused(
                403,
                "insufficient_role",
                "Insufficient role",
                "this needs the role \(role.rawValue), and the token \(caller.name) has \(caller.role.rawValue)"
            )
        }
        return .passed(caller)
    }

    /// Whether the sender is not a web page, or one of the service's own (Fetch Metadata; RFC 6454 section 7).
    private func isOfSameOrigin(_ request: ServiceRequest) -> Bool {
        let isCrossSite = request.headers.contains {
            $0.name.canonicalName == "sec-fetch-site" && !["same-origin", "none"].contains($0.value)
        }
        if isCrossSite { return false }
        guard let origin = request.headers[.origin] else { return true }
        guard let authority = request.authority, let schemeEnd = origin.firstRange(of: "://")?.upperBound else {
            return false
        }
        return origin[schemeEnd...].lowercased() == authority.lowercased()
    }

    /// The host of `host:port`, without brackets and port.
    private static func host(of authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return authority[authority.index(after: authority.startIndex)..<end].lowercased()
        }
        return authority.prefix { $0 != ":" }.lowercased()
    }

    private static func refused(_ status: Int, _ code: String, _ title: String, _ detail: String) -> Judgement {
        .refused(.problem(Problem(status: status, code: code, title: title, detail: detail)))
    }
}

/// The bearer token of the control API; only its digest is kept.
package struct APIToken: Sendable {
    private let digest: SHA256.Digest

    package init(_ text: String) { digest = SHA256.hash(data: Data(text.utf8)) }

    /// A new random token of 256 bits, to be shown once.
    package static func random() -> (text: String, token: APIToken) {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let text =
            "rbk_"
            + bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return (text, APIToken(text))
    }

    /// Whether a value of `Authorization` carries the token (RFC 6750 section 2.1).
    ///
    /// It compares digests, so the time taken reveals nothing of the token.
    func matches(authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        return SHA256.hash(data: Data(parts[1].utf8)) == digest
    }
}
