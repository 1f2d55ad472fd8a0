import ExactJSON
import FoundationEssentials
import HTTPExchange
import SimulationAPI

/// Turns the last attempt of an operation into an error that states the cause and the remedy.
struct Troubleshooting {
    var operation: Operation
    /// The URL of the request: what the setting says, and the path that the operation adds to it.
    var base = ""
    var path = ""
    /// What must not turn up in a message.
    var secrets: SecretForms
    /// The attempts before this one.
    var retries: RetryState
    /// The scopes that were asked for and not granted.
    var missingScopes: [String] = []

    /// The error of a request that has no response.
    func error(_ transport: TransportError) -> ClientError {
        // These words are our own, so their digits belong to hosts and addresses, never to telephone numbers.
        var forms = secrets
        forms.masksNumbers = false
        let why = RemoteText(transport.message, hiding: forms).description
        var error =
            switch transport.code {
            case .cancelled: ClientError.cancelled
            case .responseTooLarge: fail(.protocolViolation, why)
            case .refused: fail(.unreachable, "nothing was sent: \(why)")
            case .untrusted:
                fail(
                    .unreachable,
                    "nothing was sent: \(why)",
                    remedy:
                        "If an authority of your own issued the certificate, name a file with its certificate in CXONE_CA_FILE."
                )
            case .notSent:
                fail(
                    .unreachable,
                    "nothing could be sent\(tries): \(why)",
                    remedy: operation == .token
                        ? "Check CXONE_TOKEN_URL and CXONE_BASE_URL, and that this machine reaches them."
                        : "Check CXONE_BASE_URL, and that this machine reaches it."
                )
            default: fail(.unreachable, "no whole answer\(tries): \(why)")
            }
        error.isTransient = ![.cancelled, .refused, .untrusted].contains(transport.code)
        error.cause = TransportError(transport.code, why)
        return error
    }

    /// The error of a response; `problem` is what its body says.
    func error(_ response: IncomingResponse, _ problem: Problem?) -> ClientError {
        var error = describe(response, problem)
        error.status = response.status
        error.retryAfter = RetryAfter.read(response.headers)
        switch operation.disposition(of: response, code: problem?.code) {
        case .retry, .slotUnavailable, .keyInFlight: error.isTransient = true
        default: break
        }
        error.cause = problem.map { $0.masked(shown(_:limit:)) as any Error }
        return error
    }

    /// The error of a response that means success, but whose body does not.
    func error(_ response: IncomingResponse, _ refusal: AnswerRefusal) -> ClientError {
        var error =
            switch refusal {
            case .unreadable(let reason):
                fail(.protocolViolation, "the \(response.status) answer cannot be used\(tries): \(shown(reason))")
            case .refused(let text):
                fail(.refusedByServer, "answered \(response.status) with the error: \(shown(text))")
            }
        error.status = response.status
        error.isTransient = error.code == .protocolViolation
        return error
    }

    func fail(_ code: ClientError.Code, _ message: String, remedy: String = "") -> ClientError {
        ClientError(code, "\(operation.phrase): \(message)", remedy: remedy)
    }

    /// A text of the server, bounded and masked.
    func shown(_ text: String, limit: Int = RemoteText.defaultLimit) -> String {
        RemoteText(text, hiding: secrets, limit: limit).description
    }

    /// The words for several attempts.
    private var tries: String {
        retries.failures > 0 ? " in \(retries.failures + 1) attempts over \(retries.waited.text)" : ""
    }

    private func describe(_ response: IncomingResponse, _ problem: Problem?) -> ClientError {
        let word = shown(problem?.code ?? "", limit: 60)
        let status = "\(response.status)" + (word.isEmpty ? "" : " \(word)")
        let said = self.said(response, problem)
        switch response.status {
        case 300...399:
            return redirected(response)
        case 401:
            return fail(
                .credentialsRejected,
                "the token was refused (\(status)), a fresh one too\(said)",
                remedy: "Check that CXONE_BASE_URL and CXONE_TOKEN_URL belong to the same system and that the client "
                    + "is still enabled there."
            )
        case 403: return forbidden(response, status: status, said: said)
        case 404 where operation == .list, 405 where operation == .list || operation == .cancel:
            return fail(.notOffered, "not offered there (\(status))")
        case 404 where operation == .settings:
            return fail(
                .notFound,
                "not found (\(status))\(said)",
                remedy: "Check the number of the skill, that it is one of Personal Connection, and in a profile "
                    + "`paths: {skills: …}`."
            )
        case 404:
            return fail(
                .notFound,
                "not found (\(status))\(said)",
                remedy: operation.isCreate
                    ? "Say in a profile which path takes creates: `paths: {simulations: …}`." : ""
            )
        case 409 where operation.isCreate: return conflict(problem, status: status, said: said)
        case 422: return rejected(problem, status: status, said: said)
        case 429:
            // The advice leaves out a time of more than a day.
            let asked = RetryAfter.read(response.headers).flatMap { $0 <= .seconds(86_400) ? $0 : nil }
            let wait = asked.map { "Try again in \($0.text), or ask" } ?? "Ask"
            return fail(
                .rateLimited,
                "too many requests (\(status))\(tries)\(said)",
                remedy: "\(wait) for less: a longer --poll-interval, or fewer runs at once."
            )
        default: return fail(.refusedByServer, "answered \(status)\(tries)\(said)")
        }
    }

