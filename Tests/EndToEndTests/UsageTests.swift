import HTTPService
import RingbackTestKit
import Testing

/// Exit code 2 of a run that was about to begin; RingbackCommandsTests has the other refusals.
@Suite(.timeLimit(.minutes(15)))
struct UsageTests {
    /// A command line that is refused.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arguments: [String]
        var environment: [String: String?] = [:]
        /// What standard error must contain.
        var says: [String]
    }

    static let cases = [
        Case(testDescription: "unknown option", arguments: ["run", "scenario.yaml", "--fast"], says: ["--fast"]),
        Case(
            testDescription: "a bad webhook secret",
            arguments: ["run", "scenario.yaml"] + Workspace.remote,
            environment: ["RINGBACK_WEBHOOK_SECRET": "hunter2"],
            says: ["RINGBACK_WEBHOOK_SECRET", "whsec_"]
        ),
        Case(
            testDescription: "unsigned events on every interface",
            arguments: ["run", "scenario.yaml"] + Workspace.remote + ["--webhook-listen", "0.0.0.0:0"],
            says: ["RINGBACK_WEBHOOK_SECRET", "loopback"]
        ),
    ]

    @Test(arguments: cases) func isRefusedBeforeAnythingIsSent(_ test: Case) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with { api in
                var environment = Workspace.credentials(api.origin)
                for (name, value) in test.environment { environment[name] = value }
                let ended = try await workspace.run(test.arguments, environment: environment)
                #expect(ended.exitCode == 2, "\(ended.stderr)")
                for text in test.says { #expect(ended.stderr.contains(text), "\(text) in \(ended.stderr)") }
                #expect(api.requests.isEmpty)
                #expect(ended.stdout == "")
            }
        }
    }

    @Test func aContactCenterIsNotSentElsewhere() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(
                extra: """
                    contactCenter: {agents: 3, talk: {constant: 60s}, patience: {constant: 2s}, ringing: {default: {constant: 5s}}}
                    pacing: {power: {linesPerAgent: 2}}
                    """
            )
            try await FakeAPI.with { api in
                let ended = try await workspace.run(against: api)
                let create = try #require(api.requests.first { $0.operation == .create })
                #expect(!create.body.contains("contactCenter") && !create.body.contains("pacing"))
                #expect(
                    ended.stdout.contains("contactCenter and pacing are members of the sandbox alone"),
                    "\(ended.stderr)\(ended.stdout)"
                )
            }
        }
    }

    @Test func namesAPortThatIsTaken() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await Loopback.serve { _ in
                ServiceResponse(status: 204)
            } body: { taken in
                let address = String(taken.dropFirst("http://".count))
                try await FakeAPI.with { api in
                    let ended = try await workspace.run(against: api, ["--webhook-listen", address])
                    #expect(ended.exitCode == 2)
                    #expect(ended.stderr.contains("cannot listen on \(address)"), "\(ended.stderr)")
                    #expect(ended.stderr.contains("--webhook-listen"))
                    #expect(api.requests.isEmpty)
                }
                let sandbox = try await workspace.run(["sandbox", "--listen", address])
                #expect(sandbox.exitCode == 2)
                #expect(sandbox.stderr.contains("cannot listen on \(address)"), "\(sandbox.stderr)")
            }
        }
    }
}
