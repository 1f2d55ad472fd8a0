import Foundation
import RingbackTestKit
import Testing

/// `run --profile FILE` against a fake API.
@Suite(.timeLimit(.minutes(15)))
struct ProfileTests {
    /// Runs the scenario with a profile of these lines after `version` and `name`.
    private func run(
        _ workspace: Workspace,
        _ api: FakeAPI,
        _ lines: String,
        environment: [String: String] = [:]
    ) async throws -> Program.Finished {
        try workspace.scenario()
        try "version: 1\nname: acme\n\(lines)\n"
            .write(toFile: "\(workspace.folder)/acme.yaml", atomically: true, encoding: .utf8)
        return try await workspace.run(against: api, ["--profile", "acme.yaml"], environment: environment)
    }

    @Test func theFileSaysHowTheClientIntroducesItself() async throws {
        try await Workspace.with { workspace in
            try await FakeAPI.with { api in
                let ended = try await run(workspace, api, "clientAuth: post\nscope: one two")
                #expect(ended.exitCode == 0, "\(ended.stderr)")
                let token = try #require(api.requests(.token).first)
                #expect(token.header("authorization") == nil)
                #expect(token.body.contains("client_id=client-7") && token.body.contains("scope=one+two"))
            }
        }
    }

    @Test func theFileSaysHowTokensAreAskedFor() async throws {
        try await Workspace.with { workspace in
            let answer = #"{"access_token":"t","token_type":"mac","expires_in":"60"}"#
            try await FakeAPI.with(FakeScript { $0.token = [.raw(201, body: answer)] }) { api in
                let rules = "style: access-key, parameters: {audience: api}, tokenType: any, success: [200, 201]"
                let ended = try await run(workspace, api, "token: {\(rules)}")
                #expect(ended.exitCode == 0, "\(ended.stderr)")
                let token = try #require(api.requests(.token).first)
                #expect(token.header("authorization") == nil && token.header("content-type") == "application/json")
                let body = #"{"accessKeyId":"client-7","accessKeySecret":"s3cret-canary","audience":"api"}"#
                #expect(token.body == body)
                #expect(!ended.stderr.contains("token_type"))
            }
        }
    }

    @Test func theEnvironmentBeatsTheFile() async throws {
        try await Workspace.with { workspace in
            try await FakeAPI.with { api in
                let ended = try await run(
                    workspace,
                    api,
                    "baseUrl: https://acme.invalid\nclientAuth: post",
                    environment: ["CXONE_CLIENT_AUTH": "basic"]
                )
                #expect(ended.exitCode == 0, "\(ended.stderr)")
                #expect(api.requests(.token).first?.header("authorization")?.hasPrefix("Basic ") == true)
            }
        }
    }

    @Test func theFileMayNameTheAddress() async throws {
        try await Workspace.with { workspace in
            try await FakeAPI.with { api in
                let port = api.origin.split(separator: ":").last ?? ""
                let ended = try await run(
                    workspace,
                    api,
                    "baseUrl: http://{org}.localhost:\(port)\ntokenUrl: \(api.origin)/oauth/token",
                    environment: ["CXONE_BASE_URL": "", "CXONE_ORG_ID": "bad org"]
                )
                #expect(ended.exitCode == 2)
                #expect(ended.stderr.contains("CXONE_ORG_ID must be"), "\(ended.stderr)")
                #expect(api.requests.isEmpty)
                let second = try await run(
                    workspace,
                    api,
                    "baseUrl: \(api.origin)",
                    environment: ["CXONE_BASE_URL": ""]
                )
                #expect(second.exitCode == 0, "\(second.stderr)")
            }
        }
    }

    @Test func withoutListByTagNoListIsAskedFor() async throws {
        try await Workspace.with { workspace in
            try await FakeAPI.with(FakeScript { $0.create = [.closeAfterCommit] }) { api in
                let ended = try await run(workspace, api, "honours: {listByTag: false}")
                #expect(ended.exitCode == 5, "\(ended.stderr)")
                #expect(api.requests(.create).count == 1)
                #expect(api.requests(.list).isEmpty)
            }
        }
    }

    @Test func anHonouredKeyIsSentAgain() async throws {
        try await Workspace.with { workspace in
            try await FakeAPI.with(FakeScript { $0.create = [.closeAfterCommit, .normal] }) { api in
                let ended = try await run(workspace, api, "honours: {idempotencyKeys: true}")
                #expect(ended.exitCode == 0, "\(ended.stderr)")
                #expect(Set(api.requests(.create).map { $0.header("idempotency-key") }).count == 1)
                #expect(api.requests(.create).count == 2)
            }
        }
    }
}
