import ExactJSON
import Foundation
import HTTPService
import RingbackTestKit
import SimulationAPI
import Testing
import Webhooks

/// What happens to the database, or to the ways to it, and what services make of it.
@Suite("A shared store that fails for a while", .timeLimit(.minutes(15)))
struct SharedStoreOutageTests {
    private static let secret = ServiceRunTests.key["RINGBACK_WEBHOOK_SECRET"]

    /// All sessions are ended while nothing goes on: what comes next is as fast as ever.
    @Test func endedSessionsAreReplaced() async throws {
        try await SharedPlace.with { place in
            try await place.workspace.withSandbox(["--speed", "1"], environment: ServiceRunTests.key) { sandbox in
                let service = try await place.serve("a", SharedPlace.flags, sandbox.variables)
                try await eventually(every: .milliseconds(20)) { try await service.probe().status == 200 }
                let name = place.address.split(separator: "/").last ?? ""
                let ended = try await place.server.ask(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'"
                )
                #expect(ended.count > 0)
                let text = try place.workspace.scenarioText(calls: 2000)
                var id = ""
                let started = try await SharedPlace.time {
                    id = try await service.submit(text, "?target=cxone")
                    try await eventually(every: .milliseconds(20)) { try await sandbox.active() == 1 }
                }
                #expect(started < .seconds(2), "\(started)")
                try await place.server.ask(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'"
                )
                let cancelled = try await SharedPlace.time {
                    #expect(try await service.post("/v1/runs/\(id)/cancel").status == 202)
                    try await eventually(every: .milliseconds(20)) { try await sandbox.active() == 0 }
                }
                #expect(cancelled < .seconds(2), "\(cancelled)")
                #expect(try await service.end(of: id)["state"] == "cancelled")
                #expect(await service.stop().exitCode == 0)
            }
        }
    }

    /// The server takes no writes, as a standby after a failover, and then takes them again.
    @Test func aServerThatIsReadOnlyForAWhileIsWaitedFor() async throws {
        try await SharedPlace.alone { place in
            try await place.workspace.withSandbox(["--speed", "20"], environment: ServiceRunTests.key) { sandbox in
                let service = try await place.serve("a", SharedPlace.flags, sandbox.variables)
                let id = try await service.submit(place.workspace.scenarioText(calls: 9000), "?target=cxone")
                try await service.waitUntilRunning(id)
                try await place.server.set("default_transaction_read_only", "on")
                let noticed = try await SharedPlace.time {
                    try await eventually(every: .milliseconds(100)) { try await service.probe().status == 503 }
                }
                // Ten seconds without a write, and the look that comes next.
                #expect(noticed < .seconds(11), "\(noticed)")
                #expect(try await service.probe("/healthz").status == 200)
                let event = ServeTests.event("call-1", "ringing")
                let refused = try await service.send(event, id: "msg_1", secret: Self.secret)
                #expect(refused.status == 503 && refused.headers["retry-after"] != nil, "\(refused.text)")
                // As long as a failover takes, which is longer than a lease, or as little as shows the same.
                if Soak.rounds != nil { try await Task.sleep(for: .seconds(30)) }
                #expect(try await sandbox.active() == 1)
                try await place.server.set("default_transaction_read_only", "off")
                let back = try await SharedPlace.time {
                    try await eventually(every: .milliseconds(100)) { try await service.probe().status == 200 }
                    try await eventually(every: .milliseconds(100)) {
                        try await service.send(event, id: "msg_1", secret: Self.secret).status == 200
                    }
                    try await eventually(every: .milliseconds(100)) {
                        try await service.post("/v1/runs/\(id)/cancel").status == 202
                    }
                    #expect(try await service.end(of: id)["state"] == "cancelled")
                }
                #expect(back < .seconds(15), "\(back)")
                let next = try await service.submit(place.workspace.scenarioText(calls: 20), "?target=cxone")
                #expect(try await service.end(of: next)["state"] == "passed")
                #expect(try await sandbox.simulations().count == 2)
                let ended = await service.stop()
                #expect(ended.exitCode == 0 && RunningService.lines(ended, "lease lost").isEmpty, "\(ended.stderr)")
            }
        }
    }

