import ExactJSON
import RingbackTestKit
import SimulationAPI
import Testing

/// `ringback inbox` from outside.
@Suite(.timeLimit(.minutes(15)))
struct InboxCommandTests {
    /// A run that received an event, an event of another simulation, and a signed body that is not an event.
    private static func with(_ body: (Workspace) async throws -> Void) async throws {
        try await Workspace.with { workspace in
            try await ReceivingRun.with(workspace) { receiving in
                let connection = try RawConnection(port: receiving.port)
                for request in [
                    try receiving.request("msg_known"), try receiving.request("msg_foreign", simulation: "sim-9"),
                    try receiving.request("msg_strange", body: Array("{\u{1B}[31m}".utf8)),
                ] {
                    await connection.send(request)
                    _ = await connection.receive(until: "}")
                }
                // While the run continues.
                try await body(workspace)
            }
        }
    }

    private func normalised(_ text: String, _ workspace: Workspace) -> String {
        workspace.normalised(text)
            .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/, with: "TIMESTAMP")
            .replacing(/v1,[A-Za-z0-9+\/=]+/, with: "SIGNATURE")
            .replacing(/webhook-timestamp: [0-9]+/, with: "webhook-timestamp: SECONDS")
    }

    @Test func peopleReadTables() async throws {
        try await Self.with { workspace in
            for (arguments, name) in [
                (["list"], "inbox-list.txt"), (["list", "--state", "unknown"], "inbox-list-unknown.txt"),
                (["list", "--limit", "1"], "inbox-list-page.txt"),
                (["list", "--webhook-id", "none"], "inbox-list-none.txt"),
                (["show", "msg_strange"], "inbox-show.txt"), (["replay", "--all"], "inbox-replay.txt"),
                (["show", "none"], "inbox-show-none.txt"), (["replay", "msg_known"], "inbox-replay-none.txt"),
                (["list", "--run", "other"], "inbox-list-unknown-run.txt"),
            ] {
                let ended = try await workspace.run(["inbox"] + arguments)
                #expect(ended.exitCode == (ended.stderr.isEmpty ? 0 : 2))
                try Golden.expect(normalised(ended.stdout + ended.stderr, workspace), name)
            }
        }
    }

    @Test func programsReadDocuments() async throws {
        try await Self.with { workspace in
            let listed = try await workspace.run(["inbox", "list", "--json"])
            let list = try JSONReader.read(listed.stdout)
            let items = try #require(list["items"]?.elements)
            #expect(items.map { $0["webhookId"]?.string } == ["msg_strange", "msg_foreign", "msg_known"])
            #expect(items.map { $0["state"]?.string } == ["quarantined", "unknown", "accepted"])
            #expect(items.map { $0["simulationId"]?.string } == [nil, "sim-9", FakeAPI.simulationID])
            #expect(items.allSatisfy { Timestamp($0["receivedAt"]?.string ?? "") != nil })
            #expect(list["next"] == .null)
            let shown = try await workspace.run(["inbox", "show", "msg_known", "--json"])
            let entry = try JSONReader.read(shown.stdout)
            #expect(entry["callId"]?.string == "call-1" && entry["sha256"]?.string?.count == 64)
            #expect(try SimulationEvent(body: Array((entry["body"]?.string ?? "").utf8)).callID == "call-1")
            let replayed = try await workspace.run(["inbox", "replay", "--all", "--json"])
            let replay = try JSONReader.read(replayed.stdout)
            #expect(replay["accepted"] == [] && replay["refused"]?.elements?.first?["webhookId"] == "msg_strange")
        }
    }
}
