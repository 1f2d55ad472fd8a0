import ExactJSON
import Foundation
import HTTPExchange
import RingbackTestKit
import Testing

/// Services and commands of the built program that share a database, each with a home of its own, as on many machines.
struct SharedPlace: Sendable {
    let workspace: Workspace
    let server: PostgresServer
    /// The database that they share.
    var address: String

    /// Workers that look often, and end soon.
    static let flags = ["--profile", "sandbox", "--poll-interval", "50ms", "--drain", "300ms"]

    /// Runs `body` with a database without tables, on a server that other tests use too.
    static func with(_ body: @escaping @Sendable (SharedPlace) async throws -> Void) async throws {
        try await Workspace.with { workspace in
            let server = try await PostgresServer.shared()
            try await body(SharedPlace(workspace: workspace, server: server, address: server.freshDatabase()))
        }
    }

    /// Runs `body` with a server of its own.
    static func alone(
        _ settings: [String: String] = [:],
        _ body: @escaping @Sendable (SharedPlace) async throws -> Void
    ) async throws {
        try await Workspace.with { workspace in
            try await PostgresServer.with(settings: settings) { server in
                try await body(SharedPlace(workspace: workspace, server: server, address: server.freshDatabase()))
            }
        }
    }

    /// The variables of a machine.
    func variables(_ machine: String) -> [String: String] {
        ServiceRunTests.variables.merging([
            "RINGBACK_HOME": "\(workspace.folder)/\(machine)", "RINGBACK_DATABASE_URL": address,
        ]) { $1 }
    }

    /// Starts a service on a machine.
    func serve(
        _ machine: String,
        _ flags: [String] = flags,
        _ more: [String: String] = [:]
    ) async throws -> RunningService {
        try await RunningService(workspace, flags, variables(machine).merging(more) { $1 })
    }

    /// Starts services on several machines at once.
    func serve(
        _ machines: [String],
        _ flags: [String] = flags,
        _ more: [String: String] = [:]
    ) async throws -> [RunningService] {
        try await withThrowingTaskGroup(of: (Int, RunningService).self) { group in
            for (index, machine) in machines.enumerated() {
                group.addTask { (index, try await serve(machine, flags, more)) }
            }
            let started = try await group.reduce(into: []) { $0.append($1) }
            return started.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Runs a command on a machine to its end.
    func run(_ machine: String, _ arguments: [String]) async throws -> Program.Finished {
        try await workspace.run(arguments, environment: variables(machine))
    }

    /// What a command on a machine prints as JSON.
    func json(_ machine: String, _ arguments: [String]) async throws -> JSONValue {
        let ended = try await run(machine, arguments + ["--json"])
        try #require(ended.exitCode == 0, "\(arguments): \(ended.stderr)")
        return try JSONReader.read(ended.stdout)
    }

    /// The first value of a query over the shared database.
    func value(_ sql: String) async throws -> String {
        try await server.ask(sql, at: address).first?.first ?? ""
    }

    /// How long something takes.
    static func time(_ body: () async throws -> Void) async rethrows -> Duration {
        let start = ContinuousClock.now
        try await body()
        return start.duration(to: .now)
    }
}

extension RunningSandbox {
    /// The simulations that have not ended.
    func active() async throws -> Int {
        try await simulations().count { ["queued", "running"].contains($0["state"]?.string) }
    }
}

extension RunningService {
    /// The status of a probe or of another request without a token.
    func probe(_ path: String = "/readyz") async throws -> HTTPAnswer { try await HTTPAnswer.to("GET", origin + path) }

    /// Waits until a run is at work on its target.
    func waitUntilRunning(_ id: String) async throws {
        try await eventually(every: .milliseconds(20)) {
            try await get("/v1/runs/\(id)").json["progress"]?["step"] == "running"
        }
    }

    /// The lines that the service has logged from a level on, after it was stopped.
    static func lines(_ ended: Program.Finished, _ words: String...) -> [Substring] {
        ended.stderr.split(separator: "\n").filter { line in words.contains { line.contains($0) } }
    }
}
