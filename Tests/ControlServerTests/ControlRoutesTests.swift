import ExactJSON
import HTTPService
import HTTPTypes
import SimulationAPI
import Testing

@testable import ControlServer
@testable import RunStore
@testable import Webhooks

/// What the control API answers.
@Suite(.timeLimit(.minutes(5)))
struct ControlRoutesTests {
    @Test(arguments: [
        "/v1", "/v1/", "/v1/webhooks/", "/v1/webhooks/x", "/v1/deliveries/1/replay/x",
        "//healthz",
    ])
    func unknownPathsAreNotFound(_ path: String) async throws {
        try await Fixture.with { fixture in
            let answer = try await fixture.ask(.get, path)
            #expect(answer.status == 404)
            #expect(answer.json["code"]?.string == "not_found")
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/v1/webhooks", "GET, HEAD"), (.delete, "/v1/deliveries", "GET, HEAD"),
        (.get, "/v1/deliveries/1/replay", "POST"), (.get, "/v1/runs/prune", "POST"),
        (.put, "/v1/deliveries/1", "GET, HEAD"), (.post, "/healthz", "GET, HEAD"),
        (.put, "/readyz", "GET, HEAD"),
    ])
    func otherMethodsAreRefusedWithTheAllowedOne(_ method: HTTPRequest.Method, _ path: String, _ allowed: String)
        async throws
    {
        try await Fixture.with { fixture in
            let answer = try await fixture.ask(method, path)
            #expect(answer.status == 405)
            #expect(answer.headers[.allow] == allowed)
        }
    }

    @Test(arguments: [
        "/v1/webhooks?stat=x", "/v1/webhooks?state=", "/v1/webhooks?state=lost", "/v1/webhooks?limit=0",
        "/v1/webhooks?limit=1001", "/v1/webhooks?limit=1&limit=2", "/v1/webhooks?after=x", "/v1/deliveries?state=gone",
        "/v1/deliveries?after=-1", "/v1/deliveries?limit=1e2",
    ])
    func aQueryIsReadStrictly(_ path: String) async throws {
        try await Fixture.with { fixture in
            let answer = try await fixture.ask(.get, path)
            #expect(answer.status == 400)
            #expect(answer.json["code"]?.string == "invalid_parameter")
        }
    }

    @Test func webhooksAreFiltered() async throws {
        try await Fixture.with { fixture in
            try await fixture.receive("a")
            try await fixture.receive("b", simulation: "sim-2")
            try await fixture.quarantine("c")
            try await fixture.expect(ids: ["c", "b", "a"], .get, "/v1/webhooks")
            try await fixture.expect(ids: ["c"], .get, "/v1/webhooks?state=quarantined")
            try await fixture.expect(ids: ["b", "a"], .get, "/v1/webhooks?state=unknown")
            try await fixture.expect(ids: [], .get, "/v1/webhooks?state=accepted")
            try await fixture.expect(ids: ["a"], .get, "/v1/webhooks?webhookId=a")
            try await fixture.expect(ids: ["b"], .get, "/v1/webhooks?simulationId=sim-2")
            try await fixture.expect(ids: [], .get, "/v1/webhooks?simulationId=sim-2&state=quarantined")
            // From now on, a run of the home has the simulation.
            _ = try await fixture.store.insertRun(
                id: "run-1",
                scenario: "s",
                target: .sandbox,
                origin: "http://127.0.0.1:1",
                startedAt: Timestamp(milliseconds: 5)
            )
            try await fixture.store.setSimulation("sim-2", of: "run-1")
            try await fixture.expect(ids: ["b"], .get, "/v1/webhooks?state=accepted")
        }
    }

    @Test(arguments: [1, 7, 25, 26]) func pagesShowEveryItemOnce(_ limit: Int) async throws {
        try await Fixture.with(monitors: ["qa"]) { fixture in
            for number in 0..<25 { try await fixture.receive("id-\(number)", call: "call-\(number)") }
            let expected = (0..<25).map { "id-\($0)" }
            for (list, order) in [("webhooks", expected.reversed()), ("deliveries", expected)] {
                var seen: [String] = []
                var pages = 0
                var after = ""
                repeat {
                    let page = try await fixture.ask(.get, "/v1/\(list)?limit=\(limit)\(after)").json
                    seen += page.ids
                    pages += 1
                    after = page["next"]?.string.map { "&after=\($0)" } ?? ""
                } while !after.isEmpty
                #expect(seen == Array(order))
                #expect(pages == (25 + limit - 1) / limit)
            }
        }
    }

