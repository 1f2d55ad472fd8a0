import Addresses
import HTTPTypes
import SimulationAPI

/// The operations of the simulation API.
enum APIRoute: Hashable {
    case token, create, list, aggregate, health, ready, openAPI
    case status(id: String)
    case cancel(id: String)

    /// What a path and method name: an operation, a path that takes other methods, or nothing.
    enum Match: Equatable {
        case found(APIRoute)
        case methodNotAllowed([HTTPRequest.Method])
        case notFound
    }

    static func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        let operations: [(HTTPRequest.Method, APIRoute)]
        switch path {
        case Endpoint.token: operations = [(.post, .token)]
        case Endpoint.simulations: operations = [(.get, .list), (.post, .create)]
        case Endpoint.aggregations: operations = [(.post, .aggregate)]
        case "/healthz": operations = [(.get, .health)]
        case "/readyz": operations = [(.get, .ready)]
        case "/openapi.yaml": operations = [(.get, .openAPI)]
        default:
            guard path.hasPrefix(Endpoint.simulations + "/") else { return .notFound }
            let parts = path.dropFirst(Endpoint.simulations.count + 1)
                .split(separator: "/", omittingEmptySubsequences: false)
            guard let id = parts.first.flatMap({ PercentEncoding.decode($0) }), !id.isEmpty else { return .notFound }
            if parts.count == 1 {
                operations = [(.get, .status(id: id))]
            } else if parts.count == 2, parts[1] == "cancel" {
                operations = [(.post, .cancel(id: id))]
            } else {
                return .notFound
            }
        }
        guard let operation = operations.first(where: { $0.0 == method }) else {
            return .methodNotAllowed(operations.map(\.0))
        }
        return .found(operation.1)
    }

    /// The operation that needs a token; nil for a route that needs none.
    var operation: APIOperation? {
        switch self {
        case .token, .health, .ready, .openAPI: nil
        case .create: .create
        case .list: .list
        case .aggregate: .aggregate
        case .status: .status
        case .cancel: .cancel
        }
    }

    /// The name of the endpoint for the rate limit.
    var endpoint: String { operation?.rawValue ?? (self == .token ? "token" : "public") }
}