    /// A redirect, with the address as a whole and the value that the setting would need.
    private func redirected(_ response: IncomingResponse) -> ClientError {
        let setting = operation == .token ? "CXONE_TOKEN_URL" : "CXONE_BASE_URL"
        let location = response.headers["Location"].flatMap { URL(string: $0, relativeTo: URL(string: base + path)) }
        guard let place = location?.absoluteString else {
            return fail(
                .redirected,
                "redirected (\(response.status)) to an unnamed place, which is not followed",
                remedy: "Set \(setting) to the final address."
            )
        }
        // Host and port are what a setting needs, so they are shown as they are, even if they consist of digits.
        let authority = place.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init)
        let forms = secrets.keeping([authority].compactMap(\.self))
        let shown = { (text: String) in RemoteText(text, hiding: forms).description }
        // The new base is what stands before the path of the operation.
        let value = place.hasSuffix(path) ? String(place.dropLast(path.count)) : nil
        return fail(
            .redirected,
            "redirected (\(response.status)) to \(shown(place)), which is not followed",
            remedy: "Set \(setting) to \(value.map { shown($0) } ?? "the final address")."
        )
    }

    private func forbidden(_ response: IncomingResponse, status: String, said: String) -> ClientError {
        let challenge = response.headers.all("WWW-Authenticate").compactMap { Self.parameter("scope", of: $0) }.first
        let named = challenge.map { shown($0, limit: 120) }
        let scope = named ?? (operation.api ?? .create).scope.rawValue
        let isScope = named != nil || status.hasSuffix(" insufficient_scope") || missingScopes.contains(scope)
        let said = isScope && said.contains(scope) ? "" : said
        return fail(
            .forbidden,
            "not allowed (\(status))\(isScope ? ", the token lacks the scope \(scope)" : "")\(said)",
            remedy: isScope
                ? "Grant the client this scope and ask for it in CXONE_SCOPE."
                : "Ask an administrator of the organisation what the client may do."
        )
    }

    private func conflict(_ problem: Problem?, status: String, said: String) -> ClientError {
        switch problem?.code {
        case "idempotency_key_in_flight":
            fail(
                .timedOut,
                "the same request was still being handled (\(status))\(tries)\(said)",
                remedy: "Look for the simulation by its tag before you start it again."
            )
        case "active_simulation_limit", nil:
            fail(
                .timedOut,
                "no free slot, the organisation has as many active simulations as it may (\(status))\(tries)\(said)",
                remedy: "Wait for one of them to end or cancel one, or raise --timeout."
            )
        default: fail(.refusedByServer, "conflict (\(status))\(said)")
        }
    }

    private func rejected(_ problem: Problem?, status: String, said: String) -> ClientError {
        let violations = problem?.violations ?? []
        guard !violations.isEmpty else {
            let isReused = problem?.code == "idempotency_key_reused"
            return fail(
                .validationRejected,
                "refused (\(status))\(said)",
                remedy: isReused ? "Use a new key for a changed payload: start a new run." : ""
            )
        }
        let lines = violations.prefix(20).map { violation in
            let place = shown(violation.pointer.description, limit: 120)
            return "\n  \(place): \(shown(violation.message)) [\(shown(violation.code.rawValue, limit: 60))]"
        }
        let more = violations.count > lines.count ? "\n  and \(violations.count - lines.count) more" : ""
        return fail(
            .validationRejected,
            "the payload was refused (\(status)):\(lines.joined())\(more)\n",
            remedy: "Correct \(violations.count == 1 ? "this field" : "these fields") of `simulation` in the scenario."
        )
    }

    /// What the server said, bounded and masked, behind a colon.
    private func said(_ response: IncomingResponse, _ problem: Problem?) -> String {
        let text =
            if let problem { problem.detail.isEmpty ? problem.title : problem.detail } else {
                String(decoding: response.body, as: UTF8.self)
            }
        guard !text.isEmpty, text != problem?.code else { return "" }
        let said = shown(text)
        return ": " + (said.hasSuffix(".") ? String(said.dropLast()) : said)
    }

    /// A parameter of a challenge, quoted or not (RFC 9110 section 11.6.1).
    static func parameter(_ name: String, of challenge: String) -> String? {
        let parts = challenge.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() where index.isMultiple(of: 2) {
            for piece in part.split(whereSeparator: { $0 == "," || $0 == " " }) {
                let pair = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard pair.count == 2, pair[0].lowercased() == name else { continue }
                if !pair[1].isEmpty { return String(pair[1]) }
                return index + 1 < parts.count ? String(parts[index + 1]) : nil
            }
        }
        return nil
    }
}

extension Problem {
    /// The same problem with texts that may be shown and kept.
    fileprivate func masked(_ shown: (String, Int) -> String) -> Problem {
        let limit = RemoteText.defaultLimit
        return Problem(
            status: status,
            code: shown(code, 60),
            title: shown(title, limit),
            detail: shown(detail, limit),
            violations: violations.prefix(20).map { violation in
                Violation(
                    JSONPointer(tokens: [shown(violation.pointer.description, 120)]),
                    ViolationCode(rawValue: shown(violation.code.rawValue, 60)),
                    shown(violation.message, limit)
                )
            }
        )
    }
}
