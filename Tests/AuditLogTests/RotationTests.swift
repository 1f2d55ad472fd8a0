import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import Testing

@testable import AuditLog

/// Segments, checkpoints, and logs that a writer refuses.
@Suite("Rotation and refusals", .timeLimit(.minutes(5)))
struct RotationTests {
    private static var small: AuditLogLimits {
        var limits = AuditLogLimits()
        limits.segmentBytes = 1500
        return limits
    }

    private static func name(_ home: Home, _ segment: Int) -> String {
        "\(home.auditPath)/\(AuditSegments.name(segment))"
    }

    @Test func aSegmentTellsWhatWasBeforeIt() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: "\(folder)/home")
            for number in 1...30 { try AuditLog(home, limits: Self.small).append(.sample(number)) }
            let log = try LogCopy(home.auditPath)
            #expect(log.segments.count > 3)
            var frontier = MerkleFrontier()
            for (index, lines) in log.segments.enumerated() {
                let first = try JSONReader.read(lines[0])
                if index > 0 {
                    let previous = first["payload"]?["previous"]
                    #expect(first["eventType"]?.string == "rotated" && first["result"]?.string == "segment")
                    #expect(previous?["file"]?.string == AuditSegments.name(index))
                    #expect(previous?["entries"]?.integer == frontier.count)
                    #expect(previous?["rootHash"]?.string == frontier.root.hexadecimal)
                    #expect(
                        previous?["bytes"]?.integer == log.segments[index - 1].reduce(0) { $0 + $1.count + 1 }
                    )
                }
                for line in lines { frontier.append(.leaf(line)) }
            }
            #expect(try log.verify(in: folder).verdict == .intact)
            // The checkpoint made at the last rotation covers all but the newest segment.
            let covered = try #require(SignedCheckpoint(log.checkpoint ?? [])).checkpoint.size
            #expect(covered == log.count - log.segments[log.segments.count - 1].count)
        }
    }

    @Test(arguments: ["", "{\"seq\":8,\"times"])
    func anUnfinishedFirstLineOfASegmentIsReplaced(_ left: String) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: "\(folder)/home")
            for number in 1...4 { try AuditLog(home).append(.sample(number)) }
            try Data(left.utf8).write(to: URL(filePath: Self.name(home, 2)))
            #expect(try AuditLog.inspect(home)?.sequence == 4)
            try AuditLog(home).append(.sample(5))
            let log = try LogCopy(home.auditPath)
            let types = try log.segments[1].map { try JSONReader.read($0)["eventType"]?.string ?? "" }
            #expect(types == ["rotated"] + (left.isEmpty ? [] : ["recovered"]) + ["dispatch"])
            #expect(try log.verify(in: folder).verdict == .intact)
        }
    }

    @Test func checkpointsComeByNumberAndAtTheEnd() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let log = AuditLog(home)
            try log.append((1...255).map { .sample($0) })
            #expect(try FileSystem.inspect("\(home.auditPath)/checkpoint") == nil)
            try log.append(.sample(256))
            let path = "\(home.auditPath)/checkpoint"
            #expect(try SignedCheckpoint(path: path).checkpoint.size == 256)
            try log.append(.sample(257))
            #expect(try SignedCheckpoint(path: path).checkpoint.size == 256)
            let last = try log.checkpoint()
            #expect(last.checkpoint.size == 257)
            #expect(try log.checkpoint() == last)
            for name in ["audit/checkpoint", "audit/key.pub", "keys/audit.key"] {
                #expect(try FileSystem.inspect("\(folder)/\(name)")?.mode == 0o600)
            }
        }
    }

    @Test func noEntryIsWithoutACheckpointForLong() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            var limits = AuditLogLimits()
            limits.checkpointInterval = .milliseconds(50)
            let log = AuditLog(home, limits: limits)
            try await log.record(.sample(1))
            let path = "\(home.auditPath)/checkpoint"
            while try FileSystem.inspect(path) == nil { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try SignedCheckpoint(path: path).checkpoint.size == 1)
            withExtendedLifetime(log) {}
        }
    }

    @Test func entriesAtTheSameTimeShareCommits() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let log = AuditLog(home)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 { group.addTask { try await log.record(.sample(number)) } }
                try await group.waitForAll()
            }
            let numbers = try Chain.check(Chain.segment(home)).compactMap { $0["payload"]?["number"]?.integer }
            #expect(Set(numbers) == Set(0..<200) && numbers.count == 200)
        }
    }

    /// Ways to damage a log so that it must not be continued.
    enum Damage: String, CaseIterable, CustomTestStringConvertible, Sendable {
        case shorter, edited, editedBefore, checkpointOfOthers, checkpointGone, keyGone, segmentGone
        case shorterWithoutCheckpoint, allGone
        var testDescription: String { rawValue }
    }

    @Test(arguments: Damage.allCases)
    func aChangedLogIsRefused(_ damage: Damage) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: "\(folder)/home")
            for number in 1...12 { try AuditLog(home, limits: Self.small).append(.sample(number)) }
            try AuditLog(home).checkpoint()
            var log = try LogCopy(home.auditPath)
            let other = try LogCopy.make(in: try Home(path: "\(folder)/other"), entries: 3)
            switch damage {
            case .shorter: log.cut(from: log.count)
            case .edited: try log.change(log.count - 1, [("result", .string("failed"))])
            case .editedBefore:
                // In an earlier segment, with all hashes rewritten: the newest segment holds another tree.
                try log.change(2, [("result", .string("failed"))])
                try log.rewrite(from: 3)
            case .checkpointOfOthers: log.checkpoint = other.checkpoint
            case .checkpointGone: log.checkpoint = nil
            case .keyGone: try FileManager.default.removeItem(atPath: "\(home.keysPath)/audit.key")
            case .shorterWithoutCheckpoint:
                log.cut(from: 5)
                log.checkpoint = nil
            case .allGone:
                log.left = Set(log.segments.indices)
                log.checkpoint = nil
            case .segmentGone: log.left = [log.segments.count - 1]
            }
            try log.write(to: home.auditPath)
            if damage == .checkpointGone {
                // The last checkpoint also lies beside the key and the log is unchanged, so it gets its checkpoint again.
                try AuditLog(home).append(.sample(20))
                let size = try AuditLog(home).checkpoint().checkpoint.size
                #expect(try SignedCheckpoint(path: "\(home.auditPath)/checkpoint").checkpoint.size == size)
            } else {
                #expect(auditErrorCode { try AuditLog(home).append(.sample(20)) } == .damaged)
                #expect(auditErrorCode { try AuditLog(home).checkpoint() } == .damaged)
            }
        }
    }

    @Test func aWriterSeesWhatOthersHaveDoneToTheLog() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let (one, other) = (AuditLog(home, limits: Self.small), AuditLog(home, limits: Self.small))
            for number in 1...20 { try (number.isMultiple(of: 2) ? one : other).append(.sample(number)) }
            #expect(try LogCopy(home.auditPath).verify(in: folder).verdict == .intact)
        }
    }

    @Test func aLogThatIsCutUnderItsWriterIsRefused() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let log = AuditLog(home)
            for number in 1...6 { try log.append(.sample(number)) }
            var shorter = try LogCopy(home.auditPath)
            shorter.cut(from: 4)
            try shorter.write(to: home.auditPath)
            let error = #expect(throws: AuditError.self) { try log.append(.sample(7)) }
            #expect(error?.code == .damaged)
            #expect(error?.description.contains("00000001.jsonl:6") == true)
            #expect(try LogCopy(home.auditPath).count == 3)
        }
    }

    @Test func aFailedCheckpointKeepsTheEntries() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let log = AuditLog(home)
            try log.append(.sample(1))
            try log.checkpoint()
            try log.append((2...256).map { .sample($0) })
            try FileSystem.remove("\(home.auditPath)/checkpoint")
            try FileSystem.makeDirectory("\(home.auditPath)/checkpoint")
            // The entry is on disk, so it is acknowledged; the next one is refused until a checkpoint can be made.
            try log.append(.sample(257))
            #expect(throws: FileError.self) { try log.append(.sample(258)) }
            #expect(try LogCopy(home.auditPath).count == 257)
            try FileManager.default.removeItem(atPath: "\(home.auditPath)/checkpoint")
            try log.append(.sample(258))
            #expect(try SignedCheckpoint(path: "\(home.auditPath)/checkpoint").checkpoint.size == 257)
            #expect(try LogCopy(home.auditPath).count == 258)
        }
    }

    @Test func aFailedSyncStopsEveryRunOfTheProcess() async throws {
        try await TemporaryFolder.with { folder in
            let (home, other) = (try Home(path: "\(folder)/home"), try Home(path: "\(folder)/other"))
            try AuditLog(home).append(.sample(1))
            FailedSyncs.note(FileError(FileError.sync, "\(home.auditPath)/00000001.jsonl", EIO), of: home.auditPath)
            let error = #expect(throws: AuditError.self) { try AuditLog(home).append(.sample(2)) }
            #expect(error?.code == .stopped)
            #expect(error?.description.contains("after a failed sync") == true)
            #expect(auditErrorCode { try AuditLog(home).checkpoint() } == .stopped)
            try AuditLog(other).append(.sample(1))
            #expect(try LogCopy(home.auditPath).count == 1)
        }
    }

    @Test func aFolderThatIsALinkIsNotWrittenTo() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: "\(folder)/home")
            try FileManager.default.removeItem(atPath: home.auditPath)
            try FileSystem.makeDirectory("\(folder)/elsewhere")
            try FileManager.default.createSymbolicLink(
                atPath: home.auditPath,
                withDestinationPath: "\(folder)/elsewhere"
            )
            #expect(auditErrorCode { try AuditLog(home).append(.sample(1)) } == .damaged)
            #expect(try FileSystem.names(in: "\(folder)/elsewhere").isEmpty)
        }
    }

    @Test func aSegmentFileMadeByOthersGetsItsMode() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            #expect(FileManager.default.createFile(atPath: Self.name(home, 1), contents: Data()))
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: Self.name(home, 1))
            try AuditLog(home).append(.sample(1))
            #expect(try FileSystem.inspect(Self.name(home, 1))?.mode == 0o600)
        }
    }

    /// Opening a pipe that has no writer would block for ever.
    @Test(.timeLimit(.minutes(5)), arguments: ["00000001.jsonl", "00000002.jsonl", "checkpoint", "key.pub"])
    func aPipeInTheFolderDoesNotBlock(_ name: String) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try LogCopy.make(in: home, entries: 3).write(to: home.auditPath)
            let path = "\(home.auditPath)/\(name)"
            try FileSystem.remove(path)
            #expect(mkfifo(path, 0o600) == 0)
            if name != "key.pub" {
                #expect(throws: (any Error).self) { try AuditProver(directory: home.auditPath).inclusion(of: 2) }
            }
            if name == "checkpoint" {
                #expect(throws: FileError.self) { try AuditReader(directory: home.auditPath).checkpoint() }
            }
            switch name {
            case "checkpoint", "key.pub":
                #expect(try AuditVerifier(directory: home.auditPath).verify().verdict == .tampered)
            default:
                #expect(throws: FileError.self) { try AuditVerifier(directory: home.auditPath).verify() }
                #expect(throws: FileError.self) { try AuditLog(home).append(.sample(4)) }
            }
            // A link is not followed either.
            try FileSystem.remove(path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/hostname")
            if name == "checkpoint" || name == "key.pub" {
                #expect(try AuditVerifier(directory: home.auditPath).verify().verdict == .tampered)
            } else {
                #expect(throws: FileError.self) { try AuditVerifier(directory: home.auditPath).verify() }
            }
        }
    }

    @Test func filesFromOtherSystemsAreRead() async throws {
        try await TemporaryFolder.with { folder in
            let log = try LogCopy.make(in: try Home(path: "\(folder)/home"), entries: 3)
            try log.write(to: "\(folder)/copy")
            func carriageReturns(_ bytes: [UInt8]?) -> Data {
                Data((bytes ?? []).flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] })
            }
            try carriageReturns(log.checkpoint).write(to: URL(filePath: "\(folder)/anchor"))
            try carriageReturns(log.publicKey).write(to: URL(filePath: "\(folder)/key"))
            let verifier = AuditVerifier(
                directory: "\(folder)/copy",
                anchor: try SignedCheckpoint(path: "\(folder)/anchor"),
                keys: try KeyFile(path: "\(folder)/key")
            )
            #expect(try verifier.verify().verdict == .intact)
        }
    }

    @Test func aLogThatDiffersFromItsCheckpointGivesNoProof() async throws {
        try await TemporaryFolder.with { folder in
            var log = try LogCopy.make(in: try Home(path: "\(folder)/home"), entries: 6)
            let prover = AuditProver(directory: "\(folder)/copy")
            try log.write(to: prover.directory)
            #expect(throws: Never.self) { try prover.inclusion(of: 4) }
            try log.change(2, [("result", .string("failed"))])
            try log.rechain(from: 3)
            try log.write(to: prover.directory)
            #expect(auditErrorCode { try prover.inclusion(of: 4) } == .notProvable)
            #expect(auditErrorCode { try prover.consistency(from: 3) } == .notProvable)
        }
    }

    @Test func aRemovedCheckpointGivesAWarningIfItMustHaveExisted() async throws {
        try await TemporaryFolder.with { folder in
            var log = try LogCopy.make(in: try Home(path: "\(folder)/home"), entries: 12, segmentBytes: 1500)
            log.checkpoint = nil
            let finding = try log.verify(in: folder)
            #expect(finding.verdict == .intact && !finding.isAnchored)
            #expect(finding.warnings.contains { $0.contains("it was removed") })
            var short = try LogCopy.make(in: try Home(path: "\(folder)/short"), entries: 3)
            short.checkpoint = nil
            #expect(try !short.verify(in: folder).warnings.contains { $0.contains("took it away") })
        }
    }

    @Test func commitmentsHideNamesAndAreTheSameForAPerson() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let people = Pseudonyms(home)
            let alice = try people.commitment(to: "alice")
            #expect(alice.hasPrefix("sha256:") && alice.count == 71 && !alice.contains("alice"))
            #expect(try people.commitment(to: "alice") == alice)
            #expect(try people.commitment(to: "bob") != alice)
            #expect(try people.names()[alice] == "alice")
            #expect(try people.forget("alice") && !people.forget("alice"))
            #expect(try people.names()[alice] == nil)
            // From then on the same name has another commitment, which nothing links to the first.
            #expect(try people.commitment(to: "alice") != alice)
        }
    }

    @Test func runsWithoutFiguresAreListed() throws {
        func entry(_ type: String, _ run: String, _ result: String, _ day: Int, _ payload: JSONValue = [:])
            -> AuditRecord
        {
            AuditRecord(json: [
                "seq": 1, "timestamp": .string("2026-01-0\(day)T12:00:00.000000000Z"), "eventType": .string(type),
                "runId": .string(run), "result": .string(result), "payload": payload,
            ])
        }
        func intent(_ run: String, _ day: Int) -> AuditRecord {
            entry("dispatch.intent", run, "intended", day, ["campaignId": "c"])
        }
        func counted(_ run: String, _ day: Int) -> AuditRecord {
            entry(
                "verdict",
                run,
                "pass",
                day,
                [
                    "abandonment": [
                        "campaignId": "c", "liveAnswers": 10, "connected": 10, "abandoned": 0, "connectedLate": 0,
                    ]
                ]
            )
        }
        var records = AbandonmentRecords()
        let log = [
            intent("killed", 1), intent("refused", 1), entry("dispatch", "refused", "failed", 1),
            intent("quiet", 2), entry("verdict", "quiet", "inconclusive", 2), intent("counted", 3),
            counted("counted", 3),
            intent("unknown", 4), entry("dispatch", "unknown", "unknown", 4),
            // Refused when it was resumed: it is unknown whether the first pass had created a simulation.
            intent("resumed", 5), entry("recovered", "resumed", "resumed", 6), intent("resumed", 6),
            entry("dispatch", "resumed", "failed", 6),
        ]
        for record in log { records.take(record, isInPeriod: record.runID != "unknown") }
        #expect(records.all.map(\.runs) == [["counted"]])
        let open = records.runsWithoutFigures
        // The last one belongs to a requested block, so it is listed although the period ends before it.
        #expect(open.map(\.runID) == ["killed", "quiet", "unknown", "resumed"])
        #expect(open.map(\.campaignID) == ["c", "c", "c", "c"])
        #expect(open.map { $0.reason.hasPrefix("its verdict") } == [false, true, false, false])
        #expect(open.last?.since == Timestamp("2026-01-05T12:00:00Z"))
    }

    @Test func blocksOfThirtyDaysBeginWithTheFirstRun() throws {
        func verdict(_ run: String, _ time: String, answers: Int, abandoned: Int) -> AuditRecord {
            AuditRecord(json: [
                "seq": 1, "timestamp": .string(time), "eventType": "verdict", "runId": .string(run),
                "payload": [
                    "abandonment": [
                        "campaignId": "c", "liveAnswers": .integer(answers), "connected": .integer(answers - abandoned),
                        "abandoned": .integer(abandoned), "connectedLate": 0,
                    ]
                ],
            ])
        }
        var records = AbandonmentRecords()
        records.take(verdict("a", "2026-01-01T12:00:00.000000001Z", answers: 5, abandoned: 5), isInPeriod: false)
        records.take(verdict("b", "2026-01-31T11:59:59.999999999Z", answers: 100, abandoned: 2), isInPeriod: true)
        records.take(verdict("b", "2026-01-31T11:59:59.999999999Z", answers: 100, abandoned: 2), isInPeriod: true)
        records.take(verdict("c", "2026-01-31T12:00:00.000000001Z", answers: 50, abandoned: 3), isInPeriod: true)
        records.take(verdict("d", "2026-06-01T00:00:00.000000001Z", answers: 9, abandoned: 9), isInPeriod: false)
        let blocks = records.all
        // A block is whole, including runs before the period; a block without a run in the period is left out.
        #expect(blocks.map(\.runs) == [["a", "b"], ["c"]])
        #expect(blocks.map(\.liveAnswers) == [105, 50] && blocks.map(\.abandoned) == [7, 3])
        #expect(blocks.map(\.rate) == [7.0 / 105, 0.06])
        #expect(blocks[0].start == Timestamp("2026-01-01T12:00:00Z") && blocks[1].start == blocks[0].end)
    }
}
