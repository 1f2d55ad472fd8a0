import ExactJSON
import Foundation
import RingbackTestKit
import Synchronization
import Testing

/// `import --skill` against a fake of NICE's own API.
@Suite(.timeLimit(.minutes(5)))
struct SkillImportTests {
    /// The API of a tenant: a token for an access key, and the settings of one skill.
    private final class FakeTenant: Sendable {
        private struct State {
            var requests: [RawListener.Request] = []
            var answers: [String: [(status: Int, body: String)]] = [:]
        }

        private let state = Mutex(State())

        static let general = """
            {"generalSettings":{"maximumRatio":2.5,"abandonRateThreshold":3,"abandonRateCutoff":"4.5","overrideBusinessUnitAbandonRate":"true",\
            "aggressiveness":"conservative","maximumRingingDuration":28,"maximumAttempts":5,"minimumRetryMinutes":90}}
            """
        static let retry = #"{"retrySettings":{"maximumAttempts":5,"minimumRetryMinutes":90,"generalStaleMinutes":30}}"#

        var requests: [RawListener.Request] { state.withLock { $0.requests } }

        func answer(_ path: String, _ answers: [(status: Int, body: String)]) {
            state.withLock { $0.answers[path] = answers }
        }

        private func reply(to request: RawListener.Request) -> RawListener.Reply {
            let path = String(request.target.split(separator: "/").last ?? "")
            let usual: [String: (Int, String)] = [
                "access-key": (200, #"{"access_token":"token-canary","token_type":"Bearer","expires_in":3600}"#),
                "general-settings": (200, Self.general), "retry-settings": (200, Self.retry),
            ]
            let (status, body) = state.withLock { state -> (Int, String) in
                state.requests.append(request)
                if let answer = state.answers[path]?.first {
                    if (state.answers[path]?.count ?? 0) > 1 { state.answers[path]?.removeFirst() }
                    return (answer.status, answer.body)
                }
                return usual[path] ?? (404, "")
            }
            let head =
                "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
            return .answer(Array((head + body).utf8))
        }

        /// Runs the command against a tenant.
        static func run(
            _ arguments: [String] = [],
            environment: [String: String?] = [:],
            _ prepare: (FakeTenant) -> Void = { _ in },
            _ check: (CommandRun, FakeTenant) throws -> Void
        ) async throws {
            let tenant = FakeTenant()
            prepare(tenant)
            let listener = try RawListener { tenant.reply(to: $0) }
            defer { listener.stop() }
            let origin = "http://127.0.0.1:\(listener.port)"
            var variables: [String: String?] = [
                "CXONE_BASE_URL": origin, "CXONE_TOKEN_URL": origin + "/authentication/v1/token/access-key",
                "CXONE_CLIENT_ID": "key-7", "CXONE_CLIENT_SECRET": "secret-canary",
            ]
            for (name, value) in environment { variables[name] = value }
            let set = variables.compactMapValues { $0 }
            try await Workspace.inMemory { workspace in
                let ended = await workspace.command(
                    ["import", "--from", "cxone", "--skill", "4711"] + arguments,
                    environment: set
                )
                #expect(!(ended.stdout + ended.stderr).contains("canary"))
                try check(ended, tenant)
            }
        }
    }

    @Test func theSettingsBecomeAScenario() async throws {
        try await FakeTenant.run(["--json"]) { ended, tenant in
            #expect(ended.exitCode == 0, "\(ended.stderr)")
            let document = try JSONReader.read(ended.stdout)
            #expect(document["from"] == "cxone")
            let scenario = try #require(document["scenario"]?.string)
            for line in [
                "maxLinesPerAgent: 2.5  # maximumRatio 2.5", "abandonTarget: 3%", "gain: 0.5",
                "noAnswer: {constant: 28s}", "maxAttempts: 5",
                "limit: 4.5%",
            ] {
                #expect(scenario.contains(line), "\(line)")
            }
            let requests = tenant.requests
            #expect(requests.map(\.method) == ["POST", "GET", "GET"])
            #expect(
                String(decoding: requests[0].body, as: UTF8.self)
                    == #"{"accessKeyId":"key-7","accessKeySecret":"secret-canary"}"#
            )
            #expect(requests[0].headers.first { $0.name == "content-type" }?.value == "application/json")
            #expect(requests[1].target == "/inContactAPI/services/v30.0/skills/4711/parameters/general-settings")
            #expect(requests[2].target == "/inContactAPI/services/v30.0/skills/4711/parameters/retry-settings")
            #expect(requests[1].headers.first { $0.name == "authorization" }?.value == "Bearer token-canary")
            #expect(requests[1].headers.first { $0.name == "accept" }?.value == "application/json")
        }
    }

