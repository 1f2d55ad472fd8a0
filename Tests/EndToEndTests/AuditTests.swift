import Crypto
import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

/// The audit log: what is recorded of a run, in which order, and that the chain holds.
@Suite(.timeLimit(.minutes(15)))
struct AuditTests {
    static let begun = ["validation passed", "slot acquired", "dispatch.intent intended"]

    @Test func aRunThatPassesIsRecordedStepByStep() async throws {
        let expected =
            Self.begun + [
                "dispatch success", "tracking completed", "slot released", "metrics aggregated", "verdict pass",
            ]
        let entries = try await entries(["--drain", "20s"]) { _ in }
        #expect(entries == expected)
    }

    @Test func aFailedSimulationIsRecorded() async throws {
        let entries = try await entries { $0.status = [.state("failed")] }
        #expect(Array(entries.prefix(6)) == Self.begun + ["dispatch success", "tracking failed", "slot released"])
        #expect(entries.last == "verdict fail")
    }

    @Test func aRefusedAggregationIsRecorded() async throws {
        let entries = try await entries { $0.aggregate = [.problem(400, "closed", "not today")] }
        #expect(Array(entries.suffix(2)) == ["metrics failed", "verdict fail"])
    }

    @Test func aRefusedCreateReleasesTheSlot() async throws {
        let entries = try await entries { $0.create = [.problem(403, "forbidden", "not yours")] }
        #expect(entries == Self.begun + ["dispatch failed", "slot released", "verdict fail"])
    }

    @Test func waitingForASlotIsRecorded() async throws {
        let entries = try await entries { $0.create = [.noSlot(retryAfter: 0), .normal] }
        #expect(Array(entries.prefix(5)) == Self.begun + ["slot queued", "dispatch success"])
    }

    @Test func aSlotThatNeverComesFailsTheDispatch() async throws {
        let entries = try await entries { $0.create = [.noSlot(retryAfter: 0), .noSlot(retryAfter: 3600)] }
        #expect(entries == Self.begun + ["slot queued", "dispatch failed", "slot released", "verdict fail"])
    }

