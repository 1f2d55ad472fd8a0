import ExactJSON
import Foundation
import HTTPService
import RingbackTestKit
import Testing
import Webhooks

/// Events that are forwarded to QA monitors by the built program.
@Suite(.timeLimit(.minutes(15)))
struct MonitorTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private static func monitor(_ origin: String, _ rest: String = "") -> String {
        "monitors: [{name: qa, url: \"\(origin)/qa\", allow: [127.0.0.1], secretEnv: QA_SECRET\(rest)}]"
    }

    private static func document(_ ended: Program.Finished) throws -> JSONValue {
        try JSONReader.read(Array(ended.stdout.utf8))
    }

    @Test func everyEventArrivesSigned() async throws {
        try await FakeMonitor.with { monitor in
            try await Workspace.with { workspace in
                try workspace.scenario(extra: Self.monitor(monitor.origin, ", required: true"))
                let ended = try await workspace.run(
                    ["run", "scenario.yaml", "--out", workspace.out],
                    environment: ["QA_SECRET": Self.secret]
                )
                #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
                #expect(ended.stdout.contains("✓ monitor qa has everything"))
                let result = try workspace.result()
                let events = try workspace.events()
                let totals = try #require(result["monitors"]?.elements?.first)
                #expect(totals["delivered"]?.integer == events.count && totals["pending"]?.integer == 0)
                let secret = try WebhookSecret(Self.secret)
                let requests = monitor.requests("/qa")
                #expect(Set(requests.map(\.id)) == Set(events.compactMap { $0["webhookId"]?.string }))
                for request in requests {
                    let time = try #require(Int64(request.timestamp))
                    #expect(request.signature == secret.signature(id: request.id, timestamp: time, body: request.body))
                }
                for name in ["result.json", "report.html", "junit.xml"] {
                    #expect(try workspace.text("\(workspace.out)/\(name)").contains("qa"))
                }
                let text = try workspace.text("\(workspace.home)/ringback.sqlite-wal", lossy: true)
                #expect(!text.contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
            }
        }
    }

    @Test func aBadMonitorIsRefusedBeforeAnythingIsSent() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(extra: Self.monitor("http://127.0.0.1:1"))
            try await FakeAPI.with { api in
                let missing = try await workspace.run(against: api)
                #expect(missing.exitCode == 2)
                #expect(
                    missing.stderr
                        == "ringback: QA_SECRET is not set: the key that deliveries to the monitor qa are signed with\n"
                )
                let wrong = try await workspace.run(against: api, environment: ["QA_SECRET": "hunter2"])
                #expect(wrong.exitCode == 2 && !wrong.stderr.contains("hunter2"), "\(wrong.stderr)")
                try workspace.scenario(extra: "monitors: [{name: out, kind: stdout}]")
                let mixed = try await workspace.run(against: api, ["--json"])
                #expect(mixed.exitCode == 2)
                #expect(
                    mixed.stderr.contains(
                        "scenario.yaml:16:24: error: a monitor of kind stdout cannot share standard output with the document of --json [monitor.stdout]"
                    ),
                    "\(mixed.stderr)"
                )
                #expect(api.requests.isEmpty)
            }
        }
    }

    @Test func standardOutputGetsALineForEachEvent() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 5, extra: "monitors: [{name: out, kind: stdout, states: [completed]}]")
            let ended = try await workspace.run(["run", "scenario.yaml"])
            #expect(ended.exitCode == 0 || ended.exitCode == 6, "\(ended.stderr)")
            let lines = ended.stdout.split(separator: "\n").filter { $0.hasPrefix(#"{"webhookId":"#) }
            #expect(lines.count == 5, "\(ended.stdout)")
        }
    }

    /// The process is killed while it forwards: every event is delivered at least once, with the same webhook-id.
    @Test func theDeliveriesOfAKilledRunAreReplayed() async throws {
        let isSlow = Shared(true)
        let answer: FakeMonitor.Answer = { _, index in
            if index > 20, isSlow.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(300)) }
            return ServiceResponse(status: 200)
        }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await Workspace.with { workspace in
                let environment = ["QA_SECRET": Self.secret]
                try workspace.scenario(calls: 60, extra: Self.monitor(monitor.origin, ", required: true"))
                let run = try workspace.start(["run", "scenario.yaml"], environment: environment)
                await monitor.wait(for: 40, at: "/qa")
                run.signal(SIGKILL)
                #expect(await run.finished().exitCode == -SIGKILL)
                isSlow.withLock { $0 = false }
                let list = ["deliveries", "list", "--limit", "10000", "--json"]
                let before = try Self.document(try await workspace.run(list))
                let ids = Set((before["items"]?.elements ?? []).compactMap { $0["webhookId"]?.string })
                #expect(ids.count > 40)
                let replayed = try await workspace.run(
                    ["deliveries", "replay", "--monitor", "qa"],
                    environment: environment
                )
                #expect(replayed.exitCode == 0, "\(replayed.stderr)\(replayed.stdout)")
                let after = try Self.document(try await workspace.run(list))
                #expect((after["items"]?.elements ?? []).allSatisfy { $0["state"]?.string == "delivered" })
                let requests = monitor.requests("/qa")
                #expect(Set(requests.map(\.id)) == ids)
                #expect(
                    Dictionary(grouping: requests, by: \.id).values.allSatisfy { Set($0.map(\.body)).count == 1 }
                )
                let again = try await workspace.run(
                    ["deliveries", "replay", "--monitor", "qa"],
                    environment: environment
                )
                #expect(again.exitCode == 0 && again.stdout == "nothing to replay\n")
            }
        }
    }

    @Test func aResumedRunContinuesForwarding() async throws {
        let isBroken = Shared(true)
        let answer: FakeMonitor.Answer = { _, _ in ServiceResponse(status: isBroken.withLock { $0 } ? 503 : 200) }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await Workspace.with { workspace in
                try await workspace.withSandbox { sandbox in
                    try workspace.scenario(calls: 20, extra: Self.monitor(monitor.origin, ", required: true"))
                    let flags = [
                        "--target", "cxone", "--profile", "sandbox", "--poll-interval", "50ms", "--drain", "300ms",
                    ]
                    let variables = sandbox.variables.merging(["QA_SECRET": Self.secret]) { $1 }
                    let killed = try await workspace.run(
                        ["run", "scenario.yaml", "--webhook-listen", "127.0.0.1:0"] + flags,
                        environment: variables.merging(["RINGBACK_CRASH_AT": "after-drain"]) { $1 }
                    )
                    #expect(killed.exitCode == -SIGKILL, "\(killed.stderr)")
                    isBroken.withLock { $0 = false }
                    let id = try #require(workspace.runIDs.first)
                    let resumed = try await workspace.run(
                        ["run", "--resume", id, "--out", workspace.out] + flags,
                        environment: variables
                    )
                    #expect(resumed.exitCode == 0, "\(resumed.stderr)\(resumed.stdout)")
                    let events = Set(try workspace.events().compactMap { $0["webhookId"]?.string })
                    let totals = try #require(try workspace.result()["monitors"]?.elements?.first)
                    #expect(totals["delivered"]?.integer == events.count && totals["pending"]?.integer == 0)
                    #expect(Set(monitor.requests("/qa").map(\.id)) == events)
                }
            }
        }
    }

    @Test func ctrlCStopsWaitingForAMonitor() async throws {
        try await FakeMonitor.with(answer: { _, _ in ServiceResponse(status: 500) }) { monitor in
            try await Workspace.with { workspace in
                let environment = ["QA_SECRET": Self.secret]
                try workspace.scenario(calls: 5, extra: Self.monitor(monitor.origin, ", required: true"))
                let run = try workspace.start(
                    ["run", "scenario.yaml", "--out", workspace.out, "--verbose"],
                    environment: environment
                )
                await monitor.wait(for: 6, at: "/qa")
                run.signal(SIGINT)
                let ended = await run.finished()
                #expect([1, 4].contains(ended.exitCode), "\(ended.stderr)\(ended.stdout)")
                let totals = try #require(try workspace.result()["monitors"]?.elements?.first)
                #expect(totals["pending"]?.integer ?? 0 > 0 && totals["delivered"]?.integer == 0)
            }
        }
    }

    @Test func deliveriesAreListedShownAndReplayed() async throws {
        let isBroken = Shared(true)
        let answer: FakeMonitor.Answer = { _, _ in
            ServiceResponse(status: isBroken.withLock { $0 } ? 410 : 200)
        }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await Workspace.with { workspace in
                let environment = ["QA_SECRET": Self.secret]
                try workspace.scenario(calls: 3, extra: Self.monitor(monitor.origin, ", states: [completed]"))
                let ended = try await workspace.run(["run", "scenario.yaml"], environment: environment)
                #expect(ended.stdout.contains("HTTP 410: the monitor wants no more"), "\(ended.stderr)\(ended.stdout)")
                let listed = try await workspace.run(["deliveries", "list", "--state", "disabled"])
                #expect(listed.stdout.hasPrefix("ID  MONITOR  STATE     ATTEMPTS  LAST"), "\(listed.stdout)")
                isBroken.withLock { $0 = false }
                for arguments in [["99"], ["1", "--all-dead"]] {
                    let refused = try await workspace.run(
                        ["deliveries", "replay"] + arguments,
                        environment: environment
                    )
                    #expect(refused.exitCode == 2 && refused.stdout.isEmpty, "\(arguments): \(refused.stderr)")
                }
                let unsigned = try await workspace.run(["deliveries", "replay", "1"])
                #expect(
                    unsigned.exitCode == 2 && unsigned.stderr.contains("QA_SECRET is not set"),
                    "\(unsigned.stderr)"
                )
                let one = try await workspace.run(["deliveries", "replay", "1", "--json"], environment: environment)
                #expect(try Self.document(one)["delivered"]?.integer == 1, "\(one.stderr)")
                let shown = try await workspace.run(["deliveries", "show", "1", "--json"])
                let delivery = try Self.document(shown)
                #expect(delivery["state"]?.string == "delivered" && delivery["id"]?.string == "1")
                let sent = try #require(monitor.requests("/qa").last)
                #expect(delivery["body"]?.string == String(decoding: sent.body, as: UTF8.self))
                let forced = try await workspace.run(["deliveries", "replay", "1"], environment: environment)
                #expect(forced.exitCode == 2 && forced.stderr.contains("--force"), "\(forced.stderr)")
                let rest = try await workspace.run(
                    ["deliveries", "replay", "--state", "disabled"],
                    environment: environment
                )
                #expect(rest.exitCode == 0 && rest.stdout == "2 of 2 delivered\n", "\(rest.stderr)\(rest.stdout)")
            }
        }
    }
}

extension Workspace {
    /// The bytes of a file as text, readable or not; empty if there is no file.
    fileprivate func text(_ path: String, lossy: Bool) throws -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
