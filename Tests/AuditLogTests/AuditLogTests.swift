import Crypto
import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import Testing

@testable import AuditLog

@Suite("AuditLog", .timeLimit(.minutes(5)))
struct AuditLogTests {
    @Test func everyEntryNamesTheHashOfTheLineBefore() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let log = AuditLog(home)
            for number in 1...20 { try log.append(.sample(number)) }
            // Another value, as another process would have, continues the same chain.
            try AuditLog(home).append(.sample(21))
            let entries = try Chain.check(Chain.segment(home))
            #expect(entries.map { $0["payload"]?["number"]?.integer } == Array(1...21))
            let attributes = try FileManager.default.attributesOfItem(atPath: Chain.segment(home))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func anEntryIsOneLineOfKnownBytes() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let log = AuditLog(home) { (1_795_357_800, 7) }
            try log.append(
                AuditEntry(
                    .dispatchIntent,
                    runID: "r",
                    actor: "a\nb",
                    payload: ["x": "é"],
                    result: "intent",
                    error: nil
                )
            )
            try log.append(AuditEntry(.verdict, runID: nil, simulationID: "s", actor: "a", result: "fail", error: "e"))
            let lines = try String(contentsOfFile: Chain.segment(home), encoding: .utf8).split(separator: "\n")
            let zeros = String(repeating: "0", count: 64)
            #expect(
                lines[0] == #"{"seq":1,"timestamp":"2026-11-22T14:30:00.000000007Z","eventType":"dispatch.intent","#
                    + #""runId":"r","actor":"a\nb","payload":{"x":"é"},"result":"intent","prev":"\#(zeros)"}"#
            )
            let hash = SHA256.hash(data: Array(lines[0].utf8)).map { String(format: "%02x", $0) }.joined()
            #expect(
                lines[1] == #"{"seq":2,"timestamp":"2026-11-22T14:30:00.000000007Z","eventType":"verdict","#
                    + #""simulationId":"s","actor":"a","result":"fail","error":"e","prev":"\#(hash)"}"#
            )
        }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000000Z"), (1, "1970-01-01T00:00:00.000000001Z"),
        (123_456_789, "1970-01-01T00:00:00.123456789Z"), (999_999_999, "1970-01-01T00:00:00.999999999Z"),
    ])
    func timestampsHaveNineDigits(_ nanoseconds: Int64, _ text: String) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try AuditLog(home) { (0, nanoseconds) }.append(.sample())
            #expect(try Chain.check(Chain.segment(home))[0]["timestamp"]?.string == text)
        }
    }

    @Test func theWallClockIsNow() {
        let (seconds, nanoseconds) = AuditLog.wallClock()
        #expect(abs(Date().timeIntervalSince1970 - Double(seconds)) < 10)
        #expect((0..<1_000_000_000).contains(nanoseconds))
    }

    @Test(arguments: [1, 4000, 4096, 5000, 70_000])
    func linesOfAnyLengthAreContinued(_ length: Int) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            for _ in 0..<3 {
                let text = String(repeating: "x", count: length)
                try AuditLog(home).append(AuditEntry(.cancel, runID: nil, actor: text, result: "done"))
            }
            #expect(try Chain.check(Chain.segment(home)).count == 3)
        }
    }

    @Test func manyWritersKeepOneChain() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<6 {
                    group.addTask {
                        let log = AuditLog(home)
                        try await BlockingWork.run {
                            for number in 0..<20 { try log.append(.sample(writer * 100 + number)) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let numbers = try Chain.check(Chain.segment(home)).compactMap { $0["payload"]?["number"]?.integer }
            #expect(numbers.count == 120)
            #expect(Set(numbers).count == 120)
            // Each writer's own entries stay in its order.
            for writer in 0..<6 {
                let own = numbers.filter { $0 / 100 == writer }
                #expect(own == own.sorted())
            }
        }
    }

    @Test func otherFilesInTheFolderAreNotTheLog() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try AuditLog(home).append(.sample(1))
            for name in ["notes.jsonl", "zzzzzzzz.jsonl", "00000002.jsonl.bak", "000000002.jsonl"] {
                try Data("not a log\n".utf8).write(to: URL(filePath: "\(home.auditPath)/\(name)"))
            }
            try AuditLog(home).append(.sample(2))
            #expect(try Chain.check(Chain.segment(home)).count == 2)
        }
    }
}
