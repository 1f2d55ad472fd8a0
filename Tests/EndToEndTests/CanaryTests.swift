import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

/// Whatever the other side quotes, a secret is in no log line, audit entry, database, report or error text.
@Suite(.timeLimit(.minutes(15)))
struct CanaryTests {
    /// The client's secret and the bearer token, in every form in which they travel or could be logged.
    static let canaries =
        SandboxTests.forms(of: SandboxTests.secret) + [
            Data("client-7:\(SandboxTests.secret)".utf8).base64EncodedString(), "fake-token",
            Data("fake-token".utf8).base64EncodedString(),
        ]

    /// Which operation quotes, how the API answers then, and how the run ends.
    static let cases: [(name: String, script: FakeScript, exitCode: Int32)] = {
        let quoted = canaries.joined(separator: " ")
        let problem = FakeAnswer.problem(400, "bad \(quoted)", "you sent \(quoted)")
        let text = JSONValue.string(quoted)
        let violations: JSONValue = [
            "code": "validation_failed", "detail": text, "errors": [["pointer": text, "code": text, "message": text]],
        ]
        let refusal: JSONValue = ["error": "invalid_client", "error_description": text]
        let error = SimulationStatus.RemoteError(code: quoted, message: quoted)
        return [
            ("token", FakeScript { $0.token = [.raw(400, body: json(refusal))] }, 3),
            ("create", FakeScript { $0.create = [problem] }, 3),
            ("create, violations", FakeScript { $0.create = [.raw(422, body: json(violations))] }, 3),
            ("create, no JSON", FakeScript { $0.create = [.raw(400, body: "<p>\(quoted)</p>")] }, 3),
            ("create, ambiguous", FakeScript { $0.create = [.raw(201, body: quoted)] }, 5),
            (
                "create, redirect",
                FakeScript {
                    $0.create = [.raw(307, headers: ["Location": "https://other.example/?\(quoted)"], body: quoted)]
                }, 3
            ),
            ("status, failed", FakeScript { $0.status = [.state("failed", errors: [error])] }, 1),
            ("status, strange word", FakeScript { $0.status = [.state(quoted), .state("completed")] }, 0),
            ("status, refused", FakeScript { $0.status = [.problem(404, "not_found", quoted)] }, 3),
            ("aggregation", FakeScript { $0.aggregate = [problem] }, 1),
        ]
    }()

    private static func json(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }

    @Test(arguments: cases.indices) func aQuotedSecretIsMasked(_ index: Int) async throws {
        let (name, script, exitCode) = Self.cases[index]
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(script) { api in
                let ended = try await workspace.run(
                    against: api,
                    ["--verbose"],
                    environment: ["CXONE_CLIENT_SECRET": SandboxTests.secret]
                )
                #expect(ended.exitCode == exitCode, "\(name): \(ended.stderr)")
                let seen = [ended.stdout, ended.stderr] + (try SandboxTests.files(of: workspace.folder))
                // The home with its database and log, and the files of the run, were looked at.
                #expect(seen.count > 5, "\(name)")
                // A refused client was never given the token that the refusal names.
                let canaries = name == "token" ? Self.canaries.dropLast(2) : Self.canaries[...]
                for canary in canaries { #expect(!seen.contains { $0.contains(canary) }, "\(name): \(canary)") }
            }
        }
    }
}
