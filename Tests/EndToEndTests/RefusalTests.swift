import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

/// Exit codes 3 and 5: the remote side refused for good, or it is unknown whether it acted.
@Suite(.timeLimit(.minutes(15)))
struct RefusalTests {
    /// A refusal and what the user sees of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var script: FakeScript
        var says: [String]
        var creates: Int

        init(_ name: String, says: [String], creates: Int, _ change: (inout FakeScript) -> Void) {
            testDescription = name
            (self.says, self.creates) = (says, creates)
            script = FakeScript(change)
        }
    }

    static let cases = [
        Case("rejected credentials", says: ["CXONE_CLIENT_ID", "invalid_client"], creates: 0) {
            $0.token = [.raw(401, body: #"{"error":"invalid_client"}"#)]
        },
        Case("a token answer of another kind", says: ["the answer is not JSON (200", "access_token"], creates: 0) {
            $0.token = [.raw(200, body: "<html>sign in</html>")]
        },
        Case("a token of another type", says: ["token_type is \"mac\"", "Bearer tokens"], creates: 0) {
            $0.token = [.raw(200, body: #"{"access_token":"t","token_type":"mac"}"#)]
        },
        Case(
            "a missing scope",
            says: ["403 insufficient_scope", "dialer:simulations:write", "CXONE_SCOPE"],
            creates: 1
        ) {
            let challenge = "Bearer error=\"insufficient_scope\", scope=\"dialer:simulations:write\""
            $0.create = [.problem(403, "insufficient_scope", "not yours", headers: ["WWW-Authenticate": challenge])]
        },
        Case("an error in a success", says: ["answered 201 with the error: campaign is locked"], creates: 1) {
            $0.create = [.raw(201, body: #"{"id":"sim-1","error":"campaign is locked"}"#)]
        },
        Case("a redirect", says: ["redirected (307) to https://elsewhere.example/", "CXONE_BASE_URL"], creates: 1) {
            $0.create = [.raw(307, headers: ["Location": "https://elsewhere.example/"], body: "")]
        },
        Case("a payload that is refused there", says: ["/maxCalls: too many [max_calls.range]"], creates: 1) {
            let violation = Violation(JSONPointer(tokens: ["maxCalls"]), .maxCallsRange, "too many")
            $0.create = [.problem(422, "validation_failed", "1 rule", violations: [violation])]
        },
        Case("gone after the create", says: ["can no longer be read"], creates: 1) {
            $0.status = [.state("running"), .problem(404, "not_found", "gone")]
        },
        Case("a token that is refused again and again", says: ["401", "a fresh one too"], creates: 2) {
            $0.create = [.problem(401, "invalid_token", "unknown token")]
        },
    ]

    @Test(arguments: cases) func theReasonIsShownAndTheExitCodeIs3(_ test: Case) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(test.script) { api in
                let ended = try await workspace.run(against: api)
                #expect(ended.exitCode == 3, "\(ended.stderr)\(ended.stdout)")
                for text in test.says { #expect(ended.stderr.contains(text), "\(text) in \(ended.stderr)") }
                #expect(ended.stderr.flaws == [], "\(ended.stderr)")
                #expect(api.requests(.create).count == test.creates)
                #expect(try workspace.result()["exitCode"]?.integer == 3)
                #expect(try workspace.result()["verdict"]?.string == "fail")
            }
        }
    }

    /// A small answer of 2 MiB, once it is decompressed.
    @Test func aCompressedTokenAnswerHasABound() async throws {
        let bytes = Array(try #require(Data(base64Encoded: CompressedAnswer.bomb)))
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bytes.count)\r\n\r\n"
        let listener = try RawListener { _ in .answer(Array(head.utf8) + bytes) }
        defer { listener.stop() }
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run(
                ["run", "scenario.yaml", "--out", workspace.out] + Workspace.remote,
                environment: Workspace.credentials("http://127.0.0.1:\(listener.port)")
            )
            #expect(ended.exitCode == 3, "\(ended.stderr)")
            #expect(ended.stderr.contains("the answer is too large once it is decompressed"), "\(ended.stderr)")
        }
    }

    @Test func anAddressWithoutAListenerIsNamed() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let gone = try await FakeAPI.with { $0.origin }
            let ended = try await workspace.run(
                ["run", "scenario.yaml", "--out", workspace.out] + Workspace.remote,
                environment: Workspace.credentials(gone)
            )
            #expect(ended.exitCode == 3, "\(ended.stderr)")
            #expect(ended.stderr.contains("nothing could be sent in 3 attempts"), "\(ended.stderr)")
            #expect(ended.stderr.contains("CXONE_BASE_URL"))
            #expect(try workspace.result()["ending"]?["kind"]?.string == "notCreated")
        }
    }

    @Test(arguments: [
        FakeAnswer.closeAfterCommit, .resetAfterCommit, .problem(500, "internal_error", "it broke"),
        .raw(201, body: #"{"state":"queued"}"#), .raw(201, body: ""),
    ]) func anAmbiguousCreateIsNeverRepeated(_ answer: FakeAnswer) async throws {
        let script = FakeScript {
            $0.create = [answer, .normal]
            $0.list = [.raw(404, body: "")]
        }
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(script) { api in
                let ended = try await workspace.run(against: api, ["--profile", "cxone"])
                #expect(ended.exitCode == 5, "\(ended.stderr)")
                let runID = try #require(try workspace.result()["runId"]?.string)
                #expect(ended.stderr.contains("the tag e2e:\(runID)"), "\(ended.stderr)")
                #expect(ended.stderr.contains("the key \(runID)"))
                #expect(ended.stdout.contains("run \(runID)"))
                #expect(api.requests(.create).count == 1)
                #expect(api.requests(.cancel).isEmpty)
            }
        }
    }

    @Test func aSimulationIsFoundByItsTag() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.create = [.closeAfterCommit] }) { api in
                let ended = try await workspace.run(against: api)
                #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
                #expect(api.requests(.create).count == 1)
                #expect(api.requests(.list).first?.target.contains("tag=e2e%3A") == true)
            }
        }
    }

    @Test func sendsTheSameKeyAgainWhereKeysAreHonoured() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.create = [.resetAfterCommit, .normal] }) { api in
                let ended = try await workspace.run(against: api, ["--profile", "sandbox"])
                #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
                let creates = api.requests(.create)
                #expect(creates.count == 2)
                #expect(Set(creates.map { $0.header("idempotency-key") }).count == 1)
                #expect(Set(creates.map(\.body)).count == 1)
            }
        }
    }
}
