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
                // Wherever it is asked for, it says why, and which entry of which log has its verdict.
                let reason = run["result"]?["ending"]?["reason"]?.string
                #expect(reason?.contains("died with its process") == true, "\(run)")
                #expect(run["audit"]?["seq"]?.integer != nil && run["audit"]?["origin"]?.string != nil, "\(run)")
                let third = try await started(2)
                for file in ["report.html", "result.json", "junit.xml", "events.jsonl"] {
                    let here = try await second.answer("GET", "/v1/runs/\(id)/\(file)")
                    let there = try await third.answer("GET", "/v1/runs/\(id)/\(file)")
                    #expect(here.status == 200 && here.body == there.body, "\(file): \(here.status) \(there.status)")
                }
                #expect(await third.stop().exitCode == 0)
                let stopped = await second.stop()
                #expect(stopped.exitCode == 0 && stopped.stderr.contains("run taken over"), "\(stopped.stderr)")
            }
        }
    }
}
