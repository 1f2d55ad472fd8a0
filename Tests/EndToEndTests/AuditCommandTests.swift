import ExactJSON
import Foundation
import RingbackTestKit
import Statistics
import Testing

/// `ringback audit`, from outside.
@Suite(.timeLimit(.minutes(15)))
struct AuditCommandTests {
    private static let benchmark = "\(Program.buildFolder)/AuditBenchmark"

    private static func json(_ ended: Program.Finished) throws -> JSONValue {
        try JSONReader.read(Array(ended.stdout.utf8))
    }

    /// Writes a log with a number of entries into the workspace's home.
    private static func write(_ entries: Int, _ workspace: Workspace) async throws {
        guard entries > 0 else {
            try FileManager.default.createDirectory(
                atPath: "\(workspace.home)/audit",
                withIntermediateDirectories: true
            )
            return
        }
        let ended = try await Program(
            benchmark,
            ["append", workspace.home, "\(entries)", "128"],
            environment: [:],
            in: workspace.folder
        ).finished()
        #expect(ended.exitCode == 0, "\(ended.stderr)")
    }

    /// The program of docs/AUDIT.md.
    private static func outsider() throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/AUDIT.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let parts = text.split(separator: "```python\n", maxSplits: 1)
        let program = parts.last?.split(separator: "```", maxSplits: 1).first
        return String(try #require(program))
    }

    @Test(arguments: [0, 1, 2, 3, 255, 256, 257, 10_000])
    func anOutsiderAgrees(_ entries: Int) async throws {
        try await Workspace.with { workspace in
            try await Self.write(entries, workspace)
            let audit = "\(workspace.home)/audit"
            let verified = try await workspace.run(["audit", "verify", audit, "--json"])
            #expect(verified.exitCode == 0, "\(verified.stderr)")
            let finding = try Self.json(verified)
            #expect(finding["entries"]?.integer == entries && finding["anchored"]?.bool == (entries > 0))
            var proofs: [String] = []
            for sequence in Set([1, entries / 2, entries]) where sequence > 0 && sequence <= entries {
                let proof = try await workspace.run(["audit", "prove", audit, "\(sequence)"])
                #expect(proof.exitCode == 0, "\(proof.stderr)")
                proofs.append("\(workspace.folder)/proof-\(sequence)")
                try proof.stdout.write(toFile: proofs[proofs.count - 1], atomically: true, encoding: .utf8)
            }
            let script = "\(workspace.folder)/outsider.py"
            try Self.outsider().write(toFile: script, atomically: true, encoding: .utf8)
            let other = try await Program(
                "/usr/bin/python3",
                [script, audit] + proofs,
                environment: [:],
                in: workspace.folder
            ).finished()
            #expect(other.exitCode == 0, "\(other.stderr)")
            #expect(other.stdout == "\(entries) \(finding["rootHash"]?.string ?? "")\n")
        }
    }

    @Test func theExitCodeShowsTheStateOfALog() async throws {
        try await Workspace.with { workspace in
            try await Self.write(20, workspace)
            let audit = "\(workspace.home)/audit"
            let segment = URL(filePath: "\(audit)/00000001.jsonl")
            let whole = try Data(contentsOf: segment)
            func verify(_ bytes: Data) async throws -> (Int32, JSONValue) {
                try bytes.write(to: segment)
                let ended = try await workspace.run(["audit", "verify", audit, "--json"])
                return (ended.exitCode, try Self.json(ended))
            }
            #expect(try await verify(whole).0 == 0)
            var flipped = whole
            flipped[whole.count / 2] ^= 1
            let (code, tampered) = try await verify(flipped)
            #expect(code == 2 && tampered["verdict"]?.string == "tampered")
            #expect(tampered["firstBad"]?["file"]?.string == "00000001.jsonl")
            let line = try #require(tampered["firstBad"]?["line"]?.integer)
            #expect(tampered["firstBad"]?["seq"]?.integer == line && tampered["exitCode"]?.integer == 2)
            #expect(try await verify(whole.dropLast()).0 == 3)
            #expect(try await verify(whole + Data("{\"seq\"".utf8)).0 == 4)
            try FileManager.default.removeItem(atPath: "\(audit)/checkpoint")
            let (bare, unanchored) = try await verify(whole)
            #expect(bare == 0 && unanchored["anchored"]?.bool == false)
            #expect(unanchored["warnings"]?.elements?.isEmpty == false)
            let absent = try await workspace.run(["audit", "verify", "\(workspace.folder)/none"])
            #expect(absent.exitCode == 1 && !absent.stderr.isEmpty, "\(absent.stderr)")
            let prove = try await workspace.run(["audit", "prove", audit, "21"])
            #expect(prove.exitCode == 2 && prove.stderr.contains("the log has 20"))
            #expect(try await workspace.run(["audit", "checkpoint", audit]).exitCode == 2)
            let short = try await workspace.run(["audit", "verify", "--quiet"])
            #expect(short.stdout == "INTACT  20 entries, covered by no checkpoint\n")
            for command in [["forget", "alice"], ["rotate-key"]] {
                let mistyped = "\(workspace.folder)/mistyped"
                #expect(try await workspace.run(["audit"] + command + ["--home", mistyped]).exitCode == 2)
                #expect(!FileManager.default.fileExists(atPath: mistyped))
            }
        }
    }

