package import ExactJSON
import Foundation
import Synchronization

/// The folder of a user who runs commands: scenario files, a home, and the files of runs.
package struct Workspace: Sendable {
    /// The working folder.
    package let folder: String

    /// Uses a folder that exists.
    package init(folder: String) { self.folder = folder }

    /// The home.
    package var home: String { "\(folder)/home" }
    /// The folder for the files of a run.
    package var out: String { "\(folder)/out" }

    /// The options of a run against a fake API: a free port, short pauses, a short wait for events that never come.
    package static let remote = [
        "--target", "cxone", "--webhook-listen", "127.0.0.1:0", "--poll-interval", "20ms", "--drain", "200ms",
    ]

    /// Gives a workspace to a test that starts programs, and removes its folder afterwards.
    ///
    /// At most four such tests run at a time, so that time limits of programs do not depend on the number of tests.
    package static func with<Result>(_ body: (Workspace) async throws -> Result) async throws -> Result {
        await Turns.take()
        defer { Turns.giveBack() }
        return try await TemporaryFolder.with { try await body(Workspace(folder: $0)) }
    }

    /// Writes `scenario.yaml`, with `extra` at its end.
    @discardableResult
    package func scenario(
        calls: Int = 20,
        probabilities: [String] = ["0.15", "0.20", "0.25", "0.40"],
        extra: String = ""
    ) throws -> String {
        let text = """
            version: 1
            name: end-to-end
            simulation:
              campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
              virtualAgentMatrix: {flowId: va-flow-12345, scriptId: script-qa-001, language: en-US}
              outcomeInjection:
                enabled: true
                dialToneProbability: \(probabilities[0])
                busySignalProbability: \(probabilities[1])
                noAnswerProbability: \(probabilities[2])
                answerProbability: \(probabilities[3])
              concurrencyLimit: 5
              maxCalls: \(calls)
              complianceBypass: true
              tag: e2e
            \(extra)
            """
        try text.write(toFile: "\(folder)/scenario.yaml", atomically: true, encoding: .utf8)
        return "scenario.yaml"
    }

    /// The variables of a run against an API at `origin`.
    package static func credentials(_ origin: String) -> [String: String] {
        ["CXONE_BASE_URL": origin, "CXONE_CLIENT_ID": "client-7", "CXONE_CLIENT_SECRET": "s3cret-canary"]
    }

    /// Starts the program, with `words` before its name.
    package func start(
        _ arguments: [String],
        after words: [String] = [],
        environment: [String: String] = [:],
        limit: Duration = .seconds(150)
    ) throws -> Program {
        let base = ["PATH": "/usr/bin:/bin", "HOME": folder, "USER": "tester", "RINGBACK_HOME": home]
        let command = words + [Program.ringback] + arguments
        return try Program(
            command[0],
            Array(command.dropFirst()),
            environment: base.merging(environment) { $1 },
            in: folder,
            limit: limit
        )
    }

    /// Runs the program to its end, with `words` before its name.
    package func run(
        _ arguments: [String],
        after words: [String] = [],
        environment: [String: String] = [:],
        limit: Duration = .seconds(150)
    ) async throws -> Program.Finished {
        try await start(arguments, after: words, environment: environment, limit: limit).finished()
    }

    /// Runs a scenario against a fake API.
    package func run(
        against api: FakeAPI,
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Program.Finished {
        let variables = Self.credentials(api.origin).merging(environment) { $1 }
        return try await run(
            ["run", "scenario.yaml"] + Self.remote + ["--out", out] + arguments,
            environment: variables
        )
    }

    /// The text of a file of the folder.
    package func text(_ path: String) throws -> String {
        try String(contentsOf: URL(filePath: path.hasPrefix("/") ? path : "\(folder)/\(path)"), encoding: .utf8)
    }

    /// Writes a file of the folder.
    package func write(_ text: String, to path: String) throws {
        try text.write(to: URL(filePath: "\(folder)/\(path)"), atomically: true, encoding: .utf8)
    }

    /// `result.json` of the last run.
    package func result() throws -> JSONValue { try JSONReader.read(Array(try text("\(out)/result.json").utf8)) }

    /// The lines of `events.jsonl` of the last run.
    package func events(_ folder: String? = nil) throws -> [JSONValue] {
        try text("\(folder ?? out)/events.jsonl").split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
    }

    /// The text without its parts that differ from run to run.
    package func normalised(_ text: String) -> String {
        text.replacing(folder, with: "FOLDER")
            .replacing(/127\.0\.0\.1:[0-9]+/, with: "127.0.0.1:PORT")
            .replacing(/[0-9A-HJKMNP-TV-Z]{26}/, with: "RUN-ID")
            .replacing(/request [0-9a-f]{16}/, with: "request REQUEST-ID")
            .replacing(/\b[0-9]+(\.[0-9]+)? (ms|s)\b/, with: "TIME")
    }
}

/// The turns of tests that start programs.
private enum Turns {
    private struct State {
        var free = 4
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private static let state = Mutex(State())

    static func take() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    continuation.resume()
                } else {
                    state.waiting.append(continuation)
                }
            }
        }
    }

    static func giveBack() {
        state.withLock { state in
            if state.waiting.isEmpty { state.free += 1 } else { state.waiting.removeFirst().resume() }
        }
    }
}

extension JSONValue {
    /// The assertion of that name.
    package func assertion(_ name: String) -> JSONValue? {
        self["assertions"]?.elements?.first { $0["name"]?.string == name }
    }

    /// The names of the assertions that failed.
    package var failed: [String] {
        (self["assertions"]?.elements ?? []).filter { $0["verdict"]?.string == "fail" }.compactMap {
            $0["name"]?.string
        }
    }
}
