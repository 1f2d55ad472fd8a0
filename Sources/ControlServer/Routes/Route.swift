import HTTPService
import HTTPTypes
import RunStore
import SimulationAPI

/// One operation of the control API.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// The path as the API's description writes it, such as `/v1/runs/{id}/cancel`.
    let path: String
    /// The lowest role that may use it; `nil` if it needs no token.
    let role: Role?
    let kind: Audience
    let answer: @Sendable (Asked) async throws -> ServiceResponse

    private let segments: [Segment]

    /// For whom a route is.
    enum Audience: Sendable {
        /// Programs.
        case api
        /// What watches whether the service lives; it asks for whichever host and needs no token.
        case probe
        /// People with a browser; without a token they get the page that asks for one.
        case page
    }

    private enum Segment: Hashable {
        case word(Substring)
        case parameter
    }

    /// A request that has been let through.
    struct Asked: Sendable {
        var request: ServiceRequest
        /// What stands in the path in place of its parameters, in order.
        let parameters: [String]
        /// Whose token it carries; `nil` on a route that needs no token.
        let caller: Caller?
        /// The id of the request, which its answer and the log have.
        var id = ""
    }

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ role: Role?,
        kind: Audience = .api,
        _ answer: @escaping @Sendable (Asked) async throws -> ServiceResponse
    ) {
        (self.method, self.path, self.role, self.kind, self.answer) = (method, path, role, kind, answer)
        segments = Self.split(path).map { $0.hasPrefix("{") ? .parameter : .word($0) }
    }

    /// What stands in place of the parameters of the path; `nil` if the route has another path.
    func parameters(in parts: [Substring]) -> [String]? {
        guard parts.count == segments.count else { return nil }
        var found: [String] = []
        for (part, segment) in zip(parts, segments) {
            switch segment {
            case .word(let word): guard word == part else { return nil }
            case .parameter:
                guard !part.isEmpty else { return nil }
                found.append(String(part))
            }
        }
        return found
    }

    /// The parts of a path between its slashes.
    static func split(_ path: String) -> [Substring] { path.split(separator: "/", omittingEmptySubsequences: false) }
}

/// Whose token a request carries.
struct Caller: Hashable, Sendable {
    /// The name of the token; the audit log names it.
    var name: String
    var role: Role
    /// Whether a browser sends it as a cookie; forms of the dashboard are then answered with pages.
    var usesCookie = false

    /// The token that the service was started with.
    static let owner = Caller(name: StoredToken.reservedName, role: .admin)
}

/// All operations of the control API, by their paths.
struct RouteTable: Sendable {
    let routes: [Route]

    /// What a method and a path name.
    enum RouteMatch {
        case route(Route, parameters: [String])
        /// The path takes these methods only.
        case otherMethods([HTTPRequest.Method])
        case unknown

        var route: Route? { if case .route(let route, _) = self { route } else { nil } }
    }

    /// Hummingbird's router answers 404 to a known path with the wrong method; the API promises 405 with `Allow`.
    func match(_ method: HTTPRequest.Method, _ path: String) -> RouteMatch {
        let parts = Route.split(path)
        let found = routes.compactMap { route in route.parameters(in: parts).map { (route, $0) } }
        // `/v1/runs/prune` is a path of its own and no run, so that it takes its own methods only.
        let fewest = found.map(\.1.count).min()
        var methods: [HTTPRequest.Method] = []
        for (route, parameters) in found where parameters.count == fewest {
            if route.method == method { return .route(route, parameters: parameters) }
            methods.append(route.method)
        }
        return methods.isEmpty ? .unknown : .otherMethods(methods)
    }
}
