import ExactJSON
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

    /// Adds it and says its id; a home that cannot be written is a warning.
    func add(_ common: CommonOptions) async {
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
            Console.error("ringback: warning: the \(what) is not in the history of the home: \(error)")
        }
    }
}
