import RingbackTestKit
import RunReport

@testable import RingbackCommands

/// A command line that ran in the process of the tests, with its output in memory.
struct CommandRun: Sendable {
    var exitCode: Int32
    var stdout: String
    var stderr: String
}

extension Workspace {
    /// Gives a workspace to a test that starts no program, and removes its folder afterwards.
    static func inMemory<Result>(_ body: (Workspace) async throws -> Result) async throws -> Result {
        try await TemporaryFolder.with { try await body(Workspace(folder: $0)) }
    }

    /// Runs a command line; `FOLDER` stands for the workspace, in the arguments and in the output.
    func command(_ arguments: [String], environment: [String: String] = [:]) async -> CommandRun {
        let written = Shared((output: [UInt8](), error: [UInt8]()))
        let variables = ["RINGBACK_HOME": home, "COLUMNS": "80"].merging(environment) { $1 }
        let console = Console(
            write: { bytes, stream in
                written.withLock { if stream == .output { $0.output += bytes } else { $0.error += bytes } }
            },
            isTerminal: { _ in false },
            variable: { variables[$0] }
        )
        let code = await Console.$current.withValue(console) {
            await RingbackTool.run(arguments.map { $0.replacing("FOLDER", with: folder) })
        }
        let texts = written.withLock { ($0.output, $0.error) }
        func text(_ bytes: [UInt8]) -> String {
            String(decoding: bytes, as: UTF8.self).replacing(folder, with: "FOLDER")
        }
        return CommandRun(exitCode: code.rawValue, stdout: text(texts.0), stderr: text(texts.1))
    }
}
