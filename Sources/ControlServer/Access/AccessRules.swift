import HTTPService
import HTTPTypes
import RunStore
import SimulationAPI

/// Which requests may use the control API, by their host, the page that sends them, and their token.
///
/// A bearer token alone does not stop a web page whose host name points to this address (DNS rebinding). So the `Host`
/// must be one of the service's own. A page of another site may link to the service, and nothing else.
struct AccessRules: Sendable {
    var tokens: TokenDirectory
    /// The host names that are the service's own, in lower case and without a port; empty for any.
    var hosts: Set<String>
    /// Those of them that a proxy is asked for, whose `Host` may be another one.
    var publicHosts: Set<String> = []

    /// Whether a request may pass, and whose it is.
    enum Judgement {
        case passed(Caller?)
        case refused(ServiceResponse)
    }

    /// Judges a request for a route; `nil` for a path or a method that no route has.
    ///
    /// A probe answers whichever host is asked for, since it asks for an address.
    func judge(_ request: ServiceRequest, for route: Route?) async -> Judgement {
        if route?.kind == .probe { return .passed(nil) }
        // Hummingbird keeps the Host apart from the header fields, as HTTP/2's authority.
        if let authority = request.authority, !hosts.isEmpty, !hosts.contains(Self.host(of: authority)) {
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
                "pages of other origins may not use this service; behind a proxy, name its host with --public-host"
            )
        }
        // What no route has is told to those who may read.
        let needed = route.map(\.role) ?? .viewer
        guard let needed else { return .passed(nil) }
        switch await caller(of: request) {
        case .known(let caller) where caller.role >= needed: return .passed(caller)
        case .known(let caller):
            return Self.refused(
                403,
                "insufficient_role",
                "Insufficient role",
                "this needs the role \(needed.rawValue), and the token \(caller.name) has \(caller.role.rawValue)"
            )
        case .unknown: return .refused(Self.unauthorized(request))
        case .unavailable:
            let detail = "the tokens cannot be read; the log of the service says why"
            return .refused(.problem(.storeUnavailable(detail), headers: [.retryAfter: "1"]))
        }
    }

    /// Whose token a request carries, in its `Authorization` or else in its cookie.
    func caller(of request: ServiceRequest) async -> TokenDirectory.TokenOwner {
        let values = request.headers[values: .authorization]
        if values.isEmpty {
            guard let token = SessionCookie.token(in: request.headers) else { return .unknown }
            let finding = await tokens.find(token)
            guard case .known(var caller) = finding else { return finding }
            caller.usesCookie = true
            return .known(caller)
        }
        guard values.count == 1, let token = APIToken.bearer(in: values[0]) else { return .unknown }
        return await tokens.find(token)
    }

    private static func unauthorized(_ request: ServiceRequest) -> ServiceResponse {
        let said = request.headers[.authorization] == nil ? "" : ", error=\"invalid_token\""
        let problem = Problem(
            status: 401,
            code: "invalid_token",
            title: "Not authorised",
            detail:
                "send Authorization: Bearer with a token of ringback token create, the one in RINGBACK_API_TOKEN, or the one "
                + "that was printed at the start"
        )
        return .problem(problem, headers: [.wwwAuthenticate: "Bearer realm=\"ringback\"\(said)"])
    }

    /// Whether the sender is not a web page, or one of the service's own (Fetch Metadata; RFC 6454 section 7).
    ///
    /// Browsers say since 2023 which site a request comes from. `Origin` decides where they do not; behind a proxy it names
    /// the proxy's host. A link is followed without either, and nothing that is only read changes anything.
    private func isOfSameOrigin(_ request: ServiceRequest) -> Bool {
        let sites = request.headers.filter { $0.name.canonicalName == "sec-fetch-site" }.map(\.value)
        let isSafe = request.method == .get || request.method == .head
        if !sites.isEmpty, !isSafe { return sites.allSatisfy { $0 == "same-origin" || $0 == "none" } }
        guard let origin = request.headers[.origin] else { return true }
        guard let authority = request.authority, let schemeEnd = origin.firstRange(of: "://")?.upperBound else {
            return false
        }
        let sender = origin[schemeEnd...].lowercased()
        return sender == authority.lowercased() || publicHosts.contains(Self.host(of: sender))
    }

    /// The host of `host:port`, without brackets and port.
    static func host(of authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return authority[authority.index(after: authority.startIndex)..<end].lowercased()
        }
        return authority.prefix { $0 != ":" }.lowercased()
    }

    private static func refused(_ status: Int, _ code: String, _ title: String, _ detail: String) -> Judgement {
        .refused(.problem(Problem(status: status, code: code, title: title, detail: detail)))
    }
}
