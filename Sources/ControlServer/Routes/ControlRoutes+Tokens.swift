import Addresses
import AuditLog
import ExactJSON
import HTTPService
import HTTPTypes
import RunStore
import SimulationAPI

/// The tokens of the service.
extension ControlRoutes {
    static func tokens(_ service: RunningService) -> [Route] {
        [
            Route(.get, "/v1/tokens", .admin) { asked in
                _ = try QueryParameters(asked.request, known: [])
                let tokens = try await service.store.tokens()
                return .json(["items": .array(tokens.map(\.json)), "next": .null])
            },
            Route(.post, "/v1/tokens", .admin) { try await createToken($0, service) },
            Route(.delete, "/v1/tokens/{name}", .admin) { try await revokeToken($0, service) },
        ]
    }

    /// `POST /v1/tokens`: a new token, which only this answer shows.
    static func createToken(_ asked: Route.Asked, _ service: RunningService) async throws -> ServiceResponse {
        guard let caller = asked.caller else { throw Problem.notFound("there is no caller") }
        let (name, role) = try await RequestDocument.read(asked.request) { form -> (String, Role)? in
            let name = form.required("name").flatMap { field -> String? in
                guard let text = field.text() else { return nil }
                guard let problem = StoredToken.problem(ofName: text) else { return text }
                return field.fail(ViolationCode(rawValue: "name.format"), problem)
            }
            let role = form.required("role").flatMap { $0.choice(Role.self) }
            guard let name, let role else { return nil }
            return (name, role)
        }
        do {
            let made = try await service.desk.create(name, role, by: caller.name) {
                try await service.audit.record(.token, "created", by: caller, payload: $0)
            }
            service.tokens.changed()
            return .json(made.json, status: 201)
        } catch is TokenDesk.NameTakenError {
            throw Problem(
                status: 409,
                code: "name_taken",
                title: "Name taken",
                detail: "a token \(name) is in use; revoke it first, or choose another name"
            )
        }
    }

    /// `DELETE /v1/tokens/{name}`: ends a token.
    static func revokeToken(_ asked: Route.Asked, _ service: RunningService) async throws -> ServiceResponse {
        guard let caller = asked.caller else { throw Problem.notFound("there is no caller") }
        let name = PercentEncoding.decode(asked.parameters[0]) ?? asked.parameters[0]
        let revoked = try await service.desk.revoke(name) {
            try await service.audit.record(.token, "revoked", by: caller, payload: $0)
        }
        service.tokens.changed()
        guard let revoked else {
            throw Problem.notFound("no token \(PrintableText.excerpt(name)) is in use; GET /v1/tokens lists them")
        }
        return .json(revoked.json)
    }
}
