import AuditLog
import ExactJSON
import HTTPTypes
import ScenarioFile
import SimulationAPI
import Testing

@testable import ControlServer
@testable import RunStore

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

    @Test func aDeliveryIsShownAttemptByAttempt() async throws {
        try await Fixture.with(monitors: ["qa"]) { fixture in
            for id in ["msg-1", "msg-2", "msg-3"] { try await fixture.receive(id, call: id) }
            func record(_ rowID: Int64, _ count: Int, _ attempts: [(number: Int, status: Int?, error: String?)]) throws
            {
                let due = DueDelivery(rowID: rowID, callKey: "", webhookID: "", body: [])
                for (place, made) in attempts.enumerated() {
                    var change = DeliveryChange(due, of: 1)
                    (change.attempts, change.status, change.error) = (count, made.status, made.error)
                    change.attempt = DeliveryAttempt(
                        number: made.number,
                        sentAt: Timestamp(milliseconds: 1_000_000 * Int64(place + 1)),
                        milliseconds: 1250,
                        status: made.status,
                        error: made.error
                    )
                    try fixture.store.recordBlocking([change], at: Timestamp(milliseconds: 1))
                }
            }
            try record(1, 2, [(1, nil, "no answer <b>"), (2, 503, "HTTP 503")])
            try record(2, 5, [(1, 500, "HTTP 500"), (1, 500, "HTTP 500"), (5, 500, "HTTP 500")])
            let first = try await DashboardTests.page(fixture, "/deliveries/1").html
            #expect(first.contains("no answer &lt;b&gt;") && first.contains("HTTP 503") && first.contains("1.3 s"))
            #expect(first.contains("1970-01-01 00:16:40 UTC") && !first.contains("not listed"))
            let second = try await DashboardTests.page(fixture, "/deliveries/2").html
            #expect(second.contains("3 counted attempts are not listed."))
            #expect(try await DashboardTests.page(fixture, "/deliveries/3").html.contains("Nothing has been sent yet."))
            let answer = try await fixture.ask(.get, "/v1/deliveries/1")
            #expect(answer.status == 200 && answer.json["attempts"]?.integer == 2)
            #expect(answer.json["history"]?.elements?.map { $0["error"]?.string } == ["no answer <b>", "HTTP 503"])
            for strange in ["9", "0", "-1", "x", "%00"] {
                try await fixture.expect(404, .get, "/v1/deliveries/\(strange)")
            }
        }
    }

    @Test func aFormReadsQuarantineAgain() async throws {
        try await Fixture.with { fixture in
            try await fixture.quarantine("msg-1")
            try await fixture.receive("msg-2")
            let viewer = try #require(try await fixture.tokens([.viewer]).first).1
            let entry = "/inbox/entry?id=msg-1"
            #expect(try await DashboardTests.page(fixture, entry).html.contains("Read it again"))
            #expect(!(try await DashboardTests.page(fixture, "/inbox/entry?id=msg-2").html.contains("Read it again")))
            #expect(!(try await DashboardTests.page(fixture, entry, token: viewer).html.contains("Read it again")))
            #expect(try await DashboardTests.page(fixture, "/inbox").html.contains("Read all of the quarantine again"))
            let form = [(name: "webhookId", value: "msg-1"), (name: "next", value: entry)]
            #expect(try await DashboardTests.post(fixture, "/inbox/replay", form, token: viewer).status == 403)
            let answer = try await DashboardTests.post(fixture, "/inbox/replay", form)
            #expect(answer.status == 303 && answer.location == entry)
            #expect(try await Self.entries(fixture, .replay).count == 1)
            let replay = try await fixture.ask(.post, "/v1/inbox/replay")
            #expect(replay.status == 200 && replay.json["accepted"]?.elements?.isEmpty == true)
            #expect(replay.json["refused"]?.elements?.first?["webhookId"]?.string == "msg-1")
        }
    }

    @Test func aFormRemovesOldRuns() async throws {
        try await Fixture.with { fixture in
            try await fixture.endedRuns(3, ago: 172_800_000)
            let operators = try #require(try await fixture.tokens([.operator]).first).1
            #expect(try await DashboardTests.page(fixture, "/runs").html.contains("Remove old runs"))
            #expect(
                !(try await DashboardTests.page(fixture, "/runs", token: operators).html.contains("Remove old runs"))
            )
            #expect(try await DashboardTests.page(fixture, "/runs/prune", token: operators).status == 403)
            let young = try await DashboardTests.page(fixture, "/runs/prune?olderThan=3d").html
            #expect(young.contains("No run ended longer ago than 3d.") && !young.contains("Remove them"))
            let wrong = try await DashboardTests.page(fixture, "/runs/prune?olderThan=%3Cb%3E")
            #expect(wrong.status == 400 && wrong.html.contains("&lt;b&gt; cannot be read as an age"))
            let old = try await DashboardTests.page(fixture, "/runs/prune?olderThan=1d")
            #expect(old.html.contains("Remove 3 runs that ended longer ago than 1d"), "\(old.html)")
            #expect(try await fixture.store.runPage(RunPageQuery()).items.count == 3)
            let form = [(name: "olderThan", value: "1d")]
            #expect(try await DashboardTests.post(fixture, "/runs/prune", form, token: operators).status == 403)
            let answer = try await DashboardTests.post(fixture, "/runs/prune", form)
            #expect(answer.status == 303 && answer.location == "/runs")
            #expect(try await fixture.store.runPage(RunPageQuery()).items.isEmpty)
            #expect(try await Self.entries(fixture, .pruned).first?.actor == Caller.owner.name)
            let unread = try await DashboardTests.post(fixture, "/runs/prune", [(name: "olderThan", value: "old")])
            #expect(unread.status == 400)
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
