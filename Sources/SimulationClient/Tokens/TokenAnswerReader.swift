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
        let json = try? JSONReader.read(response.body)
        guard response.status == 200 else { return .failure(refusal(response, json)) }
        guard let json, let answer = TokenAnswer(json: json) else {
            return .failure(bad("the answer has no access_token", response))
        }
        guard answer.tokenType.lowercased() == "bearer" else {
            let type = help.shown(answer.tokenType, limit: 60)
            return .failure(bad("the token_type is \"\(type)\", not Bearer", response))
        }
        guard answer.accessToken.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return .failure(bad("the access_token has characters that no header can carry", response))
        }
        return .success(answer)
    }

    /// The scopes that were asked for and are not in the answer; an answer without `scope` grants all of them.
    func missingScopes(in answer: TokenAnswer) -> [String] {
        guard let scope = answer.scope else { return [] }
        let granted = Set(scope.split(separator: " "))
        return credentials.scope.split(separator: " ").filter { !granted.contains($0) }.map(String.init)
    }

    private func bad(_ reason: String, _ response: IncomingResponse) -> ClientError {
        var error = help.fail(.badTokenAnswer, reason, remedy: "Check that CXONE_TOKEN_URL is the token endpoint.")
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
            case 200...299, 404, 405: return bad("the address answered \(response.status)", response)
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
