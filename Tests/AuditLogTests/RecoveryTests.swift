import Crypto
import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import Testing

@testable import AuditLog

@Suite("Recovery of a torn log", .timeLimit(.minutes(5)))
struct RecoveryTests {
    private func damage(_ path: String, _ change: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(filePath: path))
        change(&data)
        try data.write(to: URL(filePath: path))
    }

    /// What a crash may leave after the last whole line.
    enum Tear: CaseIterable {
        case halfALine, wholeLineWithoutNewline, zeros, oneByte, longerThanTheWindow, notUTF8

        var bytes: [UInt8] {
            switch self {
            case .halfALine: Array(#"{"seq":4,"timesta"#.utf8)
            case .wholeLineWithoutNewline: AuditEntry.sample(4).line(sequence: 4, timestamp: "t", previous: "p")
            case .zeros: [UInt8](repeating: 0, count: 512)
            case .oneByte: [UInt8(ascii: "{")]
            case .longerThanTheWindow: [UInt8](repeating: UInt8(ascii: "y"), count: 30_000)
            case .notUTF8: [0xFF, 0xFE, 0xC0]
            }
        }
    }

    @Test(arguments: Tear.allCases)
    func aTornEndIsCutOffAndRecorded(_ tear: Tear) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let log = AuditLog(home)
            for number in 1...3 { try log.append(.sample(number)) }
            try damage(Chain.segment(home)) { $0 += tear.bytes }
            try log.append(.sample(4))
            try log.append(.sample(5))
            let entries = try Chain.check(Chain.segment(home))
            #expect(
                entries.map { $0["eventType"]?.string } == [
                    "dispatch", "dispatch", "dispatch", "recovered", "dispatch", "dispatch",
                ]
            )
            let hash = SHA256.hash(data: tear.bytes).map { String(format: "%02x", $0) }.joined()
            #expect(
                entries[3]["payload"] == [
                    "discardedBytes": .integer(tear.bytes.count), "discardedSha256": .string(hash),
                ]
            )
            #expect(entries[3]["actor"]?.string == "tester")
            #expect(entries[4]["payload"]?["number"]?.integer == 4)
        }
    }

    @Test func aLogOfNothingButATornLineStartsAgain() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try Data("{\"seq\":1".utf8).write(to: URL(filePath: Chain.segment(home)))
            try AuditLog(home).append(.sample(1))
            let entries = try Chain.check(Chain.segment(home))
            #expect(entries.map { $0["eventType"]?.string } == ["recovered", "dispatch"])
            #expect(entries[0]["payload"]?["discardedBytes"]?.integer == 8)
        }
    }

    @Test func anEmptySegmentIsAnEmptyLog() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try Data().write(to: URL(filePath: Chain.segment(home)))
            try AuditLog(home).append(.sample(1))
            #expect(try Chain.check(Chain.segment(home)).count == 1)
        }
    }

    @Test(arguments: [
        "garbage\n", "\n", "{\"seq\":0}\n", "{\"seq\":-1}\n", "{\"seq\":\"4\"}\n", "{\"seq\":1.5}\n", "{}\n",
        "[1]\n", "{\"seq\":4\n", "{\"seq\":4}x\n", "\u{0}\u{0}\n",
    ])
    func aDamagedLastLineIsRefusedAndLeftAsItIs(_ line: String) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            for number in 1...3 { try AuditLog(home).append(.sample(number)) }
            try damage(Chain.segment(home)) { $0 += Array(line.utf8) }
            let before = try Data(contentsOf: URL(filePath: Chain.segment(home)))
            let error = #expect(throws: AuditError.self) { try AuditLog(home).append(.sample(4)) }
            #expect(error?.code == .damaged)
            #expect("\(try #require(error))".contains(Chain.segment(home)))
            // A torn line after a damaged one must not be cut off.
            try damage(Chain.segment(home)) { $0 += Array("torn".utf8) }
            #expect(auditErrorCode { try AuditLog(home).append(.sample(4)) } == .damaged)
            #expect(try Data(contentsOf: URL(filePath: Chain.segment(home))) == before + Data("torn".utf8))
        }
    }

    @Test(arguments: [true, false])
    func aSegmentThatIsALinkIsRefused(dangling: Bool) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let target = "\(folder)/elsewhere"
            if !dangling { try Data().write(to: URL(filePath: target)) }
            try FileManager.default.createSymbolicLink(
                atPath: Chain.segment(home),
                withDestinationPath: target
            )
            #expect(throws: FileError("open", Chain.segment(home), ELOOP)) { try AuditLog(home).append(.sample()) }
            #expect(FileManager.default.fileExists(atPath: target) == !dangling)
        }
    }

    @Test func aLogThatCannotBeWrittenIsAnError() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try FileManager.default.removeItem(atPath: home.auditPath)
            #expect(throws: FileError("read the folder", home.auditPath, ENOENT)) {
                try AuditLog(home).append(.sample())
            }
            try Data().write(to: URL(filePath: home.auditPath))
            #expect(throws: FileError("look at", "\(home.auditPath)/checkpoint", ENOTDIR)) {
                try AuditLog(home).append(.sample())
            }
        }
    }

    @Test(arguments: ["00000001.jsonl", "00000002.jsonl"])
    func aSegmentThatIsAFolderIsAnError(_ name: String) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let path = "\(home.auditPath)/\(name)"
            try FileSystem.makeDirectory(path)
            #expect(throws: FileError("use as a plain file", path, EINVAL)) { try AuditLog(home).append(.sample()) }
        }
    }

    @Test func aFullDiskIsAnErrorAndWhatItTookIsCutOffLater() async {
        // In a separate process: the limit on file sizes would affect all tests.
        await #expect(processExitsWith: .success) {
            try await TemporaryFolder.with { folder in
                let home = try Home(path: folder)
                let segment = Chain.segment(home)
                try AuditLog(home).append(.sample(1))
                let size = try #require(FileManager.default.attributesOfItem(atPath: segment)[.size] as? UInt)
                signal(SIGXFSZ, SIG_IGN)
                var limit = rlimit()
                let resource = __rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue))
                getrlimit(resource, &limit)
                let usual = limit.rlim_cur
                limit.rlim_cur = rlim_t(size + 20)
                setrlimit(resource, &limit)
                #expect(throws: FileError("write to", segment, EFBIG)) { try AuditLog(home).append(.sample(2)) }
                limit.rlim_cur = usual
                setrlimit(resource, &limit)
                try AuditLog(home).append(.sample(3))
                let entries = try Chain.check(segment)
                #expect(entries.map { $0["eventType"]?.string } == ["dispatch", "recovered", "dispatch"])
                #expect(entries[1]["payload"]?["discardedBytes"]?.integer == 20)
            }
        }
    }
}
