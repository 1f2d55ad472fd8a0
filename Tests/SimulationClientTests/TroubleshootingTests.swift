import ExactJSON
import HTTPExchange
import SimulationAPI
import Testing

@testable import SimulationClient

/// The texts that people read when a run fails, word for word.
@Suite(.timeLimit(.minutes(5)))
struct TroubleshootingTests {
    private func createFailure(_ responses: IncomingResponse...) async throws -> String {
        let world = try World { (_, index) throws(TransportError) in responses[min(index, responses.count - 1)] }
        let error = try await failure { try await world.client.create(try .test(), until: world.deadline) }
        return error.description
    }

    @Test func unauthorized() async throws {
        let text = try await createFailure(
            .problem(
                401,
                "invalid_token",
                "the token is not known",
                ["WWW-Authenticate": "Bearer error=\"invalid_token\""]
            )
        )
        #expect(
            text == """
                creating the simulation: the token was refused (401 invalid_token), a fresh one too: the token is not \
                known (request r1). Check that CXONE_BASE_URL and CXONE_TOKEN_URL belong to the same system and that \
                the client is still enabled there.
                """
        )
    }

    @Test func forbidden() async throws {
        let challenge = #"Bearer realm="x, y", error="insufficient_scope", scope="dialer:simulations:write""#
        let text = try await createFailure(
            .problem(403, "insufficient_scope", "the scope is missing.", ["WWW-Authenticate": challenge])
        )
        #expect(
            text == """
                creating the simulation: not allowed (403 insufficient_scope), the token lacks the scope \
                dialer:simulations:write: the scope is missing (request r1). Grant the client this scope and \
                ask for it in CXONE_SCOPE.
                """
        )
        #expect(
            try await createFailure(IncomingResponse(status: 403)) == """
                creating the simulation: not allowed (403) (request r1). Ask an administrator of the organisation \
                what the client may do.
                """
        )
    }

    @Test func noSlot() async throws {
        let text = try await createFailure(
            .problem(409, "active_simulation_limit", "5 of 5 simulations are active", ["Retry-After": "120"])
        )
        #expect(
            text == """
                creating the simulation: no free slot, the organisation has as many active simulations as it may \
                (409 active_simulation_limit): 5 of 5 simulations are active; asked 3 times over 4 min 1 s; the \
                server asks to wait 2 min, which is beyond the time that is left (request r1). Wait for one of them \
                to end or cancel one, or raise --timeout.
                """
        )
    }

    @Test func invalidPayload() async throws {
        let problem = Problem(
            status: 422,
            code: "validation_failed",
            title: "Invalid",
            detail: "2 problems",
            violations: [
                Violation(
                    JSONPointer(tokens: ["maxCalls"]),
                    .maxCallsRange,
                    "maxCalls is 0, it must be in 1…1,000,000"
                ),
                Violation(
                    JSONPointer(tokens: ["outcomeInjection", "answerProbability"]),
                    .probabilityRange,
                    "answerProbability is 1.5\u{1B}[2J"
                ),
            ]
        )
        #expect(
            try await createFailure(.json(422, problem.json)) == """
                creating the simulation: the payload was refused (422 validation_failed):
                  /maxCalls: maxCalls is 0, it must be in 1…1,000,000 [max_calls.range]
                  /outcomeInjection/answerProbability: answerProbability is 1.5\\u{1b}[2J [probability.range]
                (request r1) Correct these fields of `simulation` in the scenario.
                """
        )
    }

    @Test func aReusedKey() async throws {
        #expect(
            try await createFailure(.problem(422, "idempotency_key_reused", "another body was sent under this key"))
                == """
                creating the simulation: refused (422 idempotency_key_reused): another body was sent under this key \
                (request r1). Use a new key for a changed payload: start a new run.
                """
        )
    }

    @Test func tooManyRequests() async throws {
        #expect(
            try await createFailure(.problem(429, "rate_limited", "slow down", ["Retry-After": "4"])) == """
                creating the simulation: too many requests (429 rate_limited) in 3 attempts over 9.5 s: slow down \
                (request r1). Try again in 4 s, or ask for less: a longer --poll-interval, or fewer runs at once.
                """
        )
        #expect(
            try await createFailure(.problem(429, "rate_limited", "slow down", ["Retry-After": "600"])) == """
                creating the simulation: too many requests (429 rate_limited): slow down; the server asks to wait \
                10 min, which is beyond the time that is left (request r1). Try again in 10 min, or ask for less: a \
                longer --poll-interval, or fewer runs at once.
                """
        )
    }

    /// More than a day is no advice.
    @Test(arguments: [
        ("86400", "24 h", "Try again in 24 h, or ask"), ("86401", "24 h", "Ask"), ("315360000", "87600 h", "Ask"),
    ])
    func tooLongAWaitIsNoAdvice(_ seconds: String, _ shown: String, _ advice: String) async throws {
        #expect(
            try await createFailure(.problem(429, "rate_limited", "slow down", ["Retry-After": seconds])) == """
                creating the simulation: too many requests (429 rate_limited): slow down; the server asks to wait \
                \(shown), which is beyond the time that is left (request r1). \(advice) for less: a longer \
                --poll-interval, or fewer runs at once.
                """
        )
    }

    @Test(arguments: [
        ("https://b.example/", "to https://b.example/", "the final address"),
        (
            "/v2/api/v2/dialer/simulations", "to https://acme.api.example/v2/api/v2/dialer/simulations",
            "https://acme.api.example/v2"
        ),
        (
            "//b.example/api/v2/dialer/simulations", "to https://b.example/api/v2/dialer/simulations",
            "https://b.example"
        ),
        // Host and port may be digits, and are no telephone number.
        (
            "https://10.20.30.40:38835/307/api/v2/dialer/simulations",
            "to https://10.20.30.40:38835/307/api/v2/dialer/simulations", "https://10.20.30.40:38835/307"
        ),
        ("elsewhere", "to https://acme.api.example/api/v2/dialer/elsewhere", "the final address"),
        (nil, "to an unnamed place", "the final address"),
    ])
    func redirected(_ location: String?, _ place: String, _ value: String) async throws {
        let headers: HeaderFields = location.map { ["Location": $0] } ?? [:]
        #expect(
            try await createFailure(IncomingResponse(status: 307, headers: headers))
                == """
                creating the simulation: redirected (307) \(place), which is not followed (request r1). Set \
                CXONE_BASE_URL to \(value).
                """
        )
    }

    @Test func secretsAndNumbersOfTheServersTextAreMasked() async throws {
        let world = try World { (request, _) throws(TransportError) in
            let detail =
                "you sent \(request.headers["Authorization"] ?? "") for +1 555 010 9999\n"
                + Credentials.test.secret.exposed
            return .problem(400, "bad", detail)
        }
        let error = try await failure { try await world.client.create(try .test(), until: world.deadline) }
        #expect(
            error.message
                == #"creating the simulation: answered 400 bad: you sent Bearer [redacted] for [number]\n[redacted]"#
        )
    }

    @Test(
        arguments: [
            (#"Bearer scope="a b""#, "a b"), (#"Bearer error="x, scope=no", scope=yes"#, "yes"), ("Bearer", nil),
            (#"Bearer SCOPE="a""#, "a"), (#"Bearer scope=""#, ""), (#"Basic realm="scope""#, nil),
        ] as [(String, String?)]
    )
    func readsChallenges(challenge: String, scope: String?) {
        #expect(Troubleshooting.parameter("scope", of: challenge) == scope)
    }
}
