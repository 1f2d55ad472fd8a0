import ExactJSON
import Foundation
import PostgreSQL
import RingbackTestKit
import Testing

/// Few connections, and connections that others use too.
@Suite("A shared store with few connections", .timeLimit(.minutes(15)))
struct SharedStoreLoadTests {
    private static let secret = ServiceRunTests.key["RINGBACK_WEBHOOK_SECRET"]

    /// A pooler in transaction mode gives each transaction another session, which other programs had before.
    @Test func aPoolerInTransactionModeWillDo() async throws {
        try await SharedPlace.with { place in
            try await Pooler.with(place.server, connections: 4) { pooler in
                try await place.workspace.withSandbox(["--speed", "20"], environment: ServiceRunTests.key) { sandbox in
                    var pooled = place
                    let name = String(place.address.split(separator: "/").last ?? "")
                    pooled.address = place.server.address(name, port: pooler.port)
                    let bench = ["-h", "127.0.0.1", "-p", "\(pooler.port)", "-U", "ringback"]
                    let prepared = try await Program.finished(of: "pgbench", bench + ["-i", "-q", name])
                    #expect(prepared.exitCode == 0, "\(prepared.stderr)")
                    let services = try await pooled.serve(["a", "b"], SharedPlace.flags, sandbox.variables)
                    let beside = try Program.start(
                        "pgbench",
                        bench + ["-n", "-c", "6", "-R", "100", "-T", "600", name]
                    )
                    defer { beside.signal(SIGTERM) }
                    var ids: [String] = []
                    let text = try place.workspace.scenarioText(calls: 20)
                    for number in 0..<20 { ids.append(try await services[number % 2].submit(text, "?target=cxone")) }
                    for (number, id) in ids.enumerated() {
                        let run = try await services[(number + 1) % 2].end(of: id)
                        #expect(run["state"] == "passed", "\(run["result"]?["ending"] ?? .null) \(run.failed)")
                    }
                    let long = try await services[0].submit(
                        place.workspace.scenarioText(calls: 9000),
                        "?target=cxone"
                    )
                    try await services[1].waitUntilRunning(long)
                    let cancelled = try await SharedPlace.time {
                        #expect(try await services[1].post("/v1/runs/\(long)/cancel").status == 202)
                        try await eventually(every: .milliseconds(20)) { try await sandbox.active() == 0 }
                    }
                    #expect(cancelled < .seconds(2), "\(cancelled)")
                    #expect(!beside.isOver)
                    for service in services {
                        let ended = await service.stop()
                        #expect(ended.exitCode == 0)
                        #expect(RunningService.lines(ended, "error", "lease lost").isEmpty, "\(ended.stderr)")
                    }
                    beside.signal(SIGTERM)
                    _ = await beside.finished()
                    // What is left in the sessions that the pooler keeps.
                    let left = try await Self.settings(of: 4, pooled)
                    let fresh = try await place.server.ask(Self.leftovers, at: place.address)
                    #expect(left.count == 4 && Set(left.map(\.first)).count == 4, "\(left)")
                    for settings in left { #expect(settings.dropFirst() == fresh.first?.dropFirst(), "\(settings)") }
                    // That of a transaction which a process left behind ends with it; that of a session would stay.
                    try await eventually(every: .milliseconds(100)) {
                        try await place.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0"
                    }
                }
            }
        }
    }

    /// The process of a session, and all that a program could leave in it.
    private static let leftovers = """
        SELECT pg_backend_pid()::text, current_setting('statement_timeout'), current_setting('lock_timeout'),
          current_setting('idle_in_transaction_session_timeout'), current_setting('search_path'),
          current_setting('default_transaction_isolation'),
          (SELECT count(*) FROM pg_listening_channels()), (SELECT count(*) FROM pg_prepared_statements)
        """

    /// The leftovers of so many sessions at the same moment.
    private static func settings(of count: Int, _ place: SharedPlace) async throws -> [[String]] {
        guard count > 0 else { return [] }
        return try await place.server.whileOpen("BEGIN", at: place.address) { session in
            let row = try session.run(leftovers).row(0).map { $0.text ?? "\($0.integer ?? 0)" }
            return [row] + (try await settings(of: count - 1, place))
        }
    }

    /// A role with six connections for three services, many runs, and many events.
    @Test func aRoleWithFewConnectionsIsEnough() async throws {
        try await SharedPlace.with { place in
            let role = "few_\(place.address.split(separator: "/").last ?? "")"
            try await place.server.ask("CREATE ROLE \(role) LOGIN CONNECTION LIMIT 6")
            try await place.server.ask("GRANT CREATE ON SCHEMA public TO \(role)", at: place.address)
            var limited = place
            limited.address = place.address.replacing("ringback@", with: "\(role)@")
            let services = try await limited.serve(["a", "b", "c"], SharedPlace.flags + ["--workers", "4"])
            let isOver = Shared(false)
            let watch = Task {
                var most = 0
                while !isOver.withLock({ $0 }) {
                    most = max(most, try await place.server.sessions("usename = '\(role)'"))
                    try? await Task.sleep(for: .milliseconds(20))
                }
                return most
            }
            let text = try place.workspace.scenarioText(calls: 20)
            let start = ContinuousClock.now
            async let statuses = withThrowingTaskGroup(of: [Int].self) { group in
                for sender in 0..<10 {
                    group.addTask {
                        var statuses: [Int] = []
                        for number in 0..<200 {
                            try? await Task.sleep(until: start + .milliseconds(20 * number))
                            let id = "burst-\(sender)_\(number)"
                            let event = ServeTests.event(id, "ringing")
                            let answer = try await services[sender % 3].send(event, id: id, secret: Self.secret)
                            statuses.append(answer.status)
                        }
                        return statuses
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            var ids: [String] = []
            for number in 0..<30 { ids.append(try await services[number % 3].submit(text, "?seed=\(number)")) }
            for (number, id) in ids.enumerated() {
                let run = try await services[number % 3].end(of: id)
                #expect(run["state"] == "passed", "\(run["result"]?["ending"] ?? .null) \(run.failed)")
            }
            let answered = try await statuses
            #expect(answered.count == 2000 && answered.allSatisfy { $0 == 200 }, "\(Set(answered))")
            #expect(try await place.value("SELECT count(*) FROM webhooks WHERE webhookId LIKE 'burst-%'") == "2000")
            for service in services {
                let ended = await service.stop()
                #expect(ended.exitCode == 0)
                #expect(RunningService.lines(ended, "error", "lease lost").isEmpty, "\(ended.stderr)")
            }
            isOver.withLock { $0 = true }
            let most = try await watch.value
            #expect((1...6).contains(most), "\(most)")
        }
    }
}

extension Program {
    /// Starts a program of the system.
    static func start(_ name: String, _ arguments: [String]) throws -> Program {
        try Program("/usr/bin/env", [name] + arguments, environment: ["PATH": "/usr/bin:/bin"], in: "/tmp")
    }

    /// Runs a program of the system to its end.
    static func finished(of name: String, _ arguments: [String]) async throws -> Finished {
        await (try start(name, arguments)).finished()
    }
}
