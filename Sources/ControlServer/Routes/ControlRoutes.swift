import ExactJSON
package import HTTPService
import HTTPTypes
import SimulationAPI

/// The control API: which path does what.
package struct ControlRoutes: Sendable {
    private let access: AccessRules
    let service: RunningService

    /// The routes of a service.
    package init(access: AccessRules, service: RunningService) {
        self.access = access
        self.service = service
    }

    /// Answers any request but that of the webhook path.
    package func respond(to request: ServiceRequest) async -> ServiceResponse {
        var response = await answer(request)
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
            service.warn("\(request.method.rawValue) \(request.path): \(error)")
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

    /// Whether events can be taken and are forwarded.
    private func readiness() async -> ServiceResponse {
        let problems = await service.problems()
        guard problems.isEmpty else {
            let detail = problems.joined(separator: "; ")
            return .problem(Problem(status: 503, code: "not_ready", title: "Not ready", detail: detail))
        }
        return .json(["status": "ready"])
    }
}
