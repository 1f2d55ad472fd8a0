import Addresses
import ExactJSON
import HTTPExchange
import SimulationAPI

/// Judges the answer of a token endpoint (RFC 6749 sections 5.1 and 5.2).
struct TokenAnswerReader {
    let credentials: Credentials
    let help: Troubleshooting

    /// The usable token of an answer, or why the answer has no usable token.
    func read(_ response: IncomingResponse) -> Result<TokenAnswer, ClientError> {
        let json = response.document
        guard isSuccess(response.status) else { return .failure(refusal(response, json)) }
        guard let answer = json.flatMap({ TokenAnswer(json: $0) }) else {
            return .failure(bad(json == nil ? "the answer is not JSON" : "the answer has no access_token", response))
        }
        if Self.schemesWithProof.contains(answer.tokenType.lowercased()), !credentials.rules.takesAnyType {
            let type = help.shown(answer.tokenType, limit: 60)
            return .failure(
                bad(
                    "the token_type is \"\(type)\", and such a token needs a proof with each request",
                    response,
                    remedy:
                        "Let the client get Bearer tokens, or say `token: {tokenType: any}` in a profile if it is one."
                )
            )
        }
        guard answer.accessToken.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return .failure(
                bad(
                    "the access_token has characters that no header can carry",
                    response,
                    remedy: "Ask the operator of the token endpoint for tokens of printable ASCII characters."
                )
            )
        }
        return .success(answer)
    }

    /// Token types that are of no use without more than the token.
    private static let schemesWithProof: Set = ["mac", "pop", "dpop"]

    private func isSuccess(_ status: Int) -> Bool {
        credentials.rules.success?.contains(status) ?? (200...299).contains(status)
    }

    /// The scopes that were asked for and are not in the answer; an answer without `scope` grants all of them.
    func missingScopes(in answer: TokenAnswer) -> [String] {
        guard let scope = answer.scope, credentials.rules.style == .form else { return [] }
        let granted = Set(scope.split(separator: " "))
        return credentials.scope.split(separator: " ").filter { !granted.contains($0) }.map(String.init)
    }

    /// What is odd about the answer, although its token can be used; nil if it is as it should be.
    func oddity(of answer: TokenAnswer) -> String? {
        guard answer.tokenType.lowercased() != "bearer", !credentials.rules.takesAnyType else { return nil }
        let type =
            answer.tokenType.isEmpty ? "no token_type" : "the token_type \"\(help.shown(answer.tokenType, limit: 60))\""
        return "the answer of the token endpoint has \(type); the token is used as a Bearer token"
    }

    /// An answer that means success and has no usable token.
    private func bad(_ reason: String, _ response: IncomingResponse, remedy: String? = nil) -> ClientError {
        let kind = response.headers["Content-Type"].map { ", \(help.shown($0, limit: 60))" } ?? ""
        var error = help.fail(
            .badTokenAnswer,
            "\(reason) (\(response.status)\(kind))",
            remedy: remedy
                ?? "A token comes as {\"access_token\": \"…\", \"token_type\": \"Bearer\", \"expires_in\": 3600} (RFC 6749 "
                + "section 5.1); ask the operator which request gets one there, and describe it with `token:` in a profile."
        )
        error.status = response.status
        return error
    }

    private func refusal(_ response: IncomingResponse, _ json: JSONValue?) -> ClientError {
        let problem = json.flatMap { Problem(status: response.status, json: $0) }
        let word = json?["error"]?.string ?? problem?.code
        var error = help.error(response, problem)
        var status = "\(response.status) \(word ?? "")"
        var reason = "the client id or secret was refused"
        var remedy = "Check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET.\(encodingHint)"
        switch word {
        case "invalid_client": break
        case "invalid_scope":
            reason = "the scope was refused"
            remedy = "Grant the client these scopes, or ask for fewer in CXONE_SCOPE: \(credentials.scope)."
        case "unauthorized_client", "unsupported_grant_type":
            reason = "the client may not use client credentials"
            remedy = "Enable the client credentials grant for this client."
        default:
            switch response.status {
            case 401: status = "401"
            case 200...299:
                return bad(
                    "the profile does not count this answer as success",
                    response,
                    remedy: "Add \(response.status) to `token: {success: …}` of the profile."
                )
            case 404, 405:
                return bad(
                    "no token is given there",
                    response,
                    remedy: "Set CXONE_TOKEN_URL to the path that takes POST requests for tokens."
                )
            default: return error
            }
        }
        let said = help.shown(problem?.detail ?? "")
        error.code = .credentialsRejected
        error.message = "\(help.operation.phrase): \(reason) (\(status))" + (said.isEmpty ? "" : ": \(said)")
        error.remedy = remedy
        error.isTransient = false
        return error
    }

    /// Servers disagree on encoding before Base64, which matters only for special characters in the id or secret.
    private var encodingHint: String {
        let isPlain = [credentials.clientID, credentials.secret.exposed].allSatisfy { FormEncoding.encode($0) == $0 }
        guard !isPlain, credentials.authentication != .post else { return "" }
        let other: ClientAuthentication = credentials.authentication == .basic ? .basicRaw : .basic
        return " If they are right, try CXONE_CLIENT_AUTH=\(other.rawValue) or post: they have special characters."
    }
}
