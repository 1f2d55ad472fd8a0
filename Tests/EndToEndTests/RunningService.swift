import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Testing
import Webhooks

/// A service of the built program.
struct RunningService {
    let program: Program
    let origin: String

    /// Starts a service on a port of the system's choosing.
    init(_ workspace: Workspace, _ flags: [String], _ variables: [String: String]) async throws {
        let arguments = ["serve", "--listen", "127.0.0.1:0"] + flags
        let program = try workspace.start(arguments, environment: variables, limit: .seconds(600))
        self = try #require(await RunningService(listening: program))
    }

    /// Waits until a program listens; nil if it ends before.
    init?(listening program: Program) async {
        guard let line = await program.line({ $0.hasPrefix("listening on ") }) else { return nil }
        self.program = program
        origin = String(line.dropFirst("listening on ".count))
    }

    /// The port that it listens on.
    var port: Int { URL(string: origin)?.port ?? 0 }

    /// Sends an event, signed if there is a key.
    func send(_ body: String, id: String, secret: String?) async throws -> HTTPAnswer {
        var headers = [("Content-Type", "application/json"), ("webhook-id", id)]
        if let secret {
            let time = Int64(Date().timeIntervalSince1970)
            let signature = try WebhookSecret(secret).signature(id: id, timestamp: time, body: Array(body.utf8))
            headers += [("webhook-timestamp", "\(time)"), ("webhook-signature", signature)]
        }
        return try await HTTPAnswer.to(
            "POST",
            origin + Endpoint.webhook,
            headers: headers,
            body: Array(body.utf8)
        )
    }

    func get(_ path: String, token: String = "t0ken-canary") async throws -> (status: Int, json: JSONValue) {
        try await ask("GET", path, token)
    }

    func post(_ path: String) async throws -> (status: Int, json: JSONValue) {
        try await ask("POST", path, "t0ken-canary")
    }

    private func ask(_ method: String, _ path: String, _ token: String) async throws -> (status: Int, json: JSONValue) {
        let answer = try await HTTPAnswer.to(
            method,
            origin + path,
            headers: [("Authorization", "Bearer \(token)")]
        )
        return (answer.status, try JSONReader.read(answer.body))
    }

    func stop(_ signal: Int32 = SIGTERM) async -> Program.Finished {
        program.signal(signal)
        return await program.finished()
    }
}

extension JSONValue {
    /// The number of items in a list.
    var elementCount: Int { self["items"]?.elements?.count ?? -1 }
}

extension Workspace {
    /// Writes `monitors.yaml` with one monitor `qa` at the path `/qa`.
    func monitors(_ origin: String, _ rest: String = "") throws {
        let more = rest.isEmpty ? "" : ", \(rest)"
        try "[{name: qa, url: \"\(origin)/qa\", allow: [127.0.0.1]\(more)}]\n"
            .write(toFile: "\(folder)/monitors.yaml", atomically: true, encoding: .utf8)
    }
}
