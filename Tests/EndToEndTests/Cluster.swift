import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Statistics
import Testing
import Webhooks

/// What happens to a cluster, and when.
struct ClusterFault: CustomTestStringConvertible, Sendable {
    /// What happens.
    enum Nemesis: String, CaseIterable, Sendable {
        /// A worker is killed.
        case kill
        /// A worker stands still longer than its leases last, and goes on.
        case stop
        /// A worker and the database do not reach each other for longer than its leases last.
        case partition
        /// The clock of a worker jumps by five minutes.
        case clock
        /// The server of the database is stopped or killed, and started again.
        case restart
        /// No worker tells another that there is something new: each looks for itself.
        case silence
    }

    /// When it happens.
    enum Phase: String, CaseIterable, Sendable {
        case queued, create, tracking, end
    }

    var nemesis: Nemesis
    var phase: Phase
    var seed: UInt64

    var testDescription: String { "\(nemesis.rawValue) \(phase.rawValue) \(seed)" }
}

/// Three services on one database, with one sandbox of five slots and one QA monitor.
struct Cluster {
    /// One machine.
    struct Worker {
        var number: Int
        var service: RunningService
        /// The file with the difference of its clock.
        var clock: String
        var home: String
    }

    let server: PostgresServer
    let address: String
    let workspace: Workspace
    let sandbox: RunningSandbox
    let monitor: FakeMonitor
    let balancer: Balancer
    let network: PartedNetwork
    let workers: [Worker]

    static let leaseSeconds = 2
    static let slots = 5

    /// Runs `body` with a cluster.
    ///
    /// - Parameter hasFakeClock: whether the first worker has a clock of its own.
    static func with(
        hasFakeClock: Bool,
        _ body: @escaping @Sendable (Cluster) async throws -> Void
    ) async throws {
        try await PostgresServer.with { server in
            try await Workspace.with { workspace in
                try await FakeMonitor.with { monitor in
                    let flags = ["--max-active", "\(slots)", "--speed", "120"]
                    try await workspace.withSandbox(flags, environment: ServiceRunTests.key) { sandbox in
                        try await Balancer.with { balancer, port in
                            try await PartedNetwork.with(before: server.port) { network, databasePort in
                                try workspace.monitors(monitor.origin)
                                let address = server.address()
                                var workers: [Worker] = []
                                for number in 0..<3 {
                                    let own = number == 0 ? server.address(port: databasePort) : address
                                    let worker = try await started(
                                        number,
                                        own,
                                        workspace,
                                        sandbox,
                                        balancer: port,
                                        hasFakeClock: hasFakeClock && number == 0
                                    )
                                    workers.append(worker)
                                    balancer.put(worker.service.port)
                                }
                                let cluster = Cluster(
                                    server: server,
                                    address: address,
                                    workspace: workspace,
                                    sandbox: sandbox,
                                    monitor: monitor,
                                    balancer: balancer,
                                    network: network,
                                    workers: workers
                                )
                                try await body(cluster)
                                for worker in workers where !worker.service.program.isOver {
                                    let stopped = await worker.service.stop()
                                    #expect(stopped.exitCode == 0, "\(stopped.stderr)")
                                    // Said in case that an expectation was not met.
                                    let lines = stopped.stderr.split(separator: "\n")
                                    let notes = lines.filter { !$0.contains(" info ") }
                                    if !notes.isEmpty { print(notes.joined(separator: "\n")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static func started(
        _ number: Int,
        _ database: String,
        _ workspace: Workspace,
        _ sandbox: RunningSandbox,
        balancer: Int,
        hasFakeClock: Bool
    ) async throws -> Worker {
        let home = "\(workspace.folder)/home\(number)"
        let clock = "\(workspace.folder)/clock\(number)"
        var variables = ServiceRunTests.variables.merging(sandbox.variables) { $1 }
        variables["RINGBACK_HOME"] = home
        variables["RINGBACK_DATABASE_URL"] = database
        variables["RINGBACK_LEASE_SECONDS"] = "\(leaseSeconds)"
        if hasFakeClock {
            try "0".write(toFile: clock, atomically: true, encoding: .utf8)
            variables["LD_PRELOAD"] = try Shim.clock.get()
            variables["CLOCKSHIM_FILE"] = clock
        }
        let flags = [
            "--profile", "sandbox", "--poll-interval", "100ms", "--drain", "300ms", "--workers", "3", "--timeout", "4m",
            "--monitors", "monitors.yaml", "--webhook-url", "http://127.0.0.1:\(balancer)\(Endpoint.webhook)",
        ]
        let service = try await RunningService(workspace, flags, variables)
        return Worker(number: number, service: service, clock: clock, home: home)
    }

    func query(_ sql: String) async throws -> [String] { try await server.query(sql, of: address) }

    /// Waits until something is so.
    func wait(for what: String, limit: Duration = .seconds(120), _ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < end else {
                let rows = try await query("SELECT id, state, intent IS NOT NULL, simulationId FROM runs")
                let leases = try await query("SELECT * FROM leaseTerms")
                var logs = ""
                for worker in workers {
                    worker.service.program.signal(SIGCONT)
                    logs += await worker.service.stop(SIGTERM).stderr
                }
                throw ClusterError(description: "\(what) was not so in time: \(rows) \(leases)\n\(logs)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    struct ClusterError: Error, CustomStringConvertible {
        var description: String
    }

    // MARK: Faults

    /// Waits for the moment of a fault.
    func reach(_ phase: ClusterFault.Phase, _ random: inout SplitMix64) async throws {
        func simulations(_ isSo: @escaping (JSONValue) -> Bool) async throws {
            try await wait(for: "the phase \(phase)") { try await sandbox.simulations().contains(where: isSo) }
        }
        switch phase {
        case .queued: break
        case .create: try await simulations { _ in true }
        case .tracking: try await simulations { $0["callsAttempted"]?.integer ?? 0 >= 3 }
        case .end: try await simulations { $0["state"] == "completed" }
        }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...400, using: &random)))
    }

    /// Lets a fault happen, and returns when it is over.
    func suffer(_ nemesis: ClusterFault.Nemesis, _ random: inout SplitMix64) async throws {
        let victim = workers[Int.random(in: 0..<workers.count, using: &random)]
        let isOdd = Bool.random(using: &random)
        // Longer than a lease, and than the look of the others for what was left.
        let pause = Duration.seconds(Self.leaseSeconds + 2)
        switch nemesis {
        case .kill:
            victim.service.program.signal(SIGKILL)
            balancer.takeOut(victim.service.port)
        case .stop:
            victim.service.program.signal(SIGSTOP)
            balancer.takeOut(victim.service.port)
            try await Task.sleep(for: pause)
            victim.service.program.signal(SIGCONT)
            balancer.put(victim.service.port)
        case .partition:
            network.part()
            try await Task.sleep(for: pause)
            network.join()
        case .clock: try (isOdd ? "300" : "-300").write(toFile: workers[0].clock, atomically: false, encoding: .utf8)
        case .restart:
            if isOdd { await server.stop() } else { await server.kill() }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...1500, using: &random)))
            try await server.start()
        case .silence: break
        }
    }
}
