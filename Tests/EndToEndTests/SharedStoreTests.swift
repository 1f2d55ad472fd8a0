import ExactJSON
import Foundation
import HTTPService
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing
import Webhooks

/// Services on several machines share runs, slots, inbox, deliveries and tokens.
@Suite("A store that machines share", .timeLimit(.minutes(15)))
struct SharedStoreTests {
    /// Fifteen workers on three machines, and never more than five simulations, counted where they are.
    @Test func threeServicesShareTheSlots() async throws {
        try await SharedPlace.with { place in
            try await place.workspace.withSandbox(
                ["--max-active", "50", "--speed", "40"],
                environment: ServiceRunTests.key
            ) { sandbox in
                let text = try place.workspace.scenarioText(calls: 20)
                let services = try await place.serve(["a", "b", "c"], SharedPlace.flags, sandbox.variables)
                let isOver = Mutex(false)
                let watch = Task {
                    var most = 0
                    while !isOver.withLock({ $0 }) {
                        most = max(most, try await sandbox.active())
                        try? await Task.sleep(for: .milliseconds(20))
                    }
                    return most
                }
                var ids: [String] = []
                for number in 0..<12 {
                    ids.append(try await services[number % 3].submit(text, "?target=cxone&seed=\(number + 1)"))
                }
                for (number, id) in ids.enumerated() {
                    let run = try await services[(number + 1) % 3].end(of: id)
                    #expect(run["state"] == "passed", "\(run["result"]?["ending"] ?? .null) \(run.failed)")
                }
                isOver.withLock { $0 = true }
                #expect(try await watch.value == 5)
                #expect(try await sandbox.simulations().count == 12)
                #expect(try await place.value("SELECT count(*) FROM slotTickets") == "0")
                let page = try await services[1].answer("GET", "/metrics").text
                #expect(page.contains(/\nringback_store_dead_rows [0-9]+\n/))
                #expect(page.contains(/HELP ringback_store_dead_rows .*take the maximum/))
                for service in services {
                    let ended = await service.stop()
                    #expect(
                        ended.exitCode == 0 && RunningService.lines(ended, "error", "lease").isEmpty,
                        "\(ended.stderr)"
                    )
                }
            }
        }
    }

    /// Another machine removes a run; each machine then removes what it has of it in its own home.
    @Test func foldersOfRemovedRunsGoOnEveryMachine() async throws {
        try await SharedPlace.with { place in
            let scenario = try place.workspace.scenario(calls: 20)
            #expect(try await place.run("a", ["store", "migrate"]).exitCode == 0)
            for _ in 0..<2 {
                let ran = try await place.run("a", ["run", scenario])
                #expect(ran.exitCode == 0, "\(ran.stderr)")
            }
            let runs = "\(place.workspace.folder)/a/runs"
            let ids = try FileManager.default.contentsOfDirectory(atPath: runs).sorted()
            // A folder that is of no run of this store stays, whatever its name is.
            try FileManager.default.createDirectory(atPath: "\(runs)/mine", withIntermediateDirectories: false)
            let pruned = try await place.json("b", ["runs", "prune", "--keep", "1"])
            #expect(pruned["removed"]?.elements?.map(\.string) == [ids[0]] && pruned["folders"] == 0)
            let seen = try await place.json("a", ["runs", "prune", "--keep", "1", "--dry-run"])
            #expect(seen["runs"] == 0 && seen["folders"] == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: runs).count == 3)
            #expect(try await place.json("a", ["runs", "prune", "--keep", "1"])["folders"] == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: runs).sorted() == [ids[1], "mine"])
            // A run that was removed and has been moved into the store again keeps its folder.
            let again = "INSERT INTO prunedRuns(id, prunedAt) VALUES('\(ids[1])', 4102444800000) RETURNING id"
            #expect(try await place.value(again) == ids[1])
            #expect(try await place.json("a", ["runs", "prune", "--keep", "1"])["folders"] == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: runs).count == 2)
        }
    }

    /// A removal that fails in the middle leaves an entry of what it has removed.
    @Test func whatAFailedRemovalHasDoneIsInTheAuditLog() async throws {
        try await SharedPlace.with { place in
            let scenario = try place.workspace.scenario(calls: 20)
            for _ in 0..<3 {
                let ran = try await place.run("a", ["run", scenario])
                #expect(ran.exitCode == 0, "\(ran.stderr)")
            }
            for sql in [
                "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'it stays'; END $$",
                "CREATE TRIGGER keep BEFORE DELETE ON runs FOR EACH ROW WHEN (OLD.rowID = 2) EXECUTE FUNCTION keep()",
            ] { _ = try await place.value(sql) }
            let pruned = try await place.run("b", ["runs", "prune", "--keep", "0"])
            #expect(pruned.exitCode != 0 && pruned.stderr.contains("it stays"), "\(pruned.stderr)")
            #expect(try await place.value("SELECT count(*) FROM runs") == "2")
            let log = try place.workspace.text("\(place.workspace.folder)/b/audit/00000001.jsonl")
            let entry = log.split(separator: "\n").first { $0.contains("\"pruned\"") }
            #expect(entry?.contains("\"runs\":1") == true && entry?.contains("\"failed\"") == true, "\(log)")
            #expect(entry?.contains("it stays") == true, "\(log)")
        }
    }

    /// Somebody at another machine sees a run, follows it, and cancels it; a token counts everywhere.
    @Test func aRunIsFollowedAndCancelledElsewhere() async throws {
        try await SharedPlace.with { place in
            try await place.workspace.withSandbox(["--speed", "1"], environment: ServiceRunTests.key) { sandbox in
                let text = try place.workspace.scenarioText(calls: 2000)
                let a = try await place.serve("a", SharedPlace.flags, sandbox.variables)
                let id = try await a.submit(text, "?target=cxone")
                try await a.waitUntilRunning(id)
                let b = try await place.serve("b", SharedPlace.flags, sandbox.variables)
                #expect(try await b.get("/v1/runs/\(id)").json["state"] == "running")
                let made = try await HTTPAnswer.to(
                    "POST",
                    a.origin + "/v1/tokens",
                    headers: [("Authorization", "Bearer t0ken-canary"), ("Content-Type", "application/json")],
                    body: Array(#"{"name":"ci","role":"operator"}"#.utf8)
                )
                let token = try #require(try JSONReader.read(made.body)["token"]?.string, "\(made.text)")
                let accepted = try await SharedPlace.time {
                    try await eventually(every: .milliseconds(50)) {
                        try await b.get("/v1/runs/\(id)", token: token).status == 200
                    }
                }
                #expect(accepted < .seconds(10))
                let stream = try RawConnection(port: b.port)
                await stream.send(
                    "GET /v1/runs/\(id)/events HTTP/1.1\r\nHost: 127.0.0.1:\(b.port)\r\n"
                        + "Authorization: Bearer \(token)\r\n\r\n"
                )
                #expect(await stream.receive(until: "event: changed").contains("event: changed"))
                let acted = try await SharedPlace.time {
                    #expect(try await b.post("/v1/runs/\(id)/cancel").status == 202)
                    try await eventually(every: .milliseconds(20)) {
                        try await sandbox.simulations().first?["state"] == "cancelled"
                    }
                }
                #expect(acted < .seconds(2), "\(acted)")
                let run = try await b.end(of: id)
                #expect(run["state"] == "cancelled" && run["exitCode"] == 4)
                // A revoked token ends everywhere.
                let revoked = try await b.answer("DELETE", "/v1/tokens/ci")
                #expect(revoked.status == 200 || revoked.status == 204)
                let refused = try await SharedPlace.time {
                    try await eventually(every: .milliseconds(50)) {
                        try await HTTPAnswer.to(
                            "GET",
                            a.origin + "/v1/runs",
                            headers: [("Authorization", "Bearer \(token)")]
                        )
                        .status == 401
                    }
                }
                #expect(refused < .seconds(10))
                for service in [a, b] { _ = await service.stop() }
            }
        }
    }

    /// Machine A made a run, and is off then, with all that it has on its disk.
    @Test func whatAMachineMadeOutlivesIt() async throws {
        try await FakeMonitor.with { monitor in
            try await SharedPlace.with { place in
                try await place.workspace.withSandbox(["--speed", "40"], environment: ServiceRunTests.key) { sandbox in
                    try place.workspace.monitors(monitor.origin)
                    let text = try place.workspace.scenarioText(calls: 20)
                    let flags = SharedPlace.flags + ["--monitors", "monitors.yaml"]
                    let b = try await place.serve("b", flags + ["--workers", "1"], sandbox.variables)
                    // B is busy, so A takes the run; its events come to B.
                    let other = try await b.submit(place.workspace.scenarioText(calls: 2000), "?target=cxone")
                    try await b.waitUntilRunning(other)
                    let a = try await place.serve(
                        "a",
                        flags + ["--webhook-url", b.origin + Endpoint.webhook],
                        sandbox.variables
                    )
                    let id = try await a.submit(text, "?target=cxone&seed=3")
                    let run = try await a.end(of: id)
                    #expect(run["state"] == "passed", "\(run["result"]?["ending"] ?? .null) \(run.failed)")
                    let webhooks = run["result"]?["webhooks"]
                    #expect(webhooks?["lost"] == 0 && webhooks?["duplicates"] == 0, "\(webhooks ?? .null)")
                    var files: [String: HTTPAnswer] = [:]
                    for name in Self.files { files[name] = try await a.answer("GET", "/v1/runs/\(id)/\(name)") }
                    #expect(await a.stop().exitCode == 0)
                    try FileManager.default.removeItem(atPath: "\(place.workspace.folder)/a")
                    for (name, file) in files {
                        let same = try await b.answer("GET", "/v1/runs/\(id)/\(name)")
                        #expect(file.status == 200 && same.status == 200 && same.body == file.body, "\(name)")
                    }
                    #expect(try await b.post("/v1/runs/\(other)/cancel").status == 202)
                    let compared = try await b.end(of: try await b.submit(text, "?target=cxone&seed=3&baseline=\(id)"))
                    #expect(compared["state"] == "passed", "\(compared["result"]?["ending"] ?? .null)")
                    #expect(compared["result"]?["comparison"]?["baseline"]?.string == id)
                    // A command on a third machine.
                    let listed = try await place.json("c", ["runs", "list"])
                    #expect(listed["items"]?.elements?.contains { $0["id"]?.string == id } == true, "\(listed)")
                    #expect(try await place.run("c", ["runs", "show", id]).exitCode == 0)
                    #expect(try await place.json("c", ["slots", "list"])["items"]?.elements?.isEmpty == true)
                    #expect(
                        try await place.json("c", ["inbox", "list", "--run", id, "--limit", "1"]).elementCount == 1
                    )
                    try await eventually(every: .milliseconds(50)) {
                        try await place.json("c", ["deliveries", "list", "--state", "pending"]).elementCount == 0
                    }
                    let delivered = try await place.json(
                        "c",
                        ["deliveries", "list", "--state", "delivered", "--limit", "1"]
                    )
                    let first = try #require(delivered["items"]?.elements?.first?["id"]?.string)
                    let before = monitor.requests("/qa").count
                    let replayed = try await place.run("c", ["deliveries", "replay", first, "--force"])
                    #expect(replayed.exitCode == 0, "\(replayed.stderr)")
                    #expect(monitor.requests("/qa").count == before + 1)
                    _ = await b.stop()
                }
            }
        }
    }

    private static let files = ["report.html", "result.json", "junit.xml", "events.jsonl"]

    /// An event of A's run that comes to B, or to both, counts once.
    @Test func anEventCountsOnceWhereverItComes() async throws {
        try await SharedPlace.with { place in
            try await place.workspace.withSandbox(["--speed", "2"], environment: ServiceRunTests.key) { sandbox in
                let a = try await place.serve("a", SharedPlace.flags, sandbox.variables)
                let id = try await a.submit(place.workspace.scenarioText(calls: 400), "?target=cxone")
                try await a.waitUntilRunning(id)
                let b = try await place.serve("b", SharedPlace.flags, sandbox.variables)
                let simulation = try #require(try await sandbox.simulations().first?["id"]?.string)
                let secret = ServiceRunTests.key["RINGBACK_WEBHOOK_SECRET"]
                for (number, services) in [[b], [a, b], [b, a], [b, b], [a, a, b]].enumerated() {
                    let body =
                        #"{"simulationId":"\#(simulation)","callId":"extra-\#(number)","state":"ringing","timestamp":"2026-01-01T00:00:00.000Z","durationMs":0}"#
                    for service in services {
                        let answer = try await service.send(body, id: "extra-\(number)", secret: secret)
                        try #require(answer.status == 200, "\(answer.text)")
                    }
                }
                // All five are the run's soon, and copies that came to both machines are nobody's second event.
                try await eventually(every: .milliseconds(50)) {
                    try await place.value(
                        """
                        SELECT count(DISTINCT webhookId) FROM webhooks JOIN runs ON runs.rowID = owner
                        WHERE webhookId LIKE 'extra-%' AND runs.id = '\(id)'
                        """
                    ) == "5"
                }
                try await eventually(every: .milliseconds(50)) {
                    try await place.value("SELECT count(*) FROM webhooks WHERE webhookId LIKE 'extra-%'") == "5"
                }
                #expect(try await b.post("/v1/runs/\(id)/cancel").status == 202)
                let result = try await b.end(of: id)["result"]
                let lines = try await b.answer("GET", "/v1/runs/\(id)/events.jsonl").text
                #expect(lines.split(separator: "\n").count { $0.contains("extra-") } == 5, "\(result ?? .null)")
                for service in [a, b] { _ = await service.stop() }
            }
        }
    }

    /// What a sender put into an event that no text of PostgreSQL can hold: the same answer and the same bytes.
    @Test(arguments: [#"a\u0000b"#, #"\ud800"#, #"x\udc00\u0000"#, "\u{10FFFF}", #"\\u0000"#])
    func oddTextsAreAnsweredAndKeptAsOnSQLite(_ call: String) async throws {
        try await SharedPlace.with { place in
            let shared = try await place.serve("a")
            let alone = try await RunningService(place.workspace, SharedPlace.flags, ServiceRunTests.variables)
            let secret = ServiceRunTests.key["RINGBACK_WEBHOOK_SECRET"]
            let body =
                #"{"simulationId":"sim-\#(call)","callId":"\#(call)","state":"completed","timestamp":"2026-01-01T00:00:00.000Z","outcome":"busy","durationMs":9}"#
            var seen: [[String]] = []
            for (service, variables) in [(shared, place.variables("a")), (alone, [:])] {
                let answers = [
                    try await service.send(body, id: "odd", secret: secret),
                    try await service.send(body, id: "odd", secret: secret),
                    try await service.send(body + " ", id: "odd", secret: secret),
                ]
                let listed = try await service.get("/v1/webhooks").json["items"]?.elements ?? []
                let shown = try await place.workspace.run(["inbox", "show", "odd", "--json"], environment: variables)
                let stored = try JSONReader.read(shown.stdout)
                let hidden = ["receivedAt", "headers", "others"]
                let documents = listed + [stored] + (stored["others"]?.elements ?? [])
                seen.append(answers.map { "\($0.status) \($0.text)" } + documents.map { $0.text(without: hidden) })
                _ = await service.stop()
            }
            #expect(seen[0] == seen[1])
            #expect(seen[0].count == 3 + 2 * 2, "\(seen[0])")
        }
    }
}

extension JSONValue {
    /// The document without some members.
    fileprivate func text(without names: [String]) -> String {
        guard case .object(let members) = self else { return text }
        return JSONValue.object(members.filter { !names.contains($0.name) }).text
    }
}
