import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// What a 200 says is true of the disk, not only of the process: kill -9 alone cannot show that.
#if os(Linux)
    @Suite(.serialized, .timeLimit(.minutes(60)))
    struct DurabilityTests {
        /// Below 64 MiB of free disk no event is taken, and everybody says so.
        @Test func aFullDiskIsNamed() async throws {
            let words = "the disk of the home is nearly full: 10.0 MiB free, 64.0 MiB needed"
            let full = ["LD_PRELOAD": try Shim.disk.get(), "DISKSHIM_FREE": "\(10 << 20)"]
            try await Workspace.with { workspace in
                try workspace.scenario()
                let run = try await workspace.run(["run", "scenario.yaml"], environment: full)
                #expect(run.exitCode == 2 && run.stderr.contains(words), "\(run.stderr)")
                let doctor = try await workspace.run(["doctor"], environment: full)
                #expect(doctor.stdout.contains("10.0 MiB free on the disk of the home"), "\(doctor.stdout)")
                #expect(doctor.exitCode != 0)
                let service = try await RunningService(workspace, [], full)
                let ready = try await service.get("/readyz")
                #expect(ready.status == 503 && ready.json["detail"] == .string("events cannot be stored: \(words)"))
                service.program.signal(SIGTERM)
                #expect(await service.program.finished().stderr.contains(words))
            }
        }

        /// Some file systems cannot sync a folder: that is warned of once, and nothing fails.
        @Test func foldersThatCannotBeSyncedAreWarnedOf() async throws {
            let environment = ["LD_PRELOAD": try Shim.disk.get(), "DISKSHIM_FOLDERS": "1"]
            let words = "cannot sync folders, so a power cut may undo new files"
            try await Workspace.with { workspace in
                try workspace.scenario()
                let run = try await workspace.run(["run", "scenario.yaml"], environment: environment)
                #expect(run.exitCode == 0, "\(run.stderr)")
                #expect(run.stderr.components(separatedBy: words).count == 2, "\(run.stderr)")
                let doctor = try await workspace.run(["doctor"], environment: environment)
                #expect(doctor.stdout.contains(words), "\(doctor.stdout)")
            }
        }

        /// A home on a read-only file system can be read: no lock file, no log file.
        @Test func aReadOnlyHomeIsRead() async throws {
            try await Workspace.with { workspace in
                try workspace.scenario()
                #expect(try await workspace.run(["run", "scenario.yaml"]).exitCode == 0)
                let environment = [
                    "LD_PRELOAD": try Shim.disk.get(), "DISKSHIM_READONLY": "1", "TMPDIR": workspace.folder,
                ]
                #expect(try await workspace.run(["run", "scenario.yaml"], environment: environment).exitCode != 0)
                for command in [["inbox", "list"], ["deliveries", "list"], ["slots", "list"]] {
                    let ended = try await workspace.run(command, environment: environment)
                    #expect(ended.exitCode == 0, "\(command): \(ended.stderr)")
                    #expect(command[0] != "inbox" || ended.stdout.contains("accepted"), "\(ended.stdout)")
                }
            }
        }

        @Test func aRunStopsAtOnceIfTheDiskGetsFull() async throws {
            try await Workspace.with { workspace in
                try workspace.scenario(calls: 200)
                let arm = "\(workspace.folder)/arm"
                let run = try workspace.start(
                    ["run", "scenario.yaml", "--speed", "4", "--timeout", "2m", "--out", workspace.out],
                    environment: [
                        "LD_PRELOAD": try Shim.disk.get(), "DISKSHIM_FREE": "\(10 << 20)", "DISKSHIM_ARM": arm,
                    ]
                )
                _ = await run.line { $0.contains("dispatched") }
                let start = ContinuousClock.now
                try "".write(toFile: arm, atomically: true, encoding: .utf8)
                let ended = await run.finished()
                #expect(
                    ended.stderr.contains("events could not be stored any more: the disk of the home"),
                    "\(ended.stderr)"
                )
                #expect(start.duration(to: .now) < .seconds(30))
                // It has begun, so its files speak of it and its trail in the audit log ends with a verdict.
                #expect(ended.exitCode == 2)
                let files = try FileManager.default.contentsOfDirectory(atPath: workspace.out).sorted()
                #expect(files == ["events.jsonl", "junit.xml", "report.html", "result.json"])
                let result = try workspace.result()
                #expect(result["ending"]?["kind"] == "failedLocally" && result["runId"]?.string?.count == 26)
                let log = try await workspace.run(["audit", "show", "--type", "verdict"])
                #expect(log.stdout.contains("fail"), "\(log.stdout)\(log.stderr)")
            }
        }

        private struct Trace {
            var statuses: [Int?]
            var lines: [Substring]
            var stderr = ""

            /// Whether the fault came.
            var hasFault: Bool { lines.contains("F") }

            /// Answers of 200 before which something written had not been synced, or nothing was synced at all.
            var prematureAnswers: Int {
                var (premature, isSynced, hasSynced) = (0, true, false)
                for line in lines {
                    switch line {
                    case "W": isSynced = false
                    case "S": (isSynced, hasSynced) = (true, true)
                    case "A 200":
                        if !isSynced || !hasSynced { premature += 1 }
                        hasSynced = false
                    default: break
                    }
                }
                return premature
            }
        }

        /// Every sync of the audit log in a run: what it announces does not happen, and nothing is written any more.
        @Test func aFailedSyncOfTheAuditLogEndsTheRun() async throws {
            var (count, hasFailed) = (0, true)
            while hasFailed {
                count += 1
                hasFailed = try await Workspace.with { workspace in
                    try workspace.scenario()
                    return try await FakeAPI.with(FakeScript { _ in }) { api in
                        let ended = try await workspace.run(
                            against: api,
                            environment: [
                                "LD_PRELOAD": try Shim.disk.get(), "DISKSHIM_LOG": "\(workspace.folder)/trace",
                                "DISKSHIM_FILES": ".jsonl", "DISKSHIM_FAIL": "sync:\(count):EIO",
                            ]
                        )
                        let hasFault = try workspace.text("trace").contains("F\n")
                        #expect((ended.exitCode == 0) == !hasFault, "sync \(count): \(ended.stderr)")
                        guard hasFault else { return false }
                        #expect(ended.stderr.contains("sync"), "\(ended.stderr)")
                        let entries = try AuditChain(home: workspace.home).entries.count
                        #expect(entries == count, "sync \(count): \(entries) entries")
                        // The intent is the third: no create leaves without it.
                        #expect(api.requests(.create).isEmpty == (count <= 3), "sync \(count)")
                        return true
                    }
                }
            }
            #expect(count == 9)
        }

        /// Keys, checkpoints and the names of files count as much: after any sync that failed nothing is appended.
        @Test(arguments: [".new", "/audit", "/keys"])
        func aFailedSyncBesideTheAuditLogStopsIt(_ files: String) async throws {
            var (count, hasFailed) = (0, true)
            while hasFailed {
                count += 1
                hasFailed = try await Workspace.with { workspace in
                    let ended = try await Program(
                        "\(Program.buildFolder)/AuditBenchmark",
                        ["append", workspace.home, "600", "8", "writer"],
                        environment: [
                            "LD_PRELOAD": try Shim.disk.get(), "DISKSHIM_LOG": "\(workspace.folder)/trace",
                            "DISKSHIM_FILES": files, "DISKSHIM_FAIL": "sync:\(count):EIO",
                        ],
                        in: workspace.folder
                    ).finished()
                    let hasFault = (try? workspace.text("trace"))?.contains("F\n") == true
                    #expect((ended.exitCode == 0) == !hasFault, "sync \(count) of \(files): \(ended.stderr)")
                    let text = (try? workspace.text("\(workspace.home)/audit/00000001.jsonl")) ?? ""
                    let entries = text.isEmpty ? 0 : try AuditChain(home: workspace.home).entries.count
                    // What was acknowledged is there, and nothing came after the checkpoint that could not be made.
                    #expect([0, 256, 512, 600].contains(entries), "sync \(count) of \(files): \(entries)")
                    if hasFault, entries == 256 || entries == 512 {
                        #expect(ended.stderr.contains("after a failed sync"), "\(ended.stderr)")
                    }
                    return hasFault
                }
            }
            #expect(count > 3)
        }

        /// Delivers events one after the other under the shim; afterwards the process is killed.
        private func trace(_ workspace: Workspace, events: Int, fail: String? = nil, waitsForEnd: Bool = false)
            async throws
            -> Trace
        {
            let (log, arm) = ("\(workspace.folder)/trace", "\(workspace.folder)/arm")
            var environment = ["LD_PRELOAD": try Shim.disk.get(), "DISKSHIM_LOG": log, "DISKSHIM_ARM": arm]
            environment["DISKSHIM_FAIL"] = fail
            var trace = Trace(statuses: [], lines: [])
            try await ReceivingRun.with(workspace, environment: environment) { receiving in
                try Data().write(to: URL(filePath: arm))
                let before = try workspace.text(log).split(separator: "\n").count
                let connection = try RawConnection(port: receiving.port)
                for number in 0..<events {
                    trace.statuses.append(try await receiving.deliver("msg_\(number)", over: connection))
                }
                if waitsForEnd { trace.stderr = await receiving.program.finished().stderr }
                trace.lines = Array(try workspace.text(log).split(separator: "\n").dropFirst(before))
            }
            let stored = try workspace.storedWebhooks()
            for (number, status) in trace.statuses.enumerated() where status == 200 {
                #expect(stored.ids.contains("msg_\(number)"), "\(fail ?? "")")
            }
            #expect(stored.integrity == "ok")
            return trace
        }

        @Test func theDiskHasAnEventBeforeItsAnswer() async throws {
            try await Workspace.with { workspace in
                let trace = try await trace(workspace, events: 20)
                #expect(trace.statuses == Array(repeating: 200, count: 20))
                #expect(trace.lines.count { $0 == "A 200" } == 20)
                #expect(trace.lines.count { $0 == "S" } >= 20)
                #expect(trace.prematureAnswers == 0, "\(trace.lines.joined(separator: " "))")
            }
        }

        /// The n-th write or sync fails, for n from 1 until none does; without `RINGBACK_SOAK` not every n is tried.
        @Test(arguments: ["write:EIO", "write:ENOSPC", "write:short", "write:stall", "sync:EIO", "sync:stall"])
        func noFaultOfTheDiskIsAnsweredWith200(_ fault: String) async throws {
            let parts = fault.split(separator: ":")
            var step = 1
            for number in 1... where Soak.rounds != nil || number == step {
                step = number + max(1, number / 2)
                let isOver = try await Workspace.with { workspace in
                    let trace = try await trace(workspace, events: 3, fail: "\(parts[0]):\(number):\(parts[1])")
                    guard trace.hasFault else { return true }
                    #expect(trace.prematureAnswers == 0, "\(fault) \(number)")
                    let refused = trace.statuses.filter { $0 != 200 }
                    if parts[1] == "stall" {
                        #expect(refused.isEmpty)
                    } else {
                        #expect(!refused.isEmpty && refused.allSatisfy { $0 == 503 || $0 == nil }, "\(trace.statuses)")
                    }
                    return false
                }
                if isOver { return }
            }
        }

        @Test func aFailedSyncStopsTheRun() async throws {
            try await Workspace.with { workspace in
                let trace = try await trace(workspace, events: 4, fail: "sync:2:EIO", waitsForEnd: true)
                #expect(trace.hasFault)
                #expect(trace.statuses.first == 200)
                #expect(trace.statuses.dropFirst().allSatisfy { $0 == 503 || $0 == nil }, "\(trace.statuses)")
                #expect(trace.stderr.contains("events could not be stored any more"), "\(trace.stderr)")
            }
        }
    }
#endif