    /// Stopping ends also while the database is away: what goes on is left, and waits for no database.
    @Test func aServiceStopsWithoutItsDatabase() async throws {
        try await SharedPlace.alone { place in
            try await place.workspace.withSandbox(["--speed", "1"], environment: ServiceRunTests.key) { sandbox in
                let service = try await place.serve("a", SharedPlace.flags, sandbox.variables)
                let text = try place.workspace.scenarioText(calls: 2000)
                let id = try await service.submit(text, "?target=cxone")
                try await service.waitUntilRunning(id)
                await place.server.stop()
                // By then the worker waits for it too.
                try await eventually(every: .milliseconds(50)) { try await service.probe().status == 503 }
                try await Self.stopLeaving(service)
                try await place.server.start()
                let next = try await place.serve("b", SharedPlace.flags, sandbox.variables)
                try await eventually(every: .milliseconds(50)) {
                    let step = try await next.get("/v1/runs/\(id)").json["progress"]?["step"]
                    let active = try await sandbox.active()
                    return step == "running" && active == 1
                }
                #expect(try await next.post("/v1/runs/\(id)/cancel").status == 202)
                #expect(try await next.end(of: id)["state"] == "cancelled")
                #expect(try await sandbox.simulations().count == 1)
                #expect(await next.stop().exitCode == 0)
            }
        }
    }

    /// A server that is away is named while it is waited for.
    @Test(
        arguments: [
            ["runs", "list"], ["token", "create", "--name", "ci", "--role", "viewer"], ["store", "migrate"],
            ["serve", "--listen", "127.0.0.1:0"],
        ]
    )
    func aCommandSaysWhatItWaitsFor(_ command: [String]) async throws {
        try await Workspace.with { workspace in
            let address = "postgresql://u:s3cret@127.0.0.1:1/d"
            let program = try workspace.start(command, environment: ["RINGBACK_DATABASE_URL": address])
            let line = await program.errorLine { $0.contains("waiting for the database") }
            #expect(line?.contains("Connection refused") == true && line?.contains("s3cret") == false, "\(line ?? "")")
            program.signal(SIGTERM)
            _ = await program.finished()
        }
    }

    @Test func aRunWhoseEndCannotBeStoredIsLeft() async throws {
        try await SharedPlace.with { place in
            try await place.workspace.withSandbox(environment: ServiceRunTests.key) { sandbox in
                let service = try await place.serve("a", SharedPlace.flags, sandbox.variables)
                try await Self.refuseEnds(place)
                let id = try await service.submit(try place.workspace.scenarioText(calls: 20), "?target=cxone")
                try await Self.waitForARefusal(place)
                try await Self.stopLeaving(service)
                _ = try await place.value("DROP TRIGGER refuse ON runs")
                let next = try await place.serve("b", SharedPlace.flags, sandbox.variables)
                #expect(try await next.end(of: id)["state"] == "passed")
                #expect(try await sandbox.simulations().count == 1)
                #expect(await next.stop().exitCode == 0)
            }
        }
    }

    /// The lease lapses while a run's end is to be stored, and nobody else can take the run over: it ends where it is.
    @Test func aRunIsNotLeftForALeaseThatOnlyLapsed() async throws {
        try await SharedPlace.alone { place in
            try await place.workspace.withSandbox(environment: ServiceRunTests.key) { sandbox in
                let lease = ["RINGBACK_LEASE_SECONDS": "6"]
                let service = try await place.serve("a", SharedPlace.flags, sandbox.variables.merging(lease) { $1 })
                try await Self.refuseEnds(place)
                let id = try await service.submit(try place.workspace.scenarioText(calls: 20), "?target=cxone")
                try await Self.waitForARefusal(place)
                await place.server.stop()
                // Longer than the lease, and than a run that is left to others would wait.
                try await Task.sleep(for: .seconds(14))
                try await place.server.start()
                _ = try await place.value("DROP TRIGGER refuse ON runs")
                #expect(try await service.end(of: id)["state"] == "passed")
                let ended = await service.stop()
                #expect(RunningService.lines(ended, "run left", "taken over").isEmpty, "\(ended.stderr)")
            }
        }
    }

    /// A run that is interrupted while its database is away is judged by what its monitors have all the same.
    @Test func aRequiredMonitorCountsAfterAnOutage() async throws {
        try await FakeMonitor.with(answer: { _, _ in ServiceResponse(status: 503) }) { monitor in
            try await SharedPlace.alone { place in
                try await place.workspace.withSandbox(environment: ServiceRunTests.key) { sandbox in
                    let address = "url: \"\(monitor.origin)/qa\", allow: [127.0.0.1]"
                    let monitors = "monitors: [{name: qa, \(address), required: true}]"
                    let path = try place.workspace.scenario(calls: 20, extra: monitors)
                    let run = try place.workspace.start(
                        ["run", path, "--target", "cxone", "--webhook-listen", "127.0.0.1:0"]
                            + ["--profile", "sandbox", "--poll-interval", "50ms", "--drain", "300ms", "--out", "out"],
                        environment: place.variables("a").merging(sandbox.variables) { $1 }
                    )
                    await monitor.wait(for: 1, at: "/qa")
                    try await eventually(every: .milliseconds(50)) { try await sandbox.active() == 0 }
                    let log = "\(place.workspace.folder)/a/audit"
                    try await eventually(every: .milliseconds(50)) { try Self.text(of: log).contains("\"aggregated\"") }
                    await place.server.stop()
                    run.signal(SIGINT)
                    // The look at what is pending is cancelled meanwhile.
                    try await Task.sleep(for: .seconds(2))
                    try await place.server.start()
                    let ended = await run.finished()
                    #expect(ended.exitCode == 1, "\(ended.stderr)\(ended.stdout)")
                    let result = try JSONReader.read(try place.workspace.text("out/result.json"))
                    let totals = try #require(result["monitors"]?.elements?.first)
                    #expect((totals["pending"]?.integer ?? 0) + (totals["dead"]?.integer ?? 0) > 0, "\(totals)")
                }
            }
        }
    }

