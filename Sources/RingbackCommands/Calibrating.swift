import DialerStudy
import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// The work of `calibrate`, after all of its input has been checked.
struct Calibrating {
    let common: CommonOptions
    let threads: Int
    let line: MovingLine
    private let startedAt = WallClock.now

    init(common: CommonOptions, threads: Int) {
        self.common = common
        self.threads = threads
        line = MovingLine(common)
    }

    /// Calibrates; after an interruption what is finished is shown and written, with exit code 4.
    func whole(_ planned: PlannedCalibration, out: String?) async throws -> RunReport.ExitCode {
        var finished: [SettingResult] = []
        var isInterrupted = false
        var estimate = TimeLeft()
        do {
            finished = try await planned.calibration.run(
                threads: threads,
                progress: { draw($0, &estimate) },
                isDone: { finished.append($0) }
            )
        } catch  where Task.isCancelled || error is CancellationError {
            isInterrupted = true
        }
        line.clear()
        let result = CalibrationResult(
            finished,
            of: planned.calibration,
            scenario: planned.scenario,
            seed: planned.seed
        )
        try show(result, out: out)
        guard isInterrupted else {
            try await enterHistory(result, out)
            return result.exitCode
        }
        throw CommandFailure(code: .timedOut, message: "interrupted; the settings that were finished are shown")
    }

    func show(_ result: CalibrationResult, out: String?) throws {
        if let out { try write(result, to: out) }
        if common.json {
            Console.output(result.json)
        } else if common.quiet {
            Console.output(result.verdict.rawValue.uppercased())
        } else {
            Console.output(CalibrationSummary(result, style: Console.outputStyle, width: Console.width).text)
            if let out { Console.output("  report \(out)/report.html") }
        }
    }

    private func write(_ result: CalibrationResult, to folder: String) throws {
        let command = CommandLineText.quoted(CommandLine.arguments)
        try StudyFolder(path: folder).write(try result.files(command: command))
    }

    /// Adds a whole calibration to the history of the home.
    func enterHistory(_ result: CalibrationResult, _ out: String?) async throws {
        guard let out else { return }
        try await HistoryEntry(
            kind: .calibrate,
            scenario: result.scenario,
            verdict: result.verdict,
            exitCode: result.exitCode,
            folder: out,
            startedAt: startedAt,
            document: result.json.bytes
        ).add(common)
    }

    private func draw(_ progress: Calibration.Progress, _ estimate: inout TimeLeft) {
        let left = estimate.text(progress)
        line.draw(
            "  \(progress.setting.title): window \(NumberText.count(progress.windows)) of at most "
                + "\(NumberText.count(progress.mostWindows)); \(NumberText.count(progress.settingsDone)) settings done, "
                + "at most \(NumberText.count(progress.settingsAhead)) follow\(left)"
        )
    }
}

/// The time that is left, from the windows until now: at most so long, since most settings need fewer windows than the plan has.
struct TimeLeft {
    private let start = ContinuousClock.now
    private var windows = 0
    private var last = 0
    private var settings = 0

    mutating func text(_ progress: Calibration.Progress) -> String {
        if progress.settingsDone != settings {
            settings = progress.settingsDone
            last = 0
        }
        windows += progress.windows - last
        last = progress.windows
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        guard windows > 0, elapsed > 0.5 else { return "" }
        let most = progress.mostWindows - progress.windows + progress.settingsAhead * progress.mostWindows
        return ", at most \(Duration.text(seconds: (elapsed / Double(windows) * Double(most)).rounded(.up)))"
    }
}
