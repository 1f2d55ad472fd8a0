import AuditLog
import ExactJSON
import RunStore
import ScenarioFile
import SimulationAPI
import Testing

@testable import ControlServer

/// What the forms of the dashboard do: the same as the control API, with the same entries in the audit log.
@Suite(.timeLimit(.minutes(5)))
struct DashboardFormTests {
    private static func entries(_ fixture: Fixture, _ type: AuditEntry.EventType) async throws -> [AuditRecord] {
        var query = AuditQuery()
        query.type = type.rawValue
        return try AuditReader(directory: fixture.service.audit.directory).newest(query, before: nil, limit: 10)
    }

    private static func fields(_ scenario: String, key: String = "k1") -> [(name: String, value: String)] {
        [
            ("key", key), ("scenario", scenario.replacing("\n", with: "\r\n")), ("kind", "run"), ("target", "sandbox"),
            ("seed", "12"), ("baseline", ""), ("failOnRegression", ""),
        ].map { (name: $0, value: $1) }
    }

    /// The form has a key of its own, so that a double click starts one run.
    @Test func aFormStartsARunOnce() async throws {
        try await Fixture.with { fixture in
            let secret = try #require(try await fixture.tokens([.operator]).first).1
            var places: Set<String> = []
            for _ in 0..<3 {
                let answer = try await DashboardTests.post(
                    fixture,
                    "/runs/new",
                    Self.fields(Scenario.starter),
                    token: secret
                )
                #expect(answer.status == 303, "\(answer.html)")
                places.insert(answer.location ?? "")
            }
            #expect(places.count == 1)
            let run = try #require(try await fixture.store.runPage(RunPageQuery()).items.first)
            #expect(
                places == ["/runs/\(run.run.id)"] && run.submission?.token == "t-operator" && run.request?.seed == 12
            )
            let other = try await DashboardTests.post(fixture, "/runs/new", Self.fields(Scenario.starter, key: "k2"))
            #expect(other.location?.hasPrefix("/runs/") == true && !places.contains(other.location ?? ""))
            let again = try await DashboardTests.page(fixture, "/runs/new?from=\(run.run.id)")
            #expect(again.html.contains("name=\"seed\" value=\"12\"") && again.html.contains("first-simulation"))
        }
    }

    @Test func whatIsWrongIsShownBesideWhatWasTyped() async throws {
        try await Fixture.with { fixture in
            let broken = Scenario.starter.replacing("maxCalls: 50", with: "maxCalls: fifty <b>")
            for (path, status) in [("/runs/new", 422), ("/runs/check", 200)] {
                let answer = try await DashboardTests.post(fixture, path, Self.fields(broken))
                #expect(answer.status == status && answer.html.contains("The scenario has 1 problem."))
                #expect(answer.html.contains("data-line=\"17\"") && answer.html.contains("maxCalls: fifty &lt;b&gt;"))
                #expect(answer.html.contains("name=\"key\" value=\"k1\""))
            }
            var seedless = Self.fields(Scenario.starter)
            seedless[4].value = "minus one"
            let answer = try await DashboardTests.post(fixture, "/runs/new", seedless)
            #expect(
                answer.status == 422 && answer.html.contains("role=\"alert\"")
                    && answer.html.contains("Seed: it must be")
            )
            let valid = try await DashboardTests.post(fixture, "/runs/check", Self.fields(Scenario.starter))
            #expect(valid.status == 200 && valid.html.contains("The scenario is valid."))
            #expect(try await fixture.store.runPage(RunPageQuery()).items.isEmpty)
            // A viewer may look, and not start.
            let secret = try #require(try await fixture.tokens([.viewer]).first).1
            #expect(
                try await DashboardTests.post(fixture, "/runs/check", Self.fields(broken), token: secret).status == 200
            )
            #expect(
                try await DashboardTests.post(fixture, "/runs/new", Self.fields(broken), token: secret).status == 403
            )
        }
    }

    @Test func aFormCancelsAsTheAPIDoes() async throws {
        try await Fixture.with { fixture in
            let secret = try #require(try await fixture.tokens([.operator]).first).1
            let start = try await DashboardTests.post(
                fixture,
                "/runs/new",
                Self.fields(Scenario.starter),
                token: secret
            )
            let place = try #require(start.location)
            #expect(try await DashboardTests.page(fixture, place).html.contains("Cancel the run"))
            let answer = try await DashboardTests.post(fixture, "\(place)/cancel", [], token: secret)
            #expect(answer.status == 303 && answer.location == place)
            let page = try await DashboardTests.page(fixture, place).html
            #expect(page.contains("CANCELLED") && page.contains("t-operator") && !page.contains("Cancel the run"))
            let entry = try #require(try await Self.entries(fixture, .cancel).first)
            #expect(entry.actor == "t-operator" && entry.result == "requested")
            #expect(try await DashboardTests.post(fixture, "/runs/nothing/cancel", []).status == 404)
        }
    }

    @Test func aFormSendsDeadLettersAgain() async throws {
        try await Fixture.with(monitors: ["qa"]) { fixture in
            try await fixture.receive("msg-1")
            try await fixture.receive("msg-2", call: "call-2")
            let next = [(name: "next", value: "/deliveries?state=dead")]
            let answer = try await DashboardTests.post(fixture, "/deliveries/1/replay", next)
            #expect(answer.status == 303 && answer.location == "/deliveries?state=dead")
            let all = [
                (name: "id", value: "1"), (name: "id", value: "2"), (name: "next", value: "https://evil.example/"),
            ]
            let both = try await DashboardTests.post(fixture, "/deliveries/replay", all)
            #expect(both.status == 303 && both.location == "/")
            #expect(try await Self.entries(fixture, .replay).count == 3)
            #expect(try await DashboardTests.post(fixture, "/deliveries/9/replay", next).status == 404)
            let secret = try #require(try await fixture.tokens([.viewer]).first).1
            #expect(try await DashboardTests.post(fixture, "/deliveries/replay", all, token: secret).status == 403)
        }
    }

    @Test func aTokenIsShownOnce() async throws {
        try await Fixture.with { fixture in
            let form = [(name: "name", value: "board"), (name: "role", value: "viewer")]
            let made = try await DashboardTests.post(fixture, "/tokens", form)
            let secret = try #require(made.html.firstMatch(of: #/rbk_[A-Za-z0-9_-]+/#)?.output)
            #expect(made.status == 200 && made.html.contains("Token <bdi>board</bdi> made"))
            #expect(!(try await DashboardTests.page(fixture, "/tokens").html.contains(secret)))
            #expect(try await DashboardTests.page(fixture, "/", token: String(secret)).status == 200)
            let again = try await DashboardTests.post(fixture, "/tokens", form)
            #expect(again.status == 409 && again.html.contains("role=\"alert\""))
            let bad = try await DashboardTests.post(
                fixture,
                "/tokens",
                [(name: "name", value: "a b"), (name: "role", value: "x")]
            )
            #expect(bad.html.contains("role=\"alert\""))
            let gone = try await DashboardTests.post(fixture, "/tokens/board/revoke", [])
            #expect(gone.status == 303 && gone.location == "/tokens")
            #expect(try await DashboardTests.page(fixture, "/", token: String(secret)).status == 401)
            #expect(try await Self.entries(fixture, .token).count == 2)
        }
    }

    @Test func aScenarioIsJudgedByTheAPI() async throws {
        try await Fixture.with { fixture in
            let valid = try await fixture.post("/v1/validate", text: Scenario.starter, type: "application/yaml")
            #expect(
                valid.status == 200 && valid.json["valid"] == true
                    && valid.json["diagnostics"]?.elements?.isEmpty == true
            )
            let wrong = try await fixture.post("/v1/validate", text: "version: 1\nname: x", type: "application/yaml")
            #expect(wrong.status == 200 && wrong.json["valid"] == false)
            #expect(wrong.json["diagnostics"]?.elements?.first?["code"]?.string != nil)
            #expect(try await fixture.post("/v1/validate", text: "x", type: "text/plain").status == 415)
        }
    }
}