    @Test func aSecretMayStandInAFile() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder + "/secret"
            try Data("secret-canary\n".utf8).write(to: URL(filePath: path))
            try await FakeTenant.run(environment: ["CXONE_CLIENT_SECRET": nil, "CXONE_CLIENT_SECRET_FILE": path]) {
                ended,
                tenant in
                #expect(ended.exitCode == 0, "\(ended.stderr)")
                #expect(ended.stdout.contains("pacing:\n  feedback:"))
            }
        }
    }

    @Test func aPassingFaultIsTriedAgain() async throws {
        try await FakeTenant.run([], { $0.answer("general-settings", [(503, ""), (200, FakeTenant.general)]) }) {
            ended,
            tenant in
            #expect(ended.exitCode == 0, "\(ended.stderr)")
            #expect(tenant.requests.count == 4)
        }
    }

    @Test func aSkillWithoutRetrySettingsIsReadAllTheSame() async throws {
        try await FakeTenant.run([], { $0.answer("retry-settings", [(404, "")]) }) { ended, _ in
            #expect(ended.exitCode == 0)
            #expect(
                ended.stderr.contains(
                    "warning: the retry settings of the skill are left out: reading the settings of the skill: not found"
                )
            )
        }
    }

    @Test(arguments: [
        ("access-key", 401, "", "credentials", 3), ("general-settings", 404, "", "Check the number of the skill", 3),
        ("general-settings", 403, "", "not allowed (403)", 3),
        ("general-settings", 200, "[]", "it has no generalSettings", 3),
        ("general-settings", 200, #"{"generalSettings":{"a":1}}"#, "", 0),
        ("general-settings", 302, "", "redirected", 3),
    ])
    func refusals(_ path: String, _ status: Int, _ body: String, _ reason: String, _ code: Int32) async throws {
        try await FakeTenant.run([], { $0.answer(path, [(status, body)]) }) { ended, _ in
            #expect(ended.exitCode == code, "\(ended.stderr)")
            let words = reason == "credentials" ? "CXONE_CLIENT_SECRET" : reason
            #expect(words.isEmpty || ended.stderr.contains(words), "\(ended.stderr)")
        }
    }

    @Test func whatIsMissingIsNamed() async throws {
        try await FakeTenant.run(environment: ["CXONE_BASE_URL": nil, "CXONE_TOKEN_URL": nil]) { ended, tenant in
            #expect(ended.exitCode == 2 && tenant.requests.isEmpty)
            #expect(ended.stderr.contains("--skill needs CXONE_BASE_URL and CXONE_TOKEN_URL, or a --profile"))
        }
        try await FakeTenant.run(environment: ["CXONE_CLIENT_ID": nil]) { ended, tenant in
            #expect(ended.exitCode == 2 && tenant.requests.isEmpty)
            #expect(ended.stderr.contains("CXONE_CLIENT_ID"))
        }
    }

    @Test(arguments: [
        (["--skill", "0"], "--skill is the number"), (["a.json"], "a file and --skill are two sources"),
        (["--from", "uccx"], "--skill is of CXone"),
    ])
    func commandLines(_ arguments: [String], _ reason: String) async throws {
        try await FakeTenant.run(arguments) { ended, tenant in
            #expect(ended.exitCode == 2 && tenant.requests.isEmpty)
            #expect(ended.stderr.contains(reason), "\(ended.stderr)")
        }
    }

    @Test func aProfileSaysWhereTheAPIIs() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder + "/tenant.yaml"
            let profile = "version: 1\nname: tenant\npaths: {skills: /v33.0/skills}\ntoken: {style: access-key}\n"
            try Data(profile.utf8).write(to: URL(filePath: path))
            try await FakeTenant.run(["--profile", path]) { ended, tenant in
                #expect(ended.exitCode == 0, "\(ended.stderr)")
                #expect(tenant.requests.last?.target == "/v33.0/skills/4711/parameters/retry-settings")
            }
        }
    }
}
