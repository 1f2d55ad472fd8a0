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

    /// All its simulations.
    func simulations() async throws -> [JSONValue] {
        let answer = try await Web.post(
            "\(origin)\(Endpoint.token)",
            form: "grant_type=client_credentials&client_id=sandbox&client_secret=sandbox"
        )
        let token = try #require(TokenAnswer(json: try JSONReader.read(Array(answer.body.utf8)))?.accessToken)
        let list = try await Web.get("\(origin)\(Endpoint.simulations)", token: token)
        return try JSONReader.read(Array(list.body.utf8))["simulations"]?.elements ?? []
    }
}

extension Workspace {
    /// Runs `body` with a sandbox of the built program, and stops it afterwards.
    func withSandbox(_ arguments: [String] = [], _ body: (RunningSandbox) async throws -> Void) async throws {
        let program = try start(["sandbox", "--listen", "127.0.0.1:0"] + arguments, limit: .seconds(200))
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