    @Test func aRunWritesItsCheckpointToEveryAnchor() async throws {
        try await FakeMonitor.with { monitor in
            try await Workspace.with { workspace in
                try workspace.scenario(
                    extra: "monitors: [{name: qa, url: \"\(monitor.origin)/qa\", allow: [127.0.0.1]}]"
                )
                let ended = try await workspace.run([
                    "run", "scenario.yaml", "--out", workspace.out, "--anchor", "anchor.txt", "--anchor", "-",
                    "--anchor", "monitor:qa", "--quiet",
                ])
                #expect(ended.exitCode == 0, "\(ended.stderr)")
                let note = try workspace.text("anchor.txt")
                let kept = try #require(workspace.result()["auditCheckpoint"])
                #expect(kept["note"]?.string == note && kept["size"]?.integer == 8)
                #expect(ended.stdout.hasSuffix(note))
                #expect(try workspace.text("\(workspace.home)/audit/checkpoint") == note)
                #expect(try workspace.text("\(workspace.out)/report.html").contains(kept["origin"]?.string ?? "?"))
                let told = monitor.requests("/qa").compactMap { try? JSONReader.read($0.body) }
                    .filter { $0["type"]?.string == "audit.checkpoint" }
                #expect(told.map { $0["checkpoint"]?["note"]?.string } == [note])
                // A second run goes on from it.
                #expect(try await workspace.run(["run", "scenario.yaml", "--quiet"]).exitCode == 0)
                let verified = try await workspace.run([
                    "audit", "verify", "--checkpoint", "anchor.txt", "--key", "\(workspace.home)/audit/key.pub",
                ])
                #expect(verified.exitCode == 0 && verified.stdout.hasPrefix("INTACT  16 entries"))
                let missing = try await workspace.run(["run", "scenario.yaml", "--anchor", "monitor:none"])
                #expect(missing.exitCode == 2 && missing.stderr.contains("no monitor none"))
                #expect(try await workspace.run(["run", "scenario.yaml", "--anchor", "-", "--json"]).exitCode == 2)
            }
        }
    }

