import ExactJSON
import HTTPService
import HTTPTypes
import ScenarioFile

extension SandboxService {
    /// The longest that a request hangs; its client has given up long before.
    private static let longestHang = 600.0

    /// The answer that replaces the handling of a request; nil if the request is handled.
    func answer(to fault: FaultPlan.Fault?) async -> ServiceResponse? {
        switch fault {
        case .status(let status, let retryAfter): return Self.injected(status, retryAfter: retryAfter)
        case .reset: return Self.sending(.reset)
        case .hang:
            try? await environment.sleep(seconds: Self.longestHang)
            return Self.sending(.nothing)
        default: return nil
        }
    }

    /// The answer to a handled request, with the fault in it.
    static func spoiled(_ response: ServiceResponse, by fault: FaultPlan.Fault?) -> ServiceResponse {
        var response = response
        switch fault {
        case .resetAfterCommit: response.sending = .reset
        case .emptyResponse: response.sending = .nothing
        case .malformedJSON: response.body = Array(response.body.prefix(response.body.count / 2))
        case .truncatedBody: response.sending = .half
        case .slowBody(let bytesPerSecond): response.sending = .slowly(bytesPerSecond: bytesPerSecond)
        default: break
        }
        return response
    }

    private static func sending(_ sending: ServiceResponse.Sending) -> ServiceResponse {
        var response = ServiceResponse(status: 500)
        response.sending = sending
        return response
    }

    private static func injected(_ status: Int, retryAfter: Double?) -> ServiceResponse {
        guard status >= 400 else { return .json([:], status: status) }
        let code = status == 429 ? "rate_limited" : "injected_fault"
        let detail = "a fault rule of the sandbox asks for this answer"
        var response = SandboxProblem(status, code, title: "Injected fault", detail).response
        if let retryAfter { response.headers[.retryAfter] = "\(Int(retryAfter.rounded(.up)))" }
        if status == 401 { response.headers[.wwwAuthenticate] = #"Bearer error="invalid_token""# }
        return response
    }
}

extension ServiceRequest {
    /// The bearer token that a request shows, checked or not.
    var bearerToken: String? {
        let parts = (headers[.authorization] ?? "").split(separator: " ", omittingEmptySubsequences: true)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
    }
}