    /// What the files of a folder say.
    private static func text(of folder: String) throws -> String {
        try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
            String(decoding: FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data(), as: UTF8.self)
        }.joined()
    }

    /// Lets the database refuse the end of each run, as one that is being shut down does.
    private static func refuseEnds(_ place: SharedPlace) async throws {
        for sql in [
            // A sequence counts tries that are rolled back, too.
            "CREATE SEQUENCE refusals",
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              PERFORM nextval('refusals'); RAISE 'not now' USING ERRCODE = '57P01'; END $$
            """,
            """
            CREATE TRIGGER refuse BEFORE UPDATE ON runs FOR EACH ROW WHEN (NEW.finishedAt IS NOT NULL)
              EXECUTE FUNCTION refuse()
            """,
        ] { _ = try await place.value(sql) }
    }

    private static func waitForARefusal(_ place: SharedPlace) async throws {
        try await eventually(every: .milliseconds(50)) {
            try await place.value("SELECT count(*) FROM refusals WHERE is_called") == "1"
        }
    }

    /// Stops a service that cannot store what its worker does: it leaves its run to others, and soon.
    private static func stopLeaving(_ service: RunningService) async throws {
        let stopped = await SharedPlace.time {
            let ended = await service.stop()
            #expect(ended.exitCode == 0 && RunningService.lines(ended, "run failed").isEmpty, "\(ended.stderr)")
            #expect(RunningService.lines(ended, "run left for the next service").count == 1, "\(ended.stderr)")
        }
        // A worker that goes on waits for five minutes.
        #expect(stopped < .seconds(60), "\(stopped)")
    }

    /// Eight services start at once where nothing is.
    @Test func oneOfManyMakesTheTables() async throws {
        for _ in 0..<(Soak.rounds.map { min($0, 20) } ?? 5) {
            try await SharedPlace.with { place in
                let services = try await place.serve((1...8).map { "machine\($0)" })
                for service in services {
                    try await eventually(every: .milliseconds(50)) { try await service.probe().status == 200 }
                }
                let tables = try await place.value(
                    "SELECT count(*) FROM pg_class WHERE relname = 'ringbackschema'"
                )
                #expect(tables == "1")
                #expect(try await place.value("SELECT count(*) FROM ringbackSchema") == "1")
                for service in services {
                    let ended = await service.stop()
                    #expect(ended.exitCode == 0)
                    #expect(RunningService.lines(ended, "error", "warning", "ERROR").isEmpty, "\(ended.stderr)")
                }
            }
        }
    }

    /// Two installations in one database, each in a schema of its own.
    @Test func schemasOfOneDatabaseAreInstallationsOfTheirOwn() async throws {
        try await SharedPlace.with { place in
            for schema in ["a", "b"] { try await place.server.ask("CREATE SCHEMA \(schema)", at: place.address) }
            var (first, second) = (place, place)
            first.address += "?options=-csearch_path%3Da"
            second.address += "?options=-csearch_path%3Db,a"
            let a = try await first.serve("a")
            let b = try await second.serve("b")
            let text = try place.workspace.scenarioText(calls: 20)
            let id = try await a.submit(text)
            #expect(try await a.end(of: id)["state"] == "passed")
            #expect(try await b.get("/v1/runs").json.elementCount == 0)
            #expect(try await b.get("/v1/runs/\(id)").status == 404)
            let other = try await b.submit(text)
            #expect(try await b.end(of: other)["state"] == "passed")
            #expect(try await a.get("/v1/runs").json.elementCount == 1)
            for schema in ["a", "b"] { #expect(try await place.value("SELECT count(*) FROM \(schema).runs") == "1") }
            #expect(try await place.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0")
            for service in [a, b] { #expect(await service.stop().exitCode == 0) }
        }
    }
}
