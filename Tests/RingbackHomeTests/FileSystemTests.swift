import Foundation
import RingbackHome
import RingbackTestKit
import Testing

@Suite("FileSystem", .timeLimit(.minutes(5)))
struct FileSystemTests {
    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func aHomeIsMadeWithItsFoldersForItsOwnerOnly() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: "\(folder)/deep/er/home")
            for path in [home.path, home.auditPath, home.runsPath] { #expect(try mode(path) == 0o700) }
            #expect(home.databasePath == "\(folder)/deep/er/home/ringback.sqlite")
            #expect(try Home(path: home.path) == home)
        }
    }

    @Test(arguments: ["", "/", "//"])
    func aFolderMayEndInSlashes(_ end: String) async throws {
        try await TemporaryFolder.with { folder in
            try FileSystem.makeDirectory("\(folder)/a/b\(end)")
            #expect(try FileSystem.names(in: "\(folder)/a") == ["b"])
        }
    }

    @Test(arguments: [
        ("file", ENOTDIR), ("file/below", ENOTDIR), ("file/below/more", ENOTDIR), ("dangling", ENOENT),
        ("dangling/below", ENOENT),
    ])
    func aFolderThatCannotBeMadeIsAnError(_ name: String, _ errorNumber: Int32) async throws {
        try await TemporaryFolder.with { folder in
            try Data().write(to: URL(filePath: "\(folder)/file"))
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/dangling",
                withDestinationPath: "\(folder)/nowhere/at/all"
            )
            let error = #expect(throws: FileError.self) { try FileSystem.makeDirectory("\(folder)/\(name)") }
            #expect(error?.operation == "make the folder")
            #expect(error?.errorNumber == errorNumber, "\(error.map(String.init(describing:)) ?? "")")
        }
    }

    @Test func noFolderHasNoName() {
        #expect(throws: FileError("make the folder", "", ENOENT)) { try FileSystem.makeDirectory("") }
    }

    @Test func aLinkToAFolderIsAFolder() async throws {
        try await TemporaryFolder.with { folder in
            try FileSystem.makeDirectory("\(folder)/real")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/link",
                withDestinationPath: "\(folder)/real"
            )
            try FileSystem.makeDirectory("\(folder)/link")
            try FileSystem.makeDirectory("\(folder)/link/below")
            #expect(try FileSystem.names(in: "\(folder)/real") == ["below"])
        }
    }

    @Test func filesAreForTheirOwnerOnlyAndLinksAreNotFollowed() async throws {
        try await TemporaryFolder.with { folder in
            FileSystem.close(try FileSystem.open("\(folder)/new", FileSystem.readWriteCreate))
            #expect(try mode("\(folder)/new") == 0o600)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/link",
                withDestinationPath: "\(folder)/new"
            )
            #expect(throws: FileError("open", "\(folder)/link", ELOOP)) {
                try FileSystem.open("\(folder)/link", FileSystem.readWriteCreate)
            }
        }
    }

    @Test func aReplacedFileIsTheOldOrTheNewOneNeverAMixture() async throws {
        try await TemporaryFolder.with { folder in
            let path = "\(folder)/result.json"
            let versions = (0..<4).map { [UInt8](repeating: UInt8(ascii: "a") + UInt8($0), count: 100_000 + $0 * 5000) }
            try FileSystem.replace(path, with: versions[0])
            let isOver = Shared(false)
            let bad = try await withThrowingTaskGroup(of: Int.self) { group in
                // Also when a writer fails, or the reader would never end.
                defer { isOver.withLock { $0 = true } }
                group.addTask {
                    try await BlockingWork.run {
                        var bad = 0
                        while !isOver.withLock({ $0 }) {
                            if !versions.contains(Array(try Data(contentsOf: URL(filePath: path)))) { bad += 1 }
                        }
                        return bad
                    }
                }
                try await withThrowingTaskGroup(of: Void.self) { writers in
                    for version in versions {
                        writers.addTask {
                            try await BlockingWork.run {
                                for _ in 0..<20 { try FileSystem.replace(path, with: version) }
                            }
                        }
                    }
                    try await writers.waitForAll()
                }
                isOver.withLock { $0 = true }
                return try await group.reduce(0, +)
            }
            #expect(bad == 0)
            #expect(try mode(path) == 0o600)
            #expect(try FileSystem.names(in: folder) == ["result.json"])
        }
    }

    @Test func aReplacementThatFailsLeavesNothing() async throws {
        try await TemporaryFolder.with { folder in
            // A folder that is not empty cannot be replaced by a file.
            try FileSystem.makeDirectory("\(folder)/target/content")
            #expect(throws: FileError.self) { try FileSystem.replace("\(folder)/target", with: [1]) }
            #expect(try FileSystem.names(in: folder) == ["target"])
            #expect(throws: FileError.self) { try FileSystem.replace("\(folder)/missing/file", with: [1]) }
        }
    }

    @Test func aWriteThatTheSystemRefusesIsAnError() throws {
        let full = "/dev/full"
        try #require(FileManager.default.fileExists(atPath: full))
        let descriptor = try FileSystem.open(full, O_WRONLY)
        defer { FileSystem.close(descriptor) }
        #expect(throws: FileError("write to", full, ENOSPC)) {
            try FileSystem.write([1, 2, 3], to: descriptor, path: full)
        }
    }

    @Test func anErrorSaysWhatAndWhere() {
        let error = FileError("open", "/tmp/x", ENOENT)
        #expect("\(error)" == "cannot open /tmp/x: No such file or directory")
    }

    @Test func namesAreSortedAndAMissingFolderIsAnError() async throws {
        try await TemporaryFolder.with { folder in
            for name in ["b", "a", ".c"] { try Data().write(to: URL(filePath: "\(folder)/\(name)")) }
            #expect(try FileSystem.names(in: folder) == [".c", "a", "b"])
            try FileSystem.syncDirectory(folder)
            #expect(throws: FileError.self) { try FileSystem.names(in: "\(folder)/none") }
            #expect(throws: FileError.self) { try FileSystem.syncDirectory("\(folder)/a") }
        }
    }

    @Test func blockingWorkGivesItsResultAndItsError() async throws {
        struct Stop: Error {}
        let result = try await BlockingWork.run { 7 }
        #expect(result == 7)
        await #expect(throws: Stop.self) { try await BlockingWork.run { throw Stop() } }
    }
}

@Suite("BlockingWork", .timeLimit(.minutes(5)))
struct BlockingWorkTests {
    @Test func workThatBlocksDelaysNoOtherWork() async throws {
        // Many more works than there are cores wait for the one that comes last. On a queue that they share it would come
        // after the suite's time limit, for the system adds a thread to a blocked pool only about once a second.
        let semaphore = DispatchSemaphore(value: 0)
        let count = 100
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count { group.addTask { try await BlockingWork.run { semaphore.wait() } } }
            group.addTask {
                try await BlockingWork.run { for _ in 0..<count { semaphore.signal() } }
            }
            try await group.waitForAll()
        }
        #expect(semaphore.wait(timeout: .now()) == .timedOut, "every signal was taken")
    }
}
