import Foundation
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

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: Self.flock), "needs flock(1)"))
    func otherProcessesStayOutWhileALockIsHeld() async throws {
        try await TemporaryFolder.with { folder in
            let lock = HomeLock(directory: folder)
            func tryToEnter() throws -> Int32 {
                let process = Process()
                process.executableURL = URL(filePath: Self.flock)
                process.arguments = ["-n", "\(folder)/room.lock", "true"]
                try process.run()
                process.waitUntilExit()
                return process.terminationStatus
            }
            let whileHeld = try lock.withLock { try tryToEnter() }
            #expect(whileHeld == 1)
            #expect(try tryToEnter() == 0)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: Self.flock), "needs flock(1)"))
    func waitsForALockThatAnotherProcessHolds() async throws {
        try await TemporaryFolder.with { folder in
            let process = Process()
            let (input, output) = (Pipe(), Pipe())
            process.executableURL = URL(filePath: Self.flock)
            // Lingers for a moment after it was told to go, so that whoever does not wait is seen.
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

    @Test func aBusyWriterStarvesNobody() async throws {
        try await TemporaryFolder.with { folder in
            let lock = HomeLock(directory: folder)
            let busyTurns = Shared(0)
            let isOver = Shared(false)
            let waits = try await withThrowingTaskGroup(of: [Int].self) { group in
                group.addTask {
                    try await BlockingWork.run {
                        while !isOver.withLock({ $0 }) {
                            try lock.withLock {
                                busyTurns.withLock { $0 += 1 }
                                usleep(2000)
                            }
                        }
                        return []
                    }
                }
                group.addTask {
                    defer { isOver.withLock { $0 = true } }
                    return try await BlockingWork.run {
                        try (0..<20).map { _ in
                            let before = busyTurns.withLock { $0 }
                            return try lock.withLock { busyTurns.withLock { $0 } - before }
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(waits.count == 20)
            // Who waits holds the gate, so the busy one gets a turn or two; a machine under load may add some.
            #expect(waits.sorted()[10] <= 3, "turns of the busy writer during each wait: \(waits)")
            #expect(waits.reduce(0, +) <= 100, "turns of the busy writer during each wait: \(waits)")
        }
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

    private static let flock = "/usr/bin/flock"
}
