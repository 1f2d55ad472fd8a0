import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

/// Connections to a target: own authorities, proxies, and targets that do not answer.
@Suite(.timeLimit(.minutes(15)))
struct ConnectionTests {
    private static func withSandbox(_ body: (Workspace, RunningSandbox) async throws -> Void) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await SelfSigned.make().write(to: workspace.folder)
            let tls = [
                "--tls-certificate", "\(workspace.folder)/certificate.pem", "--tls-key", "\(workspace.folder)/key.pem",
            ]
            try await workspace.withSandbox(tls) { try await body(workspace, $0) }
        }
    }

    private static func run(
        _ workspace: Workspace,
        after words: [String] = [],
        _ variables: [String: String]
    ) async throws -> Program.Finished {
        try await workspace.run(
            ["run", "scenario.yaml", "--profile", "sandbox", "--out", workspace.out] + Workspace.remote,
            after: words,
            environment: variables
        )
    }

    /// The own authority is named by a variable, and the machine's store stays as it is.
    @Test(
        .enabled(if: Account.ordinary != nil, "an ordinary account cannot reach the program"),
        arguments: ["CXONE_CA_FILE", "SSL_CERT_FILE", "none"]
    )
    func aSandboxWithTLSIsATargetForAnyAccount(_ variable: String) async throws {
        let words = try #require(Account.ordinary)
        try await Self.withSandbox { workspace, sandbox in
            let own = "\(workspace.folder)/own"
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
            if !words.isEmpty {
                for folder in [workspace.folder, own] {
                    try FileManager.default.setAttributes(
                        [.ownerAccountID: NSNumber(value: Account.unprivileged)],
                        ofItemAtPath: folder
                    )
                }
            }
            let authority = [variable: "\(workspace.folder)/certificate.pem", "RINGBACK_HOME": "\(own)/home"]
            let ended = try await Self.run(workspace, after: words, sandbox.variables.merging(authority) { $1 })
            if variable == "none" {
                #expect(ended.exitCode == 3)
                #expect(ended.stderr.contains("certificate verify failed") && ended.stderr.contains("in CXONE_CA_FILE"))
            } else {
                #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
            }
        }
    }

    @Test func aRunGoesThroughAProxy() async throws {
        try await Self.withSandbox { workspace, sandbox in
            let port = try #require(sandbox.origin.split(separator: ":").last.flatMap { UInt16($0) })
            let heads = Shared<[String]>([])
            let proxy = try LoopbackListener.tunnel(to: port) { head in heads.withLock { $0.append(head) } }
            defer { proxy.stop() }
            var variables = sandbox.variables
            variables["CXONE_BASE_URL"] = "https://api.example"
            variables["CXONE_CA_FILE"] = "\(workspace.folder)/certificate.pem"
            variables["HTTPS_PROXY"] = "http://me:proxy-canary@127.0.0.1:\(proxy.port)"
            let ended = try await Self.run(workspace, variables)
            #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
            #expect(heads.withLock { $0 }.allSatisfy { $0.hasPrefix("CONNECT api.example:443 ") })
            #expect(!heads.withLock { $0 }.isEmpty)
            let doctor = try await workspace.run(
                [
                    "doctor", "--target", "cxone", "--profile", "sandbox", "--verbose", "--webhook-listen",
                    "127.0.0.1:0",
                ],
                environment: variables
            )
            #expect(doctor.stdout.contains("the proxy 127.0.0.1:\(proxy.port) (HTTPS_PROXY) is reached"))
            #expect(doctor.stdout.contains("a token came"))
            #expect(!"\(doctor.stdout)\(doctor.stderr)\(ended.stdout)\(ended.stderr)".contains("proxy-canary"))
        }
    }

    /// A token endpoint that is away for a second.
    @Test func aShortAbsenceIsOutlasted() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let script = FakeScript { $0.token = [.raw(503, body: ""), .raw(503, body: ""), .normal] }
            try await FakeAPI.with(script) { api in
                let start = ContinuousClock.now
                let ended = try await workspace.run(against: api)
                #expect(ended.exitCode == 0, "\(ended.stderr)")
                #expect(start.duration(to: .now) >= .seconds(1.5))
            }
        }
    }

    /// Cleaning up takes at most five seconds beyond the time limit, whatever does not answer.
    @Test(arguments: ["connect", "token", "create", "status"])
    func whatDoesNotAnswerHoldsUpForFiveSecondsAtMost(_ place: String) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let script = FakeScript {
                switch place {
                case "token": $0.token = [.hang]
                case "create": ($0.create, $0.list, $0.cancel, $0.status) = ([.hang], [.hang], [.hang], [.hang])
                default: ($0.cancel, $0.status) = ([.hang], [.hang])
                }
            }
            let full = try FullListener()
            try await FakeAPI.with(script) { api in
                let start = ContinuousClock.now
                let base = place == "connect" ? ["CXONE_BASE_URL": "http://127.0.0.1:\(full.port)"] : [:]
                let ended = try await workspace.run(against: api, ["--timeout", "2s"], environment: base)
                #expect(ended.exitCode == (place == "create" ? 5 : 4), "\(ended.stderr)")
                #expect(start.duration(to: .now) < .seconds(7), "\(start.duration(to: .now))")
            }
        }
    }

    /// The names hold for every address: of the API, of webhooks in the sandbox, and of monitors.
    @Test func hostsMayBeNamedForHTTP() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(extra: "monitors: [{name: qa, url: \"http://qa.internal/hooks\"}]")
            let refused = try await workspace.run(["validate", "scenario.yaml"])
            #expect(refused.exitCode == 2)
            #expect("\(refused.stdout)\(refused.stderr)".contains("name the host in CXONE_ALLOW_HTTP"))
            let named = ["CXONE_ALLOW_HTTP": "qa.internal"]
            #expect(try await workspace.run(["validate", "scenario.yaml"], environment: named).exitCode == 0)
            for (environment, status) in [([:], 422), (named, 201)] as [([String: String], Int)] {
                let program = try workspace.start(["sandbox", "--listen", "127.0.0.1:0"], environment: environment)
                let line = try #require(await program.line { $0.hasPrefix("listening on ") })
                let sandbox = RunningSandbox(origin: String(line.dropFirst("listening on ".count)))
                let body = """
                    {"campaignId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","virtualAgentMatrix":{"flowId":"f"},"maxCalls":1,
                    "outcomeInjection":{"enabled":true,"answerProbability":1},"concurrencyLimit":1,"complianceBypass":true,
                    "webhookUrl":"http://qa.internal/hooks"}
                    """
                let token = try await sandbox.token()
                let answer = try await HTTPAnswer.to(
                    "POST",
                    sandbox.origin + Endpoint.simulations,
                    headers: [("Content-Type", "application/json"), ("Authorization", "Bearer \(token)")],
                    body: Array(body.utf8)
                )
                #expect(answer.status == status, "\(answer.text)")
                program.signal(SIGTERM)
                _ = await program.finished()
            }
        }
    }
}
