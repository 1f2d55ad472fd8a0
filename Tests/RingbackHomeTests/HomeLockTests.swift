import Dispatch
import Foundation
import Glibc
import RingbackHome
import RingbackTestKit
import Testing

@Suite("HomeLock", .timeLimit(.minutes(5)))
struct HomeLockTests {
    @Test func oneThreadAtATime() async throws {
        try await TemporaryFolder.with { folder in
            let lock = HomeLock(directory: folder)
            let path = "\(folder)/counter"
            try Data("0".utf8).write(to: URL(filePath: path))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await BlockingWork.run {
                            for _ in 0..<25 {
                                // Read, give way, write: without exclusion increments get lost.
                                try lock.withLock {
                                    let count = try #require(Int(String(contentsOfFile: path, encoding: .utf8)))
                                    sched_yield()
                                    try Data("\(count + 1)".utf8).write(to: URL(filePath: path))
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "200")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: Self.flockProgram), "needs flock(1)"))
    func otherProcessesStayOutWhileALockIsHeld() async throws {
        try await TemporaryFolder.with { folder in
            let lock = HomeLock(directory: folder)
            func tryToEnter() -> Int32 {
                Program.exitCode(of: [Self.flockProgram, "-n", "\(folder)/room.lock", "true"])
            }
            let whileHeld = try lock.withLock { tryToEnter() }
            #expect(whileHeld == 1)
            #expect(tryToEnter() == 0)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: Self.flockProgram), "needs flock(1)"))
    func waitsForALockThatAnotherProcessHolds() async throws {
        try await TemporaryFolder.with { folder in
            let process = Process()
            let (input, output) = (Pipe(), Pipe())
            process.executableURL = URL(filePath: Self.flockProgram)
            // Holds the lock a little longer after the signal, so that a process that does not wait for it is found.
            process.arguments = [
                "\(folder)/room.lock", "sh", "-c", "echo held; read line; sleep 0.2; echo gone > \(folder)/marker",
            ]
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            let said = output.fileHandleForReading.availableData
            #expect(String(decoding: said, as: UTF8.self) == "held\n")
            let lock = HomeLock(directory: folder)
            let waiter = Task {
                try await BlockingWork.run {
                    try lock.withLock { FileManager.default.fileExists(atPath: "\(folder)/marker") }
                }
            }
            try input.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
            #expect(try await waiter.value)
            process.waitUntilExit()
        }
    }

    /// A waiting writer holds the gate, so a busy writer that comes back must queue behind it.
    @Test func aBusyWriterQueuesBehindAWaitingOne() async throws {
        try await TemporaryFolder.with { folder in
            let lock = HomeLock(directory: folder)
            for _ in 0..<20 {
                let order = Shared<[String]>([])
                let isInside = DispatchSemaphore(value: 0)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await BlockingWork.run {
                            try lock.withLock {
                                isInside.signal()
                                while try Self.isFree("\(folder)/gate.lock") { usleep(100) }
                                order.withLock { $0.append("busy") }
                            }
                            try lock.withLock { order.withLock { $0.append("busy again") } }
                        }
                    }
                    group.addTask {
                        try await BlockingWork.run {
                            isInside.wait()
                            try lock.withLock { order.withLock { $0.append("waiting") } }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(order.withLock { $0 } == ["busy", "waiting", "busy again"])
            }
        }
    }

    private static func isFree(_ path: String) throws -> Bool {
        let descriptor = try FileSystem.open(path, O_RDWR)
        defer { FileSystem.close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    @Test func anErrorFreesTheLock() async throws {
        struct Stop: Error {}
        try await TemporaryFolder.with { folder in
            let lock = HomeLock(directory: folder)
            #expect(throws: Stop.self) { try lock.withLock { throw Stop() } }
            let isFree = try lock.withLock { true }
            #expect(isFree)
        }
    }

    @Test func aMissingFolderIsAFileError() {
        let lock = HomeLock(directory: "/nonexistent/ringback")
        #expect(throws: FileError("open", "/nonexistent/ringback/gate.lock", ENOENT)) { try lock.withLock {} }
    }

    @Test func aLockFileThatIsALinkIsRefused() async throws {
        try await TemporaryFolder.with { folder in
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/gate.lock", withDestinationPath: "/dev/null")
            #expect(throws: FileError("open", "\(folder)/gate.lock", ELOOP)) {
                try HomeLock(directory: folder).withLock {}
            }
        }
    }

    private static let flockProgram = "/usr/bin/flock"
}
