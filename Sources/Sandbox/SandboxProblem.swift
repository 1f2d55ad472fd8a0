import ExactJSON
import HTTPService
import HTTPTypes
import SimulationAPI

/// The error answers of the API, each in one place.
enum SandboxProblem {
    static func invalidToken(_ reason: String, presented: Bool) -> ServiceResponse {
        let challenge =
            "Bearer realm=\"ringback-sandbox\""
            + (presented ? ", error=\"invalid_token\", error_description=\"\(reason)\"" : "")
        return problem(
            401,
            "invalid_token",
            "Invalid token",
            "\(reason); get a token from POST \(Endpoint.token) and send it as Authorization: Bearer",
            headers: [.wwwAuthenticate: challenge]
        )
    }

    static func insufficientScope(_ scope: Scope) -> ServiceResponse {
        problem(
            403,
            "insufficient_scope",
            "Insufficient scope",
            "the token lacks the scope \(scope.rawValue); grant it to the client and ask for it with the token",
            headers: [
                .wwwAuthenticate:
                    "Bearer realm=\"ringback-sandbox\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
            ]
        )
    }

    static func rateLimited(seconds: Double) -> ServiceResponse {
        let wait = max(1, Int(min(seconds, 86_400).rounded(.up)))
        return problem(
            429,
            "rate_limited",
            "Too many requests",
            "the rate limit is used up; come again in \(wait) s",
            headers: [.retryAfter: "\(wait)"]
        )
    }

    static func activeLimit(_ limit: Int) -> ServiceResponse {
        problem(
            409,
            "active_simulation_limit",
            "Too many active simulations",
            "the organisation already has \(limit) active simulations; wait for one to end, or cancel one"
        )
    }

    static func validation(_ violations: [Violation]) -> (status: Int, body: JSONValue) {
        let count = violations.count
        let body = Problem(
            status: 422,
            code: "validation_failed",
            title: "Validation failed",
            detail: "the payload breaks \(count) rule\(count == 1 ? "" : "s")",
            violations: violations
        ).json
        return (422, body)
    }

    static func notFound(simulation id: String) -> ServiceResponse {
        .problem(.notFound("there is no simulation \(id.prefix(100))"))
    }

    static func problem(
        _ status: Int,
        _ code: String,
        _ title: String,
        _ detail: String,
        headers: HTTPFields = [:]
    ) -> ServiceResponse {
        .problem(Problem(status: status, code: code, title: title, detail: detail), headers: headers)
    }
}