    @Test func recordsAreExported() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            for _ in 0..<2 { _ = try await workspace.run(["run", "scenario.yaml", "--quiet", "--out", workspace.out]) }
            let run = try #require(workspace.result()["runId"]?.string)
            let shown = try await workspace.run(["audit", "show", "--run", run, "--type", "verdict"])
            #expect(shown.stdout.split(separator: "\n").count == 1 && shown.stdout.contains("  verdict  pass  "))
            // Names are shown however the folder is written.
            for folder in ["home/audit/", "home/../home/audit"] {
                #expect(try await workspace.run(["audit", "show", folder]).stdout.contains("  by "))
                #expect(try await !workspace.run(["audit", "show", folder]).stdout.contains("by sha256:"))
            }
            let proof = try Self.json(try await workspace.run(["audit", "prove", "3"]))
            #expect(proof["leafIndex"]?.integer == 2)
            let all = try Self.json(try await workspace.run(["audit", "show", "--json"]))
            #expect(all["entries"]?.elements?.count == 16)
            let later = try await workspace.run(["audit", "show", "--from", "2100-01-01", "--json"])
            #expect(try Self.json(later)["entries"]?.elements?.isEmpty == true)
            let csv = try await workspace.run(["audit", "export", "--format", "csv"])
            let rows = csv.stdout.split(separator: "\r\n")
            #expect(rows.count == 17 && rows[0].hasPrefix("seq,timestamp,eventType,"))
            let report = try Self.json(try await workspace.run(["audit", "report", "--json"]))
            let block = try #require(report["blocks"]?.elements?.first)
            #expect(report["blocks"]?.elements?.count == 1 && block["runs"]?.elements?.count == 2)
            let answered = try #require(workspace.result()["outcomes"]?["answered"]?["observed"]?.integer)
            #expect(block["liveAnswers"]?.integer == 2 * answered && block["abandoned"]?.integer == 0)
            #expect(block["campaignId"]?.string == "a1b2c3d4-e5f6-7890-abcd-ef1234567890")
            #expect(block["rate"]?.double == 0 && block["recordedMessage"] == .null)
            #expect(report["runsWithoutFigures"]?.elements?.isEmpty == true)
            let table = try await workspace.run(["audit", "report"])
            #expect(table.exitCode == 0 && table.stderr.isEmpty)
            #expect(table.stdout.hasPrefix("CAMPAIGN ") && table.stdout.contains("unknown"))
            // Half a line of another tool: every reading command warns of it.
            let segment = "\(workspace.home)/audit/00000001.jsonl"
            try Data((try workspace.text(segment) + "nonsense\n").utf8).write(to: URL(filePath: segment))
            for command in ["show", "export", "report"] {
                let ended = try await workspace.run(["audit", command])
                #expect(ended.exitCode == 2 && ended.stderr.contains("1 line is not an entry"), "\(ended.stderr)")
            }
        }
    }

    /// What is printed from a log that is not as it was written says so in every format.
    @Test func theFiguresOfAnAlteredLogCarryAWarning() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            _ = try await workspace.run(["run", "scenario.yaml", "--quiet", "--out", workspace.out])
            let segment = URL(filePath: "\(workspace.home)/audit/00000001.jsonl")
            let whole = String(decoding: try Data(contentsOf: segment), as: UTF8.self)
            let lines = whole.split(separator: "\n")
            let altered = whole.replacing("\"abandoned\":0", with: "\"abandoned\":3")
            #expect(altered != whole)
            let states = [
                (altered, "the audit log was altered (00000001.jsonl:\(lines.count): "),
                (lines.dropLast().joined(separator: "\n") + "\n", "entries are missing at the end of the audit log ("),
            ]
            for (text, words) in states {
                try Data(text.utf8).write(to: segment)
                for command in [["show"], ["export", "--format", "csv"], ["report"]] {
                    let ended = try await workspace.run(["audit"] + command)
                    let first = ended.stdout.split(whereSeparator: \.isNewline).first ?? ""
                    #expect(first.contains("warning: \(words)"), "\(command): \(ended.stdout)")
                    #expect(ended.exitCode == 2 && ended.stderr.contains("ringback: warning: \(words)"))
                }
                for command in [["show", "--json"], ["export"], ["report", "--json"]] {
                    let ended = try await workspace.run(["audit"] + command)
                    let found = try Self.json(ended)["verification"]
                    #expect(found?["warning"]?.string?.contains(words) == true, "\(ended.stdout)")
                    #expect(found?["verdict"]?.string != "intact" && ended.exitCode == 2)
                }
            }
            try Data(whole.utf8).write(to: segment)
            let intact = try await workspace.run(["audit", "export"])
            #expect(intact.exitCode == 0 && intact.stderr.isEmpty)
            #expect(try Self.json(intact)["verification"]?["verdict"]?.string == "intact")
        }
    }

    /// Line ends and byte order marks are no tampering; what was signed is.
    @Test func damageOfTransportIsNoTampering() async throws {
        try await Workspace.with { workspace in
            try await Self.write(20, workspace)
            let audit = "\(workspace.home)/audit"
            let (segment, note, key) = ("\(audit)/00000001.jsonl", "\(audit)/checkpoint", "\(audit)/key.pub")
            let whole = try [segment, note, key].map { ($0, try workspace.text($0)) }
            let (bom, crlf) = ("\u{FEFF}", { (text: String) in text.replacing("\n", with: "\r\n") })
            let cases: [(String, (String) -> String, String)] = [
                (segment, crlf, "the lines of 00000001.jsonl end with CR LF"),
                (segment, { bom + $0 }, "00000001.jsonl begins with a byte order mark"),
                (segment, { bom + crlf($0) + "\r\n" }, "00000001.jsonl has empty lines"),
                (note, { bom + $0 }, "a transfer has changed"), (note, crlf, "a transfer has changed"),
                (note, { String($0.dropLast()) }, "a transfer has changed"),
                (note, { $0 + "\n\n" }, "a transfer has changed"),
                (note, { $0.replacing("\n", with: "\n\n") }, "a transfer has changed"),
                (key, { bom + $0 }, ""), (key, crlf, ""), (key, { String($0.dropLast()) }, ""),
                (key, { "\n" + $0 + "\n" }, ""),
                (
                    key, { "witness+c74f20a3+BGlzZCBzb21lIG90aGVyIGtleSB0eXBlIQ==\n" + $0 },
                    "key.pub:1 is not an Ed25519"
                ),
                (key, { $0 + "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== me@here\n" }, "key.pub:2 is not an Ed25519"),
            ]
            for (file, change, words) in cases {
                for (path, text) in whole {
                    try Data((path == file ? change(text) : text).utf8).write(to: URL(filePath: path))
                }
                let ended = try await workspace.run(["audit", "verify"])
                #expect(ended.exitCode == 0 && ended.stdout.hasPrefix("INTACT  20 entries\n"), "\(ended.stdout)")
                #expect(
                    words.isEmpty || ended.stdout.contains("warning: ") && ended.stdout.contains(words),
                    "\(ended.stdout)"
                )
                let given = try await workspace.run(["audit", "verify", "--key", key, "--checkpoint", note, "--json"])
                #expect(given.exitCode == 0, "\(given.stdout)\(given.stderr)")
                #expect(words.isEmpty || given.stdout.contains(words), "\(given.stdout)")
                #expect(try await workspace.run(["audit", "prove", "7"]).exitCode == 0)
                // What was signed differs.
                let text = try workspace.text(segment)
                try Data(text.replacing("\"seq\":7,", with: "\"seq\": 7,").utf8).write(to: URL(filePath: segment))
                #expect(try await workspace.run(["audit", "verify"]).exitCode == 2)
            }
            for (path, text) in whole { try Data(text.utf8).write(to: URL(filePath: path)) }
            let damaged = whole[2].1.replacing("+A", with: "+B")
            try Data(damaged.utf8).write(to: URL(filePath: "\(workspace.folder)/damaged"))
            let refused = try await workspace.run(["audit", "verify", "--key", "damaged"])
            #expect(refused.exitCode == 1, "\(refused.stdout)\(refused.stderr)")
        }
    }

    @Test func noCellOfAnExportIsAFormula() async throws {
        try await Workspace.with { workspace in
            let written = try await Program(
                Self.benchmark,
                ["append", workspace.home, "2", "1", "=\"x\""],
                environment: [:],
                in: workspace.folder
            ).finished()
            #expect(written.exitCode == 0)
            let csv = try await workspace.run(["audit", "export", "--format", "csv"])
            let rows = csv.stdout.split(separator: "\r\n")
            let cell = "\"'=\"\"x\"\"\""
            #expect(rows.count == 3 && rows.dropFirst().allSatisfy { $0.contains(",dispatch,\(cell),sim-") }, "\(rows)")
        }
    }

    @Test func aPersonIsErasedAndTheLogStays() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            _ = try await workspace.run(["run", "scenario.yaml", "--quiet"])
            let before = try workspace.text("\(workspace.home)/audit/00000001.jsonl")
            let salts = try JSONReader.read(Array(try workspace.text("\(workspace.home)/keys/salts.json").utf8))
            let person = try #require(salts["people"]?.elements?.first?["name"]?.string)
            #expect(!before.contains(person + " (ringback"))
            #expect(try await workspace.run(["audit", "show"]).stdout.contains("by \(person)"))
            #expect(try await workspace.run(["audit", "forget", person]).exitCode == 0)
            #expect(try await workspace.run(["audit", "show"]).stdout.contains("by sha256:"))
            #expect(try await workspace.run(["audit", "forget", person]).exitCode == 2)
            #expect(try workspace.text("\(workspace.home)/audit/00000001.jsonl") == before)
            #expect(try await workspace.run(["audit", "verify"]).exitCode == 0)
        }
    }

    @Test func aNewKeyIsVouchedForByTheOldOne() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            _ = try await workspace.run(["run", "scenario.yaml", "--quiet"])
            let old = try workspace.text("\(workspace.home)/audit/key.pub")
            try old.write(toFile: "\(workspace.folder)/old.pub", atomically: true, encoding: .utf8)
            let rotated = try await workspace.run(["audit", "rotate-key", "--json"])
            #expect(rotated.exitCode == 0)
            #expect(try Self.json(rotated)["note"]?.string == workspace.text("\(workspace.home)/audit/checkpoint"))
            _ = try await workspace.run(["run", "scenario.yaml", "--quiet"])
            #expect(try workspace.text("\(workspace.home)/audit/key.pub").hasSuffix(old))
            let verified = try await workspace.run(["audit", "verify", "--key", "old.pub", "--json"])
            let finding = try Self.json(verified)
            #expect(verified.exitCode == 0 && finding["anchored"]?.bool == true, "\(verified.stdout)")
        }
    }

    @Test func aDamagedLogKeepsARunFromBeginning() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            _ = try await workspace.run(["run", "scenario.yaml", "--quiet"])
            let segment = URL(filePath: "\(workspace.home)/audit/00000001.jsonl")
            var bytes = try Data(contentsOf: segment)
            bytes[300] ^= 1
            try bytes.write(to: segment)
            let refused = try await workspace.run(["run", "scenario.yaml"])
            #expect([2, 3].contains(refused.exitCode) && refused.stderr.contains("audit verify"), "\(refused.stderr)")
            #expect(try Data(contentsOf: segment) == bytes)
        }
    }

    /// `RINGBACK_SOAK` asks for all of it: two processes of 10,000 entries each.
    @Test func writersThatAreKilledKeepOneChain() async throws {
        let isSoak = ProcessInfo.processInfo.environment["RINGBACK_SOAK"] != nil
        let goal = isSoak ? 10_000 : 1_500
        try await Workspace.with { workspace in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for writer in 0..<2 {
                    group.addTask {
                        var random = SplitMix64(seed: UInt64(writer + 1))
                        var (acknowledged, round) = (0, 0)
                        while acknowledged < goal {
                            let name = "writer-\(writer)-\(round)"
                            let program = try Program(
                                Self.benchmark,
                                ["append", workspace.home, "\(goal - acknowledged)", "8", name],
                                environment: [:],
                                in: workspace.folder
                            )
                            if round < 8 {
                                try await Task.sleep(for: .milliseconds(Int.random(in: 20...250, using: &random)))
                                program.signal(SIGKILL)
                            }
                            let ended = await program.finished()
                            #expect(round < 8 || ended.exitCode == 0, "\(ended.stderr)")
                            // A line that was cut in two by the kill tells of no batch.
                            let whole =
                                ended.stdout.hasSuffix("\n") ? ended.stdout[...] : ended.stdout.prefix { _ in false }
                            acknowledged += whole.split(separator: "\n").last.flatMap { Int($0) } ?? 0
                            round += 1
                        }
                        return acknowledged
                    }
                }
                var acknowledged = 0
                for try await count in group { acknowledged += count }
                let verified = try await workspace.run(["audit", "verify", "--json"])
                let finding = try Self.json(verified)
                #expect(verified.exitCode == 0, "\(verified.stdout)")
                let entries = finding["entries"]?.integer ?? 0
                #expect(entries >= acknowledged && acknowledged >= 2 * goal)
                // What each was told is on disk is there, in its order.
                let chain = try AuditChain(home: workspace.home)
                var numbers: [String: [Int]] = [:]
                for entry in chain.entries where entry["eventType"]?.string == "dispatch" {
                    numbers[entry["runId"]?.string ?? "", default: []].append(
                        entry["payload"]?["number"]?.integer ?? -1
                    )
                }
                for (name, found) in numbers { #expect(found == Array(0..<found.count), "\(name)") }
                #expect(numbers.values.reduce(0) { $0 + $1.count } >= acknowledged)
            }
        }
    }
}
