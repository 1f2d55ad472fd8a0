import Foundation
import HTTPService
import RingbackTestKit
import Testing

/// Exit code 2: a usage, scenario or configuration error, and nothing was sent.
@Suite(.timeLimit(.minutes(5)))
struct UsageTests {
    /// A command line that is refused.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arguments: [String]
        var environment: [String: String?] = [:]
        /// What standard error must say.
        var says: [String]
    }

    static let cases = [
        Case(testDescription: "unknown command", arguments: ["dial"], says: ["dial"]),
        Case(testDescription: "no scenario", arguments: ["run"], says: ["scenario"]),
        Case(testDescription: "unknown flag", arguments: ["run", "scenario.yaml", "--fast"], says: ["--fast"]),
        Case(
            testDescription: "missing file",
            arguments: ["run", "nowhere.yaml"] + Workspace.remote,
            says: ["nowhere.yaml: error:", "[file.unreadable]"]
        ),
        Case(
            testDescription: "missing credentials",
            arguments: ["run", "scenario.yaml"] + Workspace.remote,
            environment: ["CXONE_BASE_URL": nil, "CXONE_CLIENT_ID": nil, "CXONE_CLIENT_SECRET": nil],
            says: [
                "CXONE_ORG_ID  the organisation", "CXONE_CLIENT_ID  the OAuth client",
                "CXONE_CLIENT_SECRET  the client's secret",
            ]
        ),
        Case(
            testDescription: "a secret file that is not there",
            arguments: ["run", "scenario.yaml"] + Workspace.remote,
            environment: ["CXONE_CLIENT_SECRET": nil, "CXONE_CLIENT_SECRET_FILE": "gone"],
            says: ["CXONE_CLIENT_SECRET_FILE", "gone"]
        ),
        Case(
            testDescription: "http beyond loopback",
            arguments: ["run", "scenario.yaml"] + Workspace.remote,
            environment: ["CXONE_BASE_URL": "http://192.0.2.1"],
            says: ["CXONE_BASE_URL", "loopback", "https"]
        ),
        Case(
            testDescription: "an unknown way to authenticate",
            arguments: ["run", "scenario.yaml"] + Workspace.remote,
            environment: ["CXONE_CLIENT_AUTH": "digest"],
            says: ["CXONE_CLIENT_AUTH", "basic-raw"]
        ),
        Case(
            testDescription: "a bad organisation",
            arguments: ["run", "scenario.yaml"] + Workspace.remote,
            environment: ["CXONE_BASE_URL": nil, "CXONE_ORG_ID": "evil.example/"],
            says: ["CXONE_ORG_ID"]
        ),
        Case(
            testDescription: "a bad webhook secret",
            arguments: ["run", "scenario.yaml"] + Workspace.remote,
            environment: ["RINGBACK_WEBHOOK_SECRET": "hunter2"],
            says: ["RINGBACK_WEBHOOK_SECRET", "whsec_"]
        ),
        Case(
            testDescription: "an override without a value",
            arguments: ["run", "scenario.yaml", "--set", "simulation.maxCalls"] + Workspace.remote,
            says: ["--set", "simulation.maxCalls"]
        ),
        Case(
            testDescription: "an override that breaks a rule",
            arguments: ["run", "scenario.yaml", "--set", "simulation.maxCalls=0"] + Workspace.remote,
            says: ["--set", "[max_calls.range]"]
        ),
        Case(
            testDescription: "an override of nothing",
            arguments: ["run", "scenario.yaml", "--set", "simulation.maxCall=3"] + Workspace.remote,
            says: ["did you mean", "[field.unknown]"]
        ),
        Case(
            testDescription: "a webhook address without TLS",
            arguments: ["run", "scenario.yaml", "--webhook-url", "http://example.com/"] + Workspace.remote,
            says: ["--webhook-url"]
        ),
        Case(
            testDescription: "an unknown profile",
            arguments: ["run", "scenario.yaml", "--profile", "sandbax"] + Workspace.remote,
            says: ["--profile", "did you mean sandbox?", "[profile.unknown]"]
        ),
        Case(
            testDescription: "a profile that is not there",
            arguments: ["run", "scenario.yaml", "--profile", "mine.yaml"] + Workspace.remote,
            says: ["mine.yaml: error: ", "[file.unreadable]"]
        ),
        Case(
            testDescription: "no attempts",
            arguments: ["run", "scenario.yaml", "--max-attempts", "0"] + Workspace.remote,
            says: ["--max-attempts"]
        ),
        Case(
            testDescription: "no time",
            arguments: ["run", "scenario.yaml", "--timeout", "0"] + Workspace.remote,
            says: ["--timeout"]
        ),
        Case(
            testDescription: "a time that is none",
            arguments: ["run", "scenario.yaml", "--timeout", "soon"],
            says: ["--timeout", "soon"]
        ),
        Case(
            testDescription: "unsigned events on every interface",
            arguments: ["run", "scenario.yaml"] + Workspace.remote + ["--webhook-listen", "0.0.0.0:0"],
            says: ["RINGBACK_WEBHOOK_SECRET", "loopback"]
        ),
        Case(
            testDescription: "a client without a secret",
            arguments: ["sandbox", "--client", "ci"],
            says: ["--client", "ID:SECRET"]
        ),
        Case(
            testDescription: "a certificate without a key",
            arguments: ["sandbox", "--tls-certificate", "a.pem"],
            says: ["--tls-key"]
        ),
        Case(testDescription: "init over a file", arguments: ["init"], says: ["--force"]),
    ]

    @Test(arguments: cases) func refuses(_ test: Case) async throws {
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

    @Test func tellsEveryProblemOfAScenario() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(
                probabilities: ["0.5", "0.5", "0.5", "2"],
                extra: "colour: red\nlimits: {maxConcurrent: 2}"
            )
            try await FakeAPI.with { api in
                let ended = try await workspace.run(against: api)
                #expect(ended.exitCode == 2)
                let lines = ended.stderr.split(separator: "\n").map(String.init)
                let expected = [
                    "scenario.yaml:11:24: error: ": "[probability.range]", "scenario.yaml:12:": "[concurrency.range]",
                    "scenario.yaml:16:1: error: ": "[field.unknown]",
                ]
                for (place, code) in expected {
                    #expect(
                        lines.contains { $0.hasPrefix(place) && $0.hasSuffix(code) },
                        "\(place) \(code) in \(lines)"
                    )
                }
                #expect(api.requests.isEmpty)
                #expect(!FileManager.default.fileExists(atPath: workspace.out))
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
