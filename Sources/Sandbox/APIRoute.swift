import Addresses
import HTTPTypes
import ScenarioFile
import SimulationAPI

/// What the sandbox serves: the operations of the simulation API, and what needs no bearer token.
enum APIRoute: Hashable {
    case token, health, ready, openAPI
    /// An operation that needs a token, on the simulation of this id if it is about one.
    case operation(APIOperation, id: String)

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
        case Endpoint.simulations:
            operations = [(.get, .operation(.list, id: "")), (.post, .operation(.create, id: ""))]
        case Endpoint.aggregations: operations = [(.post, .operation(.aggregate, id: ""))]
        case "/healthz": operations = [(.get, .health)]
        case "/readyz": operations = [(.get, .ready)]
        case "/openapi.yaml": operations = [(.get, .openAPI)]
        default:
            guard path.hasPrefix(Endpoint.simulations + "/") else { return .notFound }
            let parts = path.dropFirst(Endpoint.simulations.count + 1)
                .split(separator: "/", omittingEmptySubsequences: false)
            guard let id = parts.first.flatMap({ PercentEncoding.decode($0) }), !id.isEmpty else { return .notFound }
            if parts.count == 1 {
                operations = [(.get, .operation(.status, id: id))]
            } else if parts.count == 2, parts[1] == "cancel" {
                operations = [(.post, .operation(.cancel, id: id))]
            } else {
                return .notFound
            }
        }
        guard let operation = operations.first(where: { $0.0 == method }) else {
            return .methodNotAllowed(operations.map(\.0))
        }
        return .found(operation.1)
    }

    /// Where faults of this route are planned; nil if it never fails.
    var point: FaultPlan.Point? {
        switch self {
        case .token: .token
        case .operation(let operation, _): FaultPlan.Point(rawValue: operation.rawValue)
        case .health, .ready, .openAPI: nil
        }
    }
}
