import ExactJSON
package import HTTPService
import HTTPTypes
import Logging
import SimulationAPI

/// The control API.
package struct ControlRoutes: Sendable {
    private let access: AccessRules
    let service: RunningService

    package init(access: AccessRules, service: RunningService) {
        self.access = access
        self.service = service
    }

    /// Answers any request but that of the webhook path.
    package func respond(to request: ServiceRequest) async -> ServiceResponse {
        var response = await answer(request)
        if response.status >= 400 {
            service.logger.info(
                "request refused",
                metadata: [
                    "status": .stringConvertible(response.status), "method": "\(request.method.rawValue)",
                    "path": "\(request.path.prefix(200))",
                ]
            )
        }
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    private func answer(_ request: ServiceRequest) async -> ServiceResponse {
        if let refusal = access.refusal(of: request) { return refusal }
        guard let route = ControlRoute(path: request.path) else {
            return .problem(.notFound(path: request.path, list: "ringback serve --help"))
        }
        do {
            return switch route {
            case .health: try await only(.get, request) { .json(["status": "ok"]) }
            case .readiness: try await only(.get, request) { await readiness() }
            case .webhooks: try await only(.get, request) { try await webhooks(request) }
            case .deliveries: try await only(.get, request) { try await deliveries(request) }
            case .replay(let id): try await only(.post, request) { try await replay(id, request) }
            }
        } catch let problem as Problem {
            return .problem(problem)
        } catch {
            service.logger.error("the store failed", metadata: ["path": "\(request.path)", "reason": "\(error)"])
            let detail = "the store could not be read or written; the log of the service says why"
            return .problem(.storeUnavailable(detail), headers: [.retryAfter: "1"])
        }
    }

    private func only(
        _ method: HTTPRequest.Method,
        _ request: ServiceRequest,
        _ answer: () async throws -> ServiceResponse
    ) async throws -> ServiceResponse {
        request.method == method ? try await answer() : .methodNotAllowed([method])
    }

    /// Whether events can be stored and are forwarded.
    private func readiness() async -> ServiceResponse {
        let problems = await service.problems()
        guard problems.isEmpty else {
            let detail = problems.joined(separator: "; ")
            return .problem(Problem(status: 503, code: "not_ready", title: "Not ready", detail: detail))
        }
        return .json(["status": "ready"])
    }
}

/// A path of the control API.
///
/// Hummingbird's router answers 404 to a known path with the wrong method; the API promises 405 with `Allow`.
enum ControlRoute: Hashable {
    /// `/healthz`.
    case health
    /// `/readyz`.
    case readiness
    /// `/v1/webhooks`.
    case webhooks
    /// `/v1/deliveries`.
    case deliveries
    /// `/v1/deliveries/{id}/replay`.
    case replay(id: String)

    /// The route of a path; `nil` if nothing is there.
    init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        switch parts {
        case ["", "healthz"]: self = .health
        case ["", "readyz"]: self = .readiness
        case ["", "v1", "webhooks"]: self = .webhooks
        case ["", "v1", "deliveries"]: self = .deliveries
        default:
            guard parts.count == 5, parts[..<3] == ["", "v1", "deliveries"], parts[4] == "replay" else { return nil }
            self = .replay(id: parts[3])
        }
    }
}
