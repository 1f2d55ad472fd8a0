import AuditLog
import DialerStudy
import ExactJSON
import Foundation
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI

/// Simulations and calibrations, which the engine does alone: nothing is sent.
extension RunWork {
    /// A result of the engine, and what is kept of it.
    private struct StudyOutcome: Sendable {
        var verdict: Verdict
        var exitCode: RunReport.ExitCode
        var document: JSONValue
        var files: [(name: String, text: String)]
    }

    /// Simulates or calibrates.
    ///
    /// - Throws: `CancellationError` if it was stopped for the next service, which begins it anew.
    func study() async throws -> RunReport.ExitCode {
        let audit = AuditLog(workers.home)
        func record(_ type: AuditEntry.EventType, _ result: String, _ payload: JSONValue) async throws -> Int {
            try await audit.record(
                AuditEntry(type, runID: row.id, actor: submission.token, payload: payload, result: result)
            )
        }
        _ = try await record(.validation, "passed", ["command": .string(row.kind.rawValue)])
        let result = try await withProgress { show in
            let work = Task(executorPreference: EngineThreads.shared) {
                row.kind == .simulate ? try await simulate(show) : try await calibrate(show)
            }
            workers.stoppable(row.rowID, cancel: { work.cancel() }, leave: { work.cancel() })
            return await work.result
        }
        var ended = row
        let document: JSONValue
        switch result {
        case .success(let outcome):
            (ended.verdict, ended.exitCode) = (outcome.verdict.rawValue, outcome.exitCode.rawValue)
            document = outcome.document
            if let folder = row.folder {
                try FileSystem.makeNamedDirectory(folder)
                for (name, text) in outcome.files {
                    try FileSystem.writeNamed("\(folder)/\(name)", Array(text.utf8))
                }
            }
        case .failure(let error):
            guard workers.isCancelled(row.rowID) else { throw error }
            let unfinished = UnfinishedRun(
                kind: row.kind.rawValue,
                runID: row.id,
                scenario: row.scenario,
                reason: "it was cancelled",
                exitCode: .timedOut
            )
            ended.exitCode = RunReport.ExitCode.timedOut.rawValue
            document = unfinished.json
            if let folder = row.folder { try Run.leaveFiles(of: unfinished, in: folder) }
        }
        let code = RunReport.ExitCode(rawValue: ended.exitCode ?? 0) ?? .usage
        // A worker that lost the run says nothing of its end.
        try await store.checkLease()
        let entry = try await record(.verdict, ended.verdict ?? "cancelled", ["exitCode": .integer(code.rawValue)])
        let checkpoint = try await BlockingWork.run { try audit.checkpoint() }
        try await store.setVerdictEntry(origin: checkpoint.checkpoint.origin, seq: entry, of: row.rowID)
        ended.state = StoredRun.State(code)
        ended.finishedAt = store.time.milliseconds
        if let folder = row.folder {
            try await store.keepFiles(RunStore.keptFiles, of: row.rowID, in: folder)
        }
        try await store.finish(ended, document: document.bytes)
        return code
    }

    private var threads: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

    private func simulate(_ show: @escaping @Sendable (JSONValue) -> Void) async throws -> StudyOutcome {
        let scenario = try request.loaded(of: row.id).scenario
        let interval = StudyPlan.usualCourseInterval
        guard var plan = StudyPlan(scenario, seed: request.seed, courseInterval: interval) else {
            throw RunError(.configuration, "the scenario has no contactCenter")
        }
        if plan.wantsWarmUp {
            show(["step": "looking for the end of the warm-up"])
            try plan.findWarmUp()
        }
        let count = plan.replications
        let replications = try await plan.run(threads: threads) { done in
            show(["step": "replications", "done": .integer(done), "of": .integer(count)])
        }
        var result = StudyResult(judging: replications, of: plan)
        if let baseline = try await baseline() { result.compare(with: baseline) }
        return StudyOutcome(
            verdict: result.verdict,
            exitCode: result.exitCode,
            document: result.documentForHistory,
            files: try result.files(command: "ringback simulate scenario.yaml --seed \(request.seed)")
        )
    }

    private func calibrate(_ show: @escaping @Sendable (JSONValue) -> Void) async throws -> StudyOutcome {
        let planned = try request.calibrationPlan(file: "run \(row.id)")
        let settings = try await planned.calibration.run(
            threads: threads,
            progress: { progress in
                show([
                    "step": .string(progress.setting.title), "windows": .integer(progress.windows),
                    "mostWindows": .integer(progress.mostWindows), "settingsDone": .integer(progress.settingsDone),
                    "settingsAhead": .integer(progress.settingsAhead),
                ])
            },
            isDone: { _ in }
        )
        let result = CalibrationResult(
            settings,
            of: planned.calibration,
            scenario: planned.scenario,
            seed: planned.seed
        )
        return StudyOutcome(
            verdict: result.verdict,
            exitCode: result.exitCode,
            document: result.json,
            files: try result.files(command: "ringback calibrate scenario.yaml --seed \(request.seed)")
        )
    }
}

extension RunRequest {
    /// The settings that a calibration tries.
    ///
    /// - Throws: `ScenarioError` with everything that is wrong with the scenario or the options.
    func calibrationPlan(file: String) throws(ScenarioError) -> PlannedCalibration {
        var options = CalibrationRequest()
        (options.over, options.agents) = (calibration["over"], calibration["agents"])
        (options.policies, options.profile) = (calibration["policies"], calibration["profile"])
        options.objective = calibration["objective"].flatMap { CalibrationObjective(rawValue: $0) } ?? .occupancy
        options.share = calibration["share"].flatMap { CalibrationRequest.share($0) } ?? options.share
        options.confidence = calibration["confidence"].flatMap { CalibrationRequest.share($0) } ?? options.confidence
        return try CalibrationPlanning((source.text, file), options, seed: seed, for: "calibrate").plan()
    }
}
