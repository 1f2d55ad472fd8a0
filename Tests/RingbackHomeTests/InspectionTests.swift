import Foundation
import RingbackTestKit
import Testing

@testable import RingbackHome

/// Looking at a folder without touching it.
@Suite(.timeLimit(.minutes(5)))
struct InspectionTests {
    @Test func aFolderIsLookedAt() async throws {
        try await TemporaryFolder.with { folder in
            try FileSystem.makeDirectory("\(folder)/home")
            let facts = try #require(try FileSystem.inspect("\(folder)/home"))
            #expect(facts == PathFacts(isFolder: true, mode: 0o700, isOwn: true, isWritable: true))
            #expect(try FileSystem.inspect("\(folder)/gone") == nil)
            #expect(try FileSystem.nearestExisting("\(folder)/home/a/b/c").path == "\(folder)/home")
            #expect(try FileSystem.volume(of: folder).freeBytes > 0)
            #expect(throws: FileError.self) { try FileSystem.inspect("/etc/hostname/below") }
        }
    }

    @Test(arguments: [("a/b", "."), ("/nowhere/at/all", "/"), ("/", "/"), (".", ".")])
    func theNearestFolderIsFound(_ path: String, _ expected: String) throws {
        #expect(try FileSystem.nearestExisting(path).path == expected)
    }

    @Test func kindsOfFileSystemsAreReadFromTheTable() {
        let table = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            36 22 0:31 /export /home rw,noatime shared:2 master:1 - nfs4 server:/export rw
            40 22 0:40 / /broken rw
            """
        #expect(MountTable.kind(ofDevice: "254:0", in: table) == "ext4")
        #expect(MountTable.kind(ofDevice: "0:31", in: table) == "nfs4")
        #expect(MountTable.kind(ofDevice: "0:40", in: table) == nil)
        #expect(MountTable.kind(ofDevice: "9:9", in: table) == nil)
    }
}
