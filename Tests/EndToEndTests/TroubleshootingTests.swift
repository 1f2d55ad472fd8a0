import ExactJSON
import RingbackTestKit
import SimulationAPI
import Testing

/// What a user sees of the problems that the tutorial lists: 401, 403, 409, 422 and 429.
@Suite(.timeLimit(.minutes(15)))
struct TroubleshootingTests {
    /// A trouble; the golden file of its name has what the user sees.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var script: FakeScript
        var arguments: [String] = []
        var exitCode: Int32

        init(
            _ name: String,
            exitCode: Int32,
            _ arguments: [String] = [],
            _ change: (inout FakeScript) -> Void
        ) {
            testDescription = name
            script = FakeScript(change)
            self.arguments = arguments
            self.exitCode = exitCode
        }
    }

    static let cases = [
        Case("401-credentials", exitCode: 3) {
            $0.token = [
                .raw(401, body: #"{"error":"invalid_client","error_description":"Client authentication failed."}"#)
            ]
        },
        Case("401-token", exitCode: 3) {
            $0.create = [.problem(401, "invalid_token", "the token is unknown")]
        },
        Case("403-scope", exitCode: 3) {
            let challenge = "Bearer error=\"insufficient_scope\", scope=\"dialer:simulations:write\""
            $0.create = [
                .problem(
                    403,
                    "insufficient_scope",
                    "the token lacks the scope dialer:simulations:write",
                    headers: ["WWW-Authenticate": challenge]
                )
            ]
        },
        Case("409-queue", exitCode: 0) { $0.create = [.noSlot(retryAfter: 1), .normal] },
        Case("409-deadline", exitCode: 4, ["--timeout", "30s"]) { $0.create = [.noSlot(retryAfter: 3600)] },
        Case("422-payload", exitCode: 3) {
            let violations = [
                Violation(JSONPointer(tokens: ["campaignId"]), .campaignIDFormat, "is not a UUID"),
                Violation(
                    JSONPointer(tokens: ["outcomeInjection"]),
                    .probabilitySum,
                    "the probabilities add up to 1.2"
                ),
            ]
            $0.create = [.problem(422, "validation_failed", "the payload breaks 2 rules", violations: violations)]
        },
        Case("429-exhausted", exitCode: 3, ["--max-attempts", "2"]) {
            $0.create = [.problem(429, "rate_limited", "the rate limit is used up", headers: ["Retry-After": "1"])]
        },
    ]

    @Test(arguments: cases) func theUserSeesReasonAndAdvice(_ test: Case) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 20)
            try await FakeAPI.with(test.script) { api in
                // So wide that no line is wrapped: the place would depend on the durations shown.
                let ended = try await workspace.run(against: api, test.arguments, environment: ["COLUMNS": "1000"])
                #expect(ended.exitCode == test.exitCode)
                let text = "$ ringback run scenario.yaml\n\(ended.stdout)--- stderr\n\(ended.stderr)"
                try Golden.expect(workspace.normalised(text), "\(test.testDescription).txt")
                #expect(!(ended.stdout + ended.stderr).contains("s3cret-canary"))
            }
        }
    }
}
