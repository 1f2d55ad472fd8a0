import ExactJSON
import Foundation
import GRDB
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing
import Webhooks

/// A run of the built program whose simulation never ends, so that its receiver keeps listening.
struct ReceivingRun: Sendable {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let program: Program
    /// The receiver's URL.
    let url: String

    /// The receiver's port.
    var port: Int { URL(string: url)?.port ?? 0 }

    /// Starts a run in a workspace's home, and kills it when `body` has ended.
    static func with(
        _ workspace: Workspace,
        environment: [String: String] = [:],
        measuresMemory: Bool = false,
        body: (ReceivingRun) async throws -> Void
    ) async throws {
        try await FakeAPI.with(FakeScript { $0.status = [.state("running")] }) { api in
            try workspace.scenario(calls: 1000)
            var variables = Workspace.credentials(api.origin)
            variables["RINGBACK_WEBHOOK_SECRET"] = secret
            variables["RINGBACK_HOME"] = workspace.home
            let program = try Program(
                Program.ringback,
                ["run", "scenario.yaml", "--target", "cxone", "--webhook-listen", "127.0.0.1:0", "--timeout", "10m"],
                environment: variables.merging(environment) { $1 },
                in: workspace.folder,
                limit: .seconds(250),
                measuresMemory: measuresMemory
            )
            do {
                try await eventually { !api.requests(.status).isEmpty || program.isOver }
                let url = try #require(api.payload?.webhookURL)
                try await body(ReceivingRun(program: program, url: url))
            } catch {
                program.signal(SIGKILL)
                _ = await program.finished()
                throw error
            }
            program.signal(SIGKILL)
            _ = await program.finished()
        }
    }

    /// The request of an event or of another body, with a valid signature.
    func request(
        _ id: String,
        call: Int = 1,
        simulation: String = FakeAPI.simulationID,
        body: [UInt8]? = nil
    ) throws -> String {
        let event = SimulationEvent(
            simulationID: simulation,
            callID: "call-\(call)",
            state: .ringing,
            timestamp: WallClock.now,
            outcome: nil,
            durationMs: 5
        )
        return try Self.request(id, body: body ?? event.json.bytes)
    }

    /// The request of a body, with a valid signature.
    static func request(_ id: String, body: [UInt8]) throws -> String {
        let seconds = WallClock.now.milliseconds / 1000
        let signature = try WebhookSecret(secret).signature(id: id, timestamp: seconds, body: body)
        return "POST \(Endpoint.webhook) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + "webhook-id: \(id)\r\nwebhook-timestamp: \(seconds)\r\nwebhook-signature: \(signature)\r\n"
            + "Content-Length: \(body.count)\r\n\r\n" + String(decoding: body, as: UTF8.self)
    }

    /// Sends an event over a connection and returns the status; nil if the connection ended without an answer.
    func deliver(_ id: String, call: Int = 1, over connection: RawConnection) async throws -> Int? {
        await Self.deliver(try request(id, call: call), over: connection)
    }

    /// Sends a request over a connection and returns the status; nil if the connection ended without an answer.
    static func deliver(_ request: String, over connection: RawConnection) async -> Int? {
        guard await connection.send(request) else { return nil }
        let answer = await connection.receive(until: "}")
        return answer.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}

extension Workspace {
    /// The webhook-ids in the home's database, and the result of its integrity check.
    func storedWebhooks() throws -> (ids: [String], integrity: String?) {
        let queue = try DatabaseQueue(path: "\(home)/ringback.sqlite")
        defer { try? queue.close() }
        return try queue.read { database in
            let ids = try String.fetchAll(database, sql: "SELECT webhookId FROM webhooks")
            return (ids, try String.fetchOne(database, sql: "PRAGMA integrity_check"))
        }
    }
}

/// The number of rounds of long loops, if `RINGBACK_SOAK` sets it.
enum Soak {
    static let rounds = ProcessInfo.processInfo.environment["RINGBACK_SOAK"].flatMap { Int($0) }
}
