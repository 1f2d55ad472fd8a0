import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// A run whose service died is resumed by another one: what it had begun does not begin anew.
@Suite(.timeLimit(.minutes(15)))
struct TakeoverTests {
    /// The sandbox inside a service dies with it, so its run is over; begun anew it would pass.
    @Test func whatAnotherServiceLeftIsResumed() async throws {
        try await PostgresServer.with { server in
            try await Workspace.with { workspace in
                let text = try workspace.text(try workspace.scenario())
                func started(_ number: Int, _ more: [String: String] = [:]) async throws -> RunningService {
                    var variables = ServiceRunTests.variables.merging(more) { $1 }
                    variables["RINGBACK_HOME"] = "\(workspace.folder)/home\(number)"
                    variables["RINGBACK_DATABASE_URL"] = server.address()
                    variables["RINGBACK_LEASE_SECONDS"] = "2"
                    return try await RunningService(workspace, [], variables)
                }
                let first = try await started(0, ["RINGBACK_CRASH_AT": "after-dispatch"])
                let submitted = try? await first.submit(text)
                #expect(await first.program.finished().exitCode == -SIGKILL)
                let second = try await started(1)
                let listed = try await second.get("/v1/runs").json["items"]?.elements?.first?["id"]?.string
                let id = try #require(submitted ?? listed)
                let run = try await second.end(of: id)
                #expect(run["state"] == "errored" && run["exitCode"] == 3, "\(run)")
                #expect(
                    run["result"]?["ending"]?["reason"]?.string?.contains("died with its process") != false,
                    "\(run)"
                )
                let stopped = await second.stop()
                #expect(stopped.exitCode == 0 && stopped.stderr.contains("run taken over"), "\(stopped.stderr)")
            }
        }
    }
}