    @Test(arguments: [1, 2, 5, 6]) func pagesOfRunsShowEachOnceNewestFirst(_ limit: Int) async throws {
        try await Fixture.with { fixture in
            for number in 1...5 {
                _ = try await fixture.store.submit(
                    NewSubmission(
                        id: "run-\(number)",
                        kind: .run,
                        target: .sandbox,
                        scenario: "spring",
                        token: "ci",
                        key: nil,
                        digest: [],
                        request: ["kind": "run"],
                        at: Timestamp(milliseconds: 1000),
                        folder: "/nowhere"
                    )
                )
            }
            var (seen, after): ([String?], String) = ([], "")
            repeat {
                let page = try await fixture.ask(.get, "/v1/runs?limit=\(limit)\(after)").json
                seen += page["items"]?.elements?.map { $0["id"]?.string } ?? []
                after = page["next"]?.string.map { "&after=\($0)" } ?? ""
            } while !after.isEmpty
            #expect(seen == ["run-5", "run-4", "run-3", "run-2", "run-1"])
        }
    }

    @Test func aDeliveryIsReplayedUnlessDeliveredOrDisabled() async throws {
        try await Fixture.with(monitors: ["qa"]) { fixture in
            try await fixture.receive("a")
            let item = try await fixture.ask(.get, "/v1/deliveries").json["items"]?.elements?.first
            let id = try #require(item?["id"]?.string)
            #expect(item?["monitor"]?.string == "qa" && item?["state"]?.string == "pending")
            for strange in ["0", "-1", "99", "x", "1.0"] {
                try await fixture.expect(404, .post, "/v1/deliveries/\(strange)/replay")
            }
            func set(_ state: DeliveryState) throws {
                let delivery = DueDelivery(
                    rowID: Int64(id) ?? 0,
                    callKey: "sim-1\u{1F}call-1",
                    webhookID: "a",
                    body: [],
                    attempts: 5
                )
                var change = DeliveryChange(delivery, of: 1)
                (change.state, change.status, change.error) = (state, 500, "the answer was 500")
                try fixture.store.recordBlocking([change], at: Timestamp(milliseconds: 100))
            }
            try set(.dead)
            try await fixture.expect(ids: ["a"], .get, "/v1/deliveries?state=dead&monitor=qa")
            try await fixture.expect(ids: [], .get, "/v1/deliveries?state=dead&monitor=other")
            let again = try await fixture.ask(.post, "/v1/deliveries/\(id)/replay")
            #expect(again.status == 202)
            #expect(again.json["state"]?.string == "pending" && again.json["attempts"]?.integer == 0)
            #expect(again.json["nextAttemptAt"]?.string != nil, "it is due again")
            try set(.disabled)
            let gone = try await fixture.ask(.post, "/v1/deliveries/\(id)/replay")
            #expect(gone.status == 409 && gone.json["code"]?.string == "monitor_disabled")
            try await fixture.service.replay(Int64(id) ?? 0)
            try set(.delivered)
            let refused = try await fixture.ask(.post, "/v1/deliveries/\(id)/replay")
            #expect(refused.status == 409 && refused.json["code"]?.string == "already_delivered")
            try await fixture.expect(400, .post, "/v1/deliveries/\(id)/replay?force=yes")
            try await fixture.expect(202, .post, "/v1/deliveries/\(id)/replay?force=true")
        }
    }

    @Test func aStoppingServiceIsAliveButNotReady() async throws {
        try await Fixture.with { fixture in
            #expect(try await fixture.ask(.get, "/readyz").json["status"]?.string == "ready")
            fixture.service.drain()
            let answer = try await fixture.ask(.get, "/readyz")
            #expect(answer.status == 503 && answer.json["detail"]?.string == "the service is stopping")
            try await fixture.expect(200, .get, "/healthz")
        }
    }

    @Test func readinessTellsWhatCameIfItIsAsked() async throws {
        try await Fixture.with { fixture in
            for (id, call) in [("1", "a"), ("1", "a"), ("2", "b")] { try await fixture.receive(id, call: call) }
            try await fixture.quarantine("3")
            try await fixture.receive("1", call: "c")
            let empty = ServiceRequest(.post, Endpoint.webhook, headers: [.contentType: "text/plain"])
            #expect(await fixture.receiver.respond(to: empty).status == 415)
            let expected: JSONValue = [
                "unsignedAccepted": true, "received": 3, "stored": 2, "duplicates": 1, "quarantined": 2,
                "identityReused": 1, "refused": ["unsupported_media_type": 1],
            ]
            #expect(try await fixture.ask(.get, "/readyz").json["webhooks"] == nil)
            #expect(try await fixture.ask(.get, "/readyz?verbose").json["webhooks"] == expected)
            fixture.service.drain()
            let answer = try await fixture.ask(.get, "/readyz?verbose")
            #expect(answer.status == 503 && answer.json["code"] == "not_ready" && answer.json["webhooks"] == expected)
        }
    }

    @Test func nothingIsCached() async throws {
        try await Fixture.with { fixture in
            for path in ["/healthz", "/v1/webhooks", "/nothing"] {
                let answer = try await fixture.ask(.get, path)
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            }
        }
    }
}
