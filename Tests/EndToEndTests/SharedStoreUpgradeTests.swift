import ExactJSON
import Foundation
import PostgreSQL
import RingbackTestKit
import Testing

/// Programs of several versions with one database, and changes of its tables.
@Suite("Upgrades of a shared store", .timeLimit(.minutes(15)))
struct SharedStoreUpgradeTests {
    /// A newer program has added something that this one can live with.
    @Test func anOlderProgramGoesOnAfterAnAdditiveChange() async throws {
        try await SharedPlace.with { place in
            let text = try place.workspace.scenarioText(calls: 20)
            let service = try await place.serve("a")
            _ = try await service.end(of: try await service.submit(text))
            try await place.server.ask("UPDATE ringbackSchema SET version = 3", at: place.address)
            try await place.server.ask("ALTER TABLE runs ADD COLUMN colour text DEFAULT 'red'", at: place.address)
            #expect(try await service.end(of: try await service.submit(text))["state"] == "passed")
            #expect(await service.stop().exitCode == 0)
            let again = try await place.serve("a")
            #expect(try await again.end(of: try await again.submit(text))["state"] == "passed")
            #expect(try await again.probe().status == 200)
            #expect(try await place.run("b", ["runs", "list"]).exitCode == 0)
            #expect(await again.stop().exitCode == 0)
            #expect(try await place.value("SELECT version || ' ' || oldest FROM ringbackSchema") == "3 1")
        }
    }

    /// A newer program has changed what this one needs: it ends what it holds, takes nothing, and says why.
    @Test func anOlderProgramEndsItsRunsAfterAnIncompatibleChange() async throws {
        try await SharedPlace.with { place in
            try await place.workspace.withSandbox(["--speed", "30"], environment: ServiceRunTests.key) { sandbox in
                let service = try await place.serve("a", SharedPlace.flags + ["--workers", "1"], sandbox.variables)
                let text = try place.workspace.scenarioText(calls: 60)
                let held = try await service.submit(text, "?target=cxone")
                try await service.waitUntilRunning(held)
                let waiting = try await service.submit(text, "?target=cxone")
                try await place.server.ask("UPDATE ringbackSchema SET version = 4, oldest = 4", at: place.address)
                let ended = try await service.end(of: held)
                #expect(ended["state"] == "passed", "\(ended["result"]?["ending"] ?? .null) \(ended.failed)")
                var answer = try await service.probe()
                try await eventually(every: .milliseconds(100)) {
                    answer = try await service.probe()
                    return answer.status == 503
                }
                for word in ["version 4", "version 3"] { #expect(answer.text.contains(word), "\(answer.text)") }
                // Nothing is written any more, by probes or by requests.
                try await eventually(every: .milliseconds(50)) {
                    try await place.value("SELECT count(*) FROM leases") == "0"
                }
                let before = try await place.value(Self.written)
                for path in ["/readyz", "/healthz", "/readyz?verbose"] { _ = try await service.probe(path) }
                let refused = try await service.post(text, "/v1/runs")
                #expect(refused.status == 503, "\(refused.status) \(refused.text)")
                let started = try await place.run("b", ["serve", "--listen", "127.0.0.1:0"])
                #expect(started.exitCode == 2 && started.stdout.isEmpty, "\(started.stdout)")
                #expect(started.stderr.split(separator: "\n").count == 1, "\(started.stderr)")
                for word in ["version 4", "version 3"] { #expect(started.stderr.contains(word), "\(started.stderr)") }
                // A script that brings tables up to date before it replaces services ends there.
                let migrated = try await place.run("b", ["store", "migrate"])
                #expect(migrated.exitCode == 2 && migrated.stderr.contains("version 4"), "\(migrated.stderr)")
                #expect(try await service.get("/v1/runs/\(waiting)").json["state"] == "queued")
                #expect(await service.stop().exitCode == 0)
                let after = try await place.value(Self.written)
                #expect(after == before)
                #expect(try await sandbox.simulations().count == 1)
                // Its successor goes on.
                try await place.server.ask("UPDATE ringbackSchema SET version = 3, oldest = 1", at: place.address)
                let next = try await place.serve("c", SharedPlace.flags, sandbox.variables)
                #expect(try await next.end(of: waiting)["state"] == "passed")
                _ = await next.stop()
            }
        }
    }

    /// What is in the tables, row by row, with the transactions that have written them.
    private static let written = """
        SELECT string_agg(line, ' ') FROM (
          SELECT 'runs' || id || xmin::text AS line FROM runs UNION ALL
          SELECT 'webhooks' || rowID || xmin::text FROM webhooks UNION ALL
          SELECT 'leases' || id || xmin::text FROM leases UNION ALL
          SELECT 'schema' || version || xmin::text FROM ringbackSchema UNION ALL
          SELECT 'submissions' || run || xmin::text FROM submissions ORDER BY 1) AS lines
        """

    /// Somebody holds the lock under which tables are made: they are named, and with them the time since when.
    @Test func aLockThatIsHeldIsNamed() async throws {
        try await SharedPlace.with { place in
            let sql = "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('public tables', 0))"
            // The same lock in another database of the server is somebody else's.
            let other = try PostgresSession(to: await place.server.freshDatabase())
            try other.run(script: sql)
            defer { try? other.run(script: "ROLLBACK") }
            try await place.server.whileOpen(sql, at: place.address) { session in
                let started = try await place.workspace.run(
                    ["serve", "--listen", "127.0.0.1:0"],
                    environment: place.variables("a").merging(["RINGBACK_SCHEMA_LOCK_SECONDS": "2"]) { $1 }
                )
                #expect(started.exitCode == 3 && started.stdout.isEmpty, "\(started.stderr)")
                #expect(started.stderr.split(separator: "\n").count == 1, "\(started.stderr)")
                let process = session.ask { $0.serverProcess }
                #expect(started.stderr.contains("process \(process) "), "\(started.stderr)")
                #expect(started.stderr.contains(/since [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/), "\(started.stderr)")
            }
            #expect(try await place.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0")
            let service = try await place.serve("a")
            #expect(await service.stop().exitCode == 0)
        }
    }
}
