import ExactJSON
import RingbackHome
import RunPipeline
import RunReport
import RunStore

/// What `--out` of a command of the engine alone adds to the history of the home.
struct HistoryEntry {
    let kind: StoredRun.Kind
    let scenario: String
    let verdict: Verdict
    let exitCode: RunReport.ExitCode
    let folder: String
    let startedAt: Timestamp
    let document: [UInt8]

    /// Fails if the store that machines share cannot take an entry, before anything is computed for it.
    static func check(_ common: CommonOptions, out: String?) async throws {
        guard out != nil, StorePlace.current != .home else { return }
        try await CommandFailure.catching({ .usage("no entry could be added to the history: \($0)") }) {
            try await RunStore.with(try Home(path: common.homePath)) { try await $0.checkWritable() }
        }
    }

    /// Adds it and says its id; a home that cannot be written is a warning.
    ///
    /// - Throws: ``CommandFailure`` if the result passed and the store that machines share cannot be used.
    func add(_ common: CommonOptions) async throws {
        do {
            let id = try await RunHistory.add(
                kind,
                scenario: scenario,
                verdict: verdict,
                exitCode: exitCode,
                folder: folder,
                startedAt: startedAt,
                document: document,
                home: common.homePath
            )
            if !common.json, !common.quiet { Console.output("  run \(id)") }
        } catch {
            let what = kind == .simulate ? "simulation" : "calibration"
            let message = "the \(what) is not in the history of the home: \(error)"
            if StorePlace.current != .home, exitCode == .pass {
                throw CommandFailure(code: .usage, message: message, leavesFiles: false, cause: error)
            }
            Console.error("ringback: warning: \(message)")
        }
    }
}
