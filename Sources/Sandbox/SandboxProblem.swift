import ExactJSON
import HTTPService
import HTTPTypes
import SimulationAPI

/// An error answer of the API.
struct SandboxProblem: Error {
    var response: ServiceResponse

    init(_ response: ServiceResponse) { self.response = response }

    init(_ problem: Problem, headers: HTTPFields = [:]) {
        response = .problem(problem, headers: headers)
    }

    /// A problem; its title repeats the words of its code if no other is given.
    init(_ status: Int, _ code: String, title: String? = nil, _ detail: String, headers: HTTPFields = [:]) {
        let words = code.split(separator: "_").joined(separator: " ")
        let title = title ?? words.prefix(1).uppercased() + words.dropFirst()
        self.init(Problem(status: status, code: code, title: title, detail: detail), headers: headers)
    }

    static func invalidToken(_ reason: String, presented: Bool = true) -> SandboxProblem {
        let challenge = presented ? ", error=\"invalid_token\", error_description=\"\(reason)\"" : ""
        return SandboxProblem(
            401,
            "invalid_token",
            "\(reason); get a token from POST \(Endpoint.token) and send it as Authorization: Bearer",
            headers: [.wwwAuthenticate: "Bearer realm=\"ringback-sandbox\"\(challenge)"]
        )
    }

    static func insufficientScope(_ scope: Scope) -> SandboxProblem {
        let challenge = "Bearer realm=\"ringback-sandbox\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
        return SandboxProblem(
            403,
            "insufficient_scope",
            "the token lacks the scope \(scope.rawValue); grant it to the client and ask for it with the token",
            headers: [.wwwAuthenticate: challenge]
        )
    }

    static func rateLimited(seconds: Double) -> SandboxProblem {
        let wait = max(1, Int(min(seconds, 86_400).rounded(.up)))
        return SandboxProblem(
            429,
            "rate_limited",
            title: "Too many requests",
            "the rate limit is used up; come again in \(wait) s",
            headers: [.retryAfter: "\(wait)"]
        )
    }

    static func validation(_ violations: Violations) -> SandboxProblem {
        let count = violations.list.count
        return SandboxProblem(
            Problem(
                status: 422,
                code: "validation_failed",
                title: "Validation failed",
                detail: "the payload breaks \(count) rule\(count == 1 ? "" : "s")",
                violations: violations.list
            )
        )
    }

    static func notFound(simulation id: String) -> SandboxProblem {
        SandboxProblem(.notFound("there is no simulation \(id.prefix(100))"))
    }

    /// An error of the token endpoint (RFC 6749 section 5.2).
    static func token(_ description: String, _ error: String = "invalid_request", status: Int = 400) -> SandboxProblem {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        if status == 401 { headers[.wwwAuthenticate] = "Basic realm=\"ringback-sandbox\"" }
        let json: JSONValue = ["error": .string(error), "error_description": .string(description)]
        return SandboxProblem(.json(json, status: status, headers: headers))
    }
}
