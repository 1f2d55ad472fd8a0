import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// `ringback sandbox` and a run against it: two processes, as in a user's pipeline.
@Suite(.timeLimit(.minutes(15)))
struct SandboxTests {
    /// A secret with every character that is awkward in a header, a form or an option.
    static let secret = "c4n:ry+%/=s3cret&ü"
    static let webhookSecret = "whsec_" + Data((0..<32).map { UInt8($0 &* 7 &+ 3) }).base64EncodedString()

    /// A program that a test does not stop would go on beside the tests after it.
    @Test(.timeLimit(.minutes(1))) func theEndOfATestEndsItsPrograms() async throws {
        let sandbox = try await Workspace.with { workspace in
            let sandbox = try workspace.start(["sandbox", "--listen", "127.0.0.1:0"], limit: .seconds(600))
            _ = try #require(await sandbox.line { $0.hasPrefix("listening on ") })
            return sandbox
        }
        try await eventually { sandbox.isOver }
        #expect(await sandbox.finished().exitCode == -SIGKILL)
    }

    @Test(arguments: ["basic", "basic-raw", "post"]) func aRunAgainstTheSandboxPassesWithEveryWayToAuthenticate(
        _ authentication: String
    ) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 60)
            let client = "ci:" + Self.percentEncoded(Self.secret)
            let sandbox = try workspace.start(
                ["sandbox", "--listen", "127.0.0.1:0", "--client", client, "--seed", "11"],
                environment: ["RINGBACK_WEBHOOK_SECRET": Self.webhookSecret]
            )
            let line = try #require(await sandbox.line { $0.hasPrefix("listening on ") })
            let ended = try await workspace.run(
                ["run", "scenario.yaml", "--profile", "sandbox", "--verbose", "--out", workspace.out]
                    + Workspace.remote,
                environment: [
                    "CXONE_BASE_URL": String(line.dropFirst("listening on ".count)), "CXONE_CLIENT_ID": "ci",
                    "CXONE_CLIENT_SECRET": Self.secret, "CXONE_CLIENT_AUTH": authentication,
                    "RINGBACK_WEBHOOK_SECRET": Self.webhookSecret,
                ]
            )
            sandbox.signal(SIGINT)
            let stopped = await sandbox.finished()
            #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
            #expect(stopped.exitCode == 0)
            #expect(try workspace.result()["webhooks"]?["signed"]?.bool == true)
            #expect(try workspace.result()["target"]?.string == "cxone")
            let seen =
                [ended.stdout, ended.stderr, stopped.stdout, stopped.stderr] + (try Self.files(of: workspace.folder))
            for canary in Self.canaries { #expect(!seen.contains { $0.contains(canary) }, "\(canary)") }
        }
    }

    @Test func aWrongSecretIsRefusedAndNotShown() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let sandbox = try workspace.start(["sandbox", "--listen", "127.0.0.1:0", "--client", "ci:right"])
            let line = try #require(await sandbox.line { $0.hasPrefix("listening on ") })
            let ended = try await workspace.run(
                ["run", "scenario.yaml", "--out", workspace.out] + Workspace.remote,
                environment: [
                    "CXONE_BASE_URL": String(line.dropFirst("listening on ".count)), "CXONE_CLIENT_ID": "ci",
                    "CXONE_CLIENT_SECRET": Self.secret,
                ]
            )
            sandbox.signal(SIGTERM)
            #expect(await sandbox.finished().exitCode == 0)
            #expect(ended.exitCode == 3)
            #expect(ended.stderr.contains("CXONE_CLIENT_SECRET"))
            let seen = [ended.stdout, ended.stderr] + (try Self.files(of: workspace.folder))
            for canary in Self.canaries { #expect(!seen.contains { $0.contains(canary) }, "\(canary)") }
        }
    }

    @Test func aRefusalThatQuotesTheSecretIsMasked() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let canaries =
                Self.forms(of: Self.secret) + [
                    Data("client-7:\(Self.secret)".utf8).base64EncodedString(), "fake-token",
                ]
            let quoted = canaries.joined(separator: " ")
            try await FakeAPI.with(FakeScript { $0.create = [.problem(400, "bad", "you sent \(quoted)")] }) { api in
                let ended = try await workspace.run(against: api, environment: ["CXONE_CLIENT_SECRET": Self.secret])
                #expect(ended.exitCode == 3)
                let seen = [ended.stdout, ended.stderr] + (try Self.files(of: workspace.folder))
                for canary in canaries { #expect(!seen.contains { $0.contains(canary) }, "\(canary)") }
            }
        }
    }

    @Test func theSandboxServesItsDescription() async throws {
        try await Workspace.with { workspace in
            let sandbox = try workspace.start(["sandbox", "--listen", "127.0.0.1:0", "--json"])
            let line = try #require(await sandbox.line { _ in true })
            let origin = try #require(try JSONReader.read(Array(line.utf8))["listening"]?.string)
            for path in ["/healthz", "/readyz", "/openapi.yaml"] {
                #expect(try await HTTPAnswer.to("GET", origin + path).status == 200)
            }
            #expect(try await HTTPAnswer.to("GET", "\(origin)/openapi.yaml").text.hasPrefix("openapi: 3.1"))
            sandbox.signal(SIGTERM)
            #expect(await sandbox.finished().stdout == line + "\n")
        }
    }

    /// The secrets as they are, and as they might turn up.
    static var canaries: [String] {
        forms(of: secret) + forms(of: String(webhookSecret.dropFirst("whsec_".count))) + [
            Data("ci:\(secret)".utf8).base64EncodedString(),
            Data("ci:\(percentEncoded(secret))".utf8).base64EncodedString(),
        ]
    }

    /// A text as it is, percent-encoded and in Base64.
    static func forms(of text: String) -> [String] {
        [text, percentEncoded(text), Data(text.utf8).base64EncodedString()]
    }

    static func percentEncoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }

    /// The content of every file of a folder, the database and the audit log included, but for the scenario.
    static func files(of folder: String) throws -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        return names.compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
