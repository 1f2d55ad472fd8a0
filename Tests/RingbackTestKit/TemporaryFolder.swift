import Foundation

/// A folder that exists during a test.
package enum TemporaryFolder {
    /// Makes a folder, gives its path to `body`, and removes it with everything in it; programs that still work in it are killed.
    package static func with<Result>(_ body: (_ path: String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ringback-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            Program.killAll(in: folder.path)
            try? FileManager.default.removeItem(at: folder)
        }
        return try await body(folder.path)
    }
}
