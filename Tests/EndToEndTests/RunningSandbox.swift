import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

/// A sandbox of the built program.
struct RunningSandbox: Sendable {
    let origin: String

    /// The variables of a run against it.
    var variables: [String: String] {
        ["CXONE_BASE_URL": origin, "CXONE_CLIENT_ID": "sandbox", "CXONE_CLIENT_SECRET": "sandbox"]
    }

    /// A token of the sandbox's default client.
    func token() async throws -> String {
        let answer = try await HTTPAnswer.to(
            "POST",
            origin + Endpoint.token,
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("grant_type=client_credentials&client_id=sandbox&client_secret=sandbox".utf8)
        )
        return try #require(TokenAnswer(json: try JSONReader.read(answer.body))?.accessToken)
    }

    /// The document at a path.
    func get(_ path: String, token: String) async throws -> JSONValue {
        let answer = try await HTTPAnswer.to("GET", origin + path, headers: [("Authorization", "Bearer \(token)")])
        return try JSONReader.read(answer.body)
    }

    /// All simulations.
    func simulations() async throws -> [JSONValue] {
        try await get(Endpoint.simulations, token: try await token())["simulations"]?.elements ?? []
    }
}

extension Workspace {
    /// Runs `body` with a sandbox of the built program, and stops it afterwards.
    func withSandbox(
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        _ body: (RunningSandbox) async throws -> Void
    ) async throws {
        let program = try start(
            ["sandbox", "--listen", "127.0.0.1:0"] + arguments,
            environment: environment,
            limit: .seconds(200)
        )
        let line = try #require(await program.line { $0.hasPrefix("listening on ") })
        do {
            try await body(RunningSandbox(origin: String(line.dropFirst("listening on ".count))))
        } catch {
            program.signal(SIGKILL)
            _ = await program.finished()
            throw error
        }
        program.signal(SIGTERM)
        _ = await program.finished()
    }

    /// The runs of the home.
    var runIDs: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(home)/locks")) ?? []
        return names.map { $0.replacing(".lock", with: "") }
    }
}
