import ExactJSON
import Foundation
import HTTPService
import RingbackTestKit
import RunStore
import SimulationAPI
import Statistics
import Testing

/// Every event that a service has answered with 200 reaches its monitor, however often the service is killed.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct ForwardingKillTests {
    /// The places at which the first process of a round dies; later processes die at random moments.
    private static let points =
        DeliveryPoint.allCases.map(\.rawValue) + [InboxPoint.afterInsert, .afterCommit].map(\.rawValue)
    private static let kills = 4
    private static let senders = 6
    private static let states: [CallState] = [.dialing, .ringing, .answered, .connected, .completed]
    private static let variables = [
        "RINGBACK_API_TOKEN": "t0ken-canary", "RINGBACK_WEBHOOK_SECRET": ReceivingRun.secret,
    ]

    /// What senders, monitor and test know of each other.
    private struct Round {
        /// Where the service listens at the moment.
        var port: Int?
        /// Whether the senders are to end.
        var isOver = false
        /// The bodies that were sent, by identity.
        var bodies: [String: [UInt8]] = [:]
        /// The identities that were answered with 200, by call, in the order in which they were sent.
        var acknowledged: [String: [String]] = [:]
        /// The identities that the monitor took, by call, in the order in which they came first.
        var taken: [String: [String]] = [:]
    }

    /// Each place once, with a few random moments after it; `RINGBACK_SOAK` is the number of rounds.
    @Test(arguments: Array(1...(Soak.rounds ?? points.count)))
    func whatWasAcknowledgedIsForwarded(_ seed: Int) async throws {
        let round = Shared(Round())
        try await FakeMonitor.with(answer: { await Self.take($0, index: $1, in: round) }) { monitor in
            try await Workspace.with { workspace in
                try workspace.monitors(monitor.origin, "schedule: fast")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for sender in 0..<Self.senders {
                        group.addTask { try await Self.send(from: sender, seed: seed, in: round) }
                    }
                    try await Self.killAgainAndAgain(workspace, seed: seed, in: round)
                    let service = try #require(await RunningService(listening: try Self.start(workspace)))
                    round.withLock { ($0.port, $0.isOver) = (service.port, true) }
                    try await group.waitForAll()
                    try await eventually {
                        try await service.get("/v1/deliveries?state=pending&limit=1").json.elementCount == 0
                    }
                    #expect(try await service.get("/v1/deliveries?state=dead").json.elementCount == 0)
                    #expect(await service.stop().exitCode == 0)
                }
            }
            let ended = round.withLock { $0 }
            #expect(ended.acknowledged.count >= Self.senders)
            for (call, sent) in ended.acknowledged { #expect(ended.taken[call] == sent, "seed \(seed)") }
            #expect(monitor.requests("/qa").allSatisfy { $0.body == ended.bodies[$0.id] })
        }
    }

    private static func start(_ workspace: Workspace, _ more: [String: String] = [:]) throws -> Program {
        try workspace.start(
            ["serve", "--listen", "127.0.0.1:0", "--monitors", "monitors.yaml"],
            environment: variables.merging(more) { $1 }
        )
    }

    /// Runs one process after another on the same home; the first dies at a named place, the others at any moment.
    private static func killAgainAndAgain(_ workspace: Workspace, seed: Int, in round: Shared<Round>) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        for kill in 0..<kills {
            let point = kill == 0 ? points[(seed - 1) % points.count] : nil
            let place = point.map { "\($0):\(Int.random(in: 1...40, using: &random))" }
            let program = try start(workspace, place.map { ["RINGBACK_CRASH_AT": $0] } ?? [:])
            async let listening: Void = announce(program, in: round)
            if place == nil {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...800, using: &random)))
                program.signal(SIGKILL)
            }
            let ended = await program.finished()
            await listening
            #expect(ended.exitCode == -SIGKILL, "seed \(seed), \(place ?? "at random"): \(ended.stderr)")
        }
    }

    /// Gives the senders the port of a process, unless that dies before it listens.
    private static func announce(_ program: Program, in round: Shared<Round>) async {
        guard let service = await RunningService(listening: program) else { return }
        round.withLock { $0.port = service.port }
    }

    /// Sends the events of one call after the other, each until it is answered with 200.
    private static func send(from sender: Int, seed: Int, in round: Shared<Round>) async throws {
        var random = SplitMix64(seed: UInt64(seed * senders + sender))
        var connection: RawConnection?
        for number in 0... {
            if round.withLock(\.isOver) { return }
            let call = "call-\(sender)-\(number)"
            for state in states {
                let id = "msg_\(sender)_\(number)_\(state)"
                let body = event(call, state)
                round.withLock { $0.bodies[id] = body }
                while true {
                    if connection == nil {
                        connection = round.withLock(\.port).flatMap { try? RawConnection(port: $0) }
                    }
                    if let connection {
                        let request = try ReceivingRun.request(id, body: body)
                        if await ReceivingRun.deliver(request, over: connection) == 200 { break }
                    }
                    connection = nil
                    try await Task.sleep(for: .milliseconds(10))
                }
                round.withLock { $0.acknowledged[call, default: []].append(id) }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...40, using: &random)))
            }
        }
    }

    private static func event(_ call: String, _ state: CallState) -> [UInt8] {
        SimulationEvent(
            simulationID: "sim-1",
            callID: call,
            state: state,
            timestamp: WallClock.now,
            outcome: nil,
            durationMs: 5
        ).json.bytes
    }

    /// How the monitor answers a delivery: after a pause, and now and then with a refusal.
    private static func take(
        _ request: FakeMonitor.Request,
        index: Int,
        in round: Shared<Round>
    ) async -> ServiceResponse {
        try? await Task.sleep(for: .milliseconds(index % 8))
        if index % 100 == 50 { return ServiceResponse(status: 500) }
        let call = (try? JSONReader.read(request.body))?["callId"]?.string ?? ""
        round.withLock { round in
            guard round.taken[call]?.contains(request.id) != true else { return }
            round.taken[call, default: []].append(request.id)
        }
        return ServiceResponse(status: 200)
    }
}
