import Foundation

/// `Tests/Browser/check.py`: pages against the HTML validator, and against axe in a headless Chromium.
package enum BrowserCheck {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Checks files or addresses; nil if what it needs is not installed, see `scripts/install-browser.sh`.
    ///
    /// - Parameter headers: Fields of every request, such as `Authorization: Bearer …`.
    package static func run(_ pages: [String], headers: [String] = []) async throws -> Program.Finished? {
        try await run(script: "check.py", headers.flatMap { ["--header", $0] } + pages)
    }

    /// Walks through the dashboard of a service, by `Tests/Browser/dashboard.py`.
    package static func walk(_ origin: String, token: String) async throws -> Program.Finished? {
        try await run(script: "dashboard.py", [origin, token])
    }

    private static func run(script: String, _ arguments: [String]) async throws -> Program.Finished? {
        let python = root.appending(path: ".build-browser/bin/python").path
        guard FileManager.default.fileExists(atPath: root.appending(path: ".build-browser/installed").path) else {
            print("pages were not checked in a browser: `make test` installs what that needs")
            return nil
        }
        // Chromium keeps files in the folder of its user.
        return try await TemporaryFolder.with { folder in
            try await Program(
                python,
                [root.appending(path: "Tests/Browser/\(script)").path] + arguments,
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder],
                in: folder,
                limit: .seconds(600)
            ).finished()
        }
    }
}
