import ArgumentParser
import DialerEngine
import DialerStudy
import ExactJSON
import RingbackHome
import RunReport
import ScenarioFile
import SimulationAPI
import Statistics

/// `ringback odds`: how likely the next legal window is breached by the setting as it stands.
struct OddsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "odds",
        abstract:
            "Tell how likely the next legal window breaches a rule with the scenario as it stands. Sends nothing.",
        discussion: """
            Simulates whole legal windows of the rule (30 days, a day, a month) and shows
            how their abandonment rates are distributed. The margin is the largest rate over
            all windows at which this team and policy keep the rule in --share of them,
            found by varying the policy's own parameter.

            Examples:
              ringback odds scenario.yaml
              ringback odds scenario.yaml --profile uk-ofcom-2010 --windows 1000
              ringback odds scenario.yaml --out build/odds
              ringback odds scenario.yaml --json | jq .breachProbability.mean
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: .value("name", "The rule.", "Default: the scenario's first one with a limit"))
    var profile: String?

    @Option(help: .value("n", "The number of windows."))
    var windows = 400

    @Option(
        help: .value("share", "The share of windows that the margin is about, \(CalibrationRequest.sharesInWords).")
    )
    var share = ShareArgument(0.95)

    @Option(help: .value("n", "Threads; the result does not depend on their number.", "Default: one for each core"))
    var threads: Int?

    @Option(help: .value("dir", "Write report.html and result.json here."), completion: .directory)
    var out: String?

    @OptionGroup var fields: OverrideOptions

    @Argument(help: .value("scenario", "The scenario file; - is standard input."), completion: .yaml)
    var scenario: String

    /// The windows that each setting of the margin's search gets at most.
    private static let mostMarginWindows = 200

    func run() async throws {
        guard (1...1_000_000).contains(windows) else { throw CommandFailure.usage("--windows must be in 1…1000000") }
        if let threads, !(1...1024).contains(threads) { throw CommandFailure.usage("--threads must be in 1…1024") }
        let options = try CalibrationOptions.parse(profile.map { ["--profile", $0] } ?? [])
        let loading = CalibrationLoading(scenario, fields, options, common, for: "odds")
        let result = try await SignalWatch.cancelling {
            let (planned, planning) = try loading.plan()
            do { return try await odds(planned, planning) } catch {
                guard Task.isCancelled else { throw error }
                throw CommandFailure(code: .timedOut, message: "interrupted; the finished windows are dropped")
            }
        }
        if let out {
            let page = try OddsReport(result, command: CommandLineText.quoted(CommandLine.arguments)).text()
            try StudyFolder(path: out).write(result.json, page: page)
        }
        if common.json { return Console.output(result.json) }
        guard !common.quiet else { return }
        Console.output(result.text)
        if let out { Console.output("  report \(out)/report.html") }
    }

    private func odds(_ planned: PlannedCalibration, _ planning: CalibrationPlanning) async throws -> OddsResult {
        let line = MovingLine(common)
        defer { line.clear() }
        let count = threads ?? ThisProcess.cores
        line.draw("  \(NumberText.count(windows)) windows of the setting as it stands")
        let outcomes = try await planned.own.simulate(0..<UInt32(windows), threads: count)
        func rate(_ setting: CalibrationSetting) async throws -> Double? {
            guard let window = setting.window else { return nil }
            line.draw("  margin: \(setting.title)")
            let some = try await window.simulate(0..<UInt32(min(windows, Self.mostMarginWindows)), threads: count)
            let complying = some.count { !$0.isBreached && !$0.isEmpty }
            return Double(complying) >= share.value * Double(some.count) ? OddsResult.longRunRate(some).mean : nil
        }
        var margin: Double?
        let settings = planned.calibration.groups.first?.settings ?? []
        var boldest: Int?
        for (index, setting) in settings.enumerated() {
            guard let found = try await rate(setting) else {
                // Beyond the first settings that break the rule more aggressive ones do too.
                if boldest == nil || index > (boldest ?? 0) + 1 { break } else { continue }
            }
            margin = max(margin ?? 0, found)
            boldest = index
        }
        // Between the boldest setting that keeps the rule and the next one.
        if let boldest, boldest + 1 < settings.count, let path = settings[boldest].over,
            let low = settings[boldest].value,
            let high = settings[boldest + 1].value, planned.own.isContinuous(path)
        {
            for setting in try planning.settings(between: low, and: high, of: path, planned) {
                if let found = try await rate(setting) { margin = max(margin ?? 0, found) }
            }
        }
        return OddsResult(
            outcomes,
            scenario: planned.scenario,
            seed: planned.seed,
            profile: planned.calibration.profile,
            share: share.value,
            marginRate: margin
        )
    }
}

extension LegalWindow {
    /// Whether values of a path between two others make sense: all but numbers of lines.
    fileprivate func isContinuous(_ path: String) -> Bool { !path.hasSuffix(".lines") }
}