    @Test func rejectedCredentialsFailTheDispatch() async throws {
        let entries = try await entries { $0.token = [.raw(401, body: #"{"error":"invalid_client"}"#)] }
        #expect(entries == ["validation passed", "dispatch failed", "verdict fail"])
    }

    @Test func aTimeoutCancelsTheSimulation() async throws {
        let entries = try await entries(["--timeout", "10s"]) { $0.status = [.state("running")] }
        let expected =
            Self.begun + ["dispatch success", "cancel accepted", "tracking timeout", "slot released", "verdict fail"]
        #expect(entries == expected)
    }

    @Test func anUnknownDispatchKeepsTheSlot() async throws {
        let entries = try await entries(["--profile", "cxone"]) {
            $0.create = [.closeAfterCommit]
            $0.list = [.raw(404, body: "")]
        }
        #expect(entries == Self.begun + ["dispatch unknown", "verdict fail"])
    }

    @Test func anInterruptCancelsTheSimulation() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.status = [.state("running")] }) { api in
                let program = try workspace.start(
                    ["run", "scenario.yaml"] + Workspace.remote,
                    environment: Workspace.credentials(api.origin)
                )
                await api.wait(for: .status)
                program.signal(SIGINT)
                #expect(await program.finished().exitCode == 4)
                let expected =
                    Self.begun + [
                        "dispatch success", "cancel accepted", "tracking cancelled", "slot released", "verdict fail",
                    ]
                #expect(try AuditChain(home: workspace.home).words == expected)
            }
        }
    }

    @Test func aRefusedScenarioIsRecorded() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 0)
            #expect(try await workspace.run(["run", "scenario.yaml"]).exitCode == 2)
            let chain = try AuditChain(home: workspace.home)
            #expect(chain.words == ["validation failed", "verdict fail"])
            #expect(chain.entries[0]["payload"]?["problems"]?.elements == [.string("max_calls.range")])
            #expect(Set(chain.entries.map { $0["runId"]?.string }).count == 1)
        }
    }

    @Test func telephoneNumbersOfAScenarioStayOutOfTheLog() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run([
                "run", "scenario.yaml", "--set", "name=call +12025550123", "--set", "simulation.tag=t:202-555-0199",
            ])
            #expect(ended.exitCode == 0, "\(ended.stderr)")
            let text = try workspace.text("\(workspace.home)/audit/00000001.jsonl")
            #expect(
                !text.contains("2025550123") && !text.contains("555-0199") && text.contains("call [number]"),
                "\(text)"
            )
        }
    }

    @Test func twoRunsAtOnceShareAHome() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 60)
            let programs = try (0..<2).map { index in
                try workspace.start([
                    "run", "scenario.yaml", "--out", "\(workspace.folder)/out-\(index)", "--seed", "\(index)",
                ])
            }
            for program in programs {
                let ended = await program.finished()
                #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
            }
            let chain = try AuditChain(home: workspace.home)
            #expect(chain.entries.count == 16)
            #expect(Set(chain.entries.compactMap { $0["runId"]?.string }).count == 2)
            // The database is in use again afterwards.
            #expect(try await workspace.run(["run", "scenario.yaml"]).exitCode == 0)
            #expect(try AuditChain(home: workspace.home).entries.count == 24)
        }
    }

    private func entries(
        _ arguments: [String] = [],
        _ change: (inout FakeScript) -> Void
    ) async throws -> [String] {
        try await Workspace.with { workspace in
            try workspace.scenario()
            return try await FakeAPI.with(FakeScript(change)) { api in
                let ended = try await workspace.run(against: api, arguments)
                let chain = try AuditChain(home: workspace.home)
                let verdict = try #require(chain.entries.last)
                #expect(verdict["payload"]?["exitCode"]?.integer == Int(ended.exitCode))
                let runID = try workspace.result()["runId"]
                #expect(
                    chain.entries.allSatisfy {
                        $0["runId"] == runID && $0["actor"]?.string?.contains(" (ringback ") == true
                    }
                )
                let created = chain.entries.drop { $0["eventType"]?.string != "dispatch" }
                if chain.words.contains("dispatch success") {
                    #expect(created.allSatisfy { $0["simulationId"]?.string == FakeAPI.simulationID })
                    try checkIntent(chain, api)
                }
                return chain.words
            }
        }
    }

    /// The intent names exactly what was sent.
    private func checkIntent(_ chain: AuditChain, _ api: FakeAPI) throws {
        let intent = try #require(chain.entries.first { $0["eventType"]?.string == "dispatch.intent" }?["payload"])
        let create = try #require(api.requests(.create).first)
        #expect(intent["bodySha256"]?.string == AuditChain.hash(Array(create.body.utf8)))
        #expect(intent["idempotencyKey"]?.string.map { "\"\($0)\"" } == create.header("idempotency-key"))
        #expect(intent["tag"]?.string == api.payload?.tag)
    }
}

/// An audit log, read and checked without the program's own means.
struct AuditChain {
    /// The entries, in order.
    private(set) var entries: [JSONValue] = []

    /// Type and result of each entry.
    var words: [String] {
        entries.map { "\($0["eventType"]?.string ?? "?") \($0["result"]?.string ?? "?")" }
    }

    init(home: String) throws {
        var previous = String(repeating: "0", count: 64)
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(home)/audit").sorted()
        where name.hasSuffix(".jsonl") {
            let data = try Data(contentsOf: URL(filePath: "\(home)/audit/\(name)"))
            #expect(data.last == 0x0A)
            for line in data.split(separator: 0x0A) {
                let entry = try JSONReader.read(Array(line))
                #expect(entry["prev"]?.string == previous)
                #expect(entry["seq"]?.integer == entries.count + 1)
                let time = try #require(entry["timestamp"]?.string)
                #expect(time.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z/) != nil)
                entries.append(entry)
                previous = Self.hash(Array(line))
            }
        }
    }

    static func hash(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let digits = Array("0123456789abcdef")
            return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        }.joined()
    }
}
