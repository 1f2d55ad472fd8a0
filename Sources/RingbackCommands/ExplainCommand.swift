import ArgumentParser
import DialerStudy
import ExactJSON
import RingbackHome
import RunReport

/// `ringback explain`: why a legal window was as bad as it was.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell why the worst legal window was as bad as it was. Sends nothing.",
        discussion: """
            Looks for the window with the highest abandonment rate among --windows, or takes
            the K-th. Shows when its callers were abandoned and what agents and lines did
            then. Each possible cause is then taken away alone, on the same customers:
            breaks, agents who leave, long talks, swings of the answer rate, errors of
            detection, the limit on lines.

            Examples:
              ringback explain scenario.yaml
              ringback explain scenario.yaml --profile uk-ofcom-2010 --window 17
              ringback explain scenario.yaml --out build/why
              ringback explain scenario.yaml --json | jq '.causes[0]'
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: .value("name", "The rule.", "Default: the scenario's first one with a limit"))
    var profile: String?

    @Option(help: .value("k", "The window to explain, from 1.", "Default: the worst one"))
    var window: Int?

    @Option(help: .value("n", "The windows among which the worst one is looked for."))
    var windows = 100

    @Option(help: .value("n", "Threads; the result does not depend on their number.", "Default: one for each core"))
    var threads: Int?

    @Option(help: .value("dir", "Write report.html and result.json here."), completion: .directory)
    var out: String?

    @OptionGroup var fields: OverrideOptions

    @Argument(help: .value("scenario", "The scenario file; - is standard input."), completion: .yaml)
    var scenario: String

    func run() async throws {
        if let window, !(1...1_000_000).contains(window) {
            throw CommandFailure.usage("--window must be in 1…1000000: the first window is 1")
        }
        guard (1...1_000_000).contains(windows) else { throw CommandFailure.usage("--windows must be in 1…1000000") }
        if let threads, !(1...1024).contains(threads) { throw CommandFailure.usage("--threads must be in 1…1024") }
        let options = try CalibrationOptions.parse(profile.map { ["--profile", $0] } ?? [])
        let loading = CalibrationLoading(scenario, fields, options, common, for: "explain")
        let explanation = try await SignalWatch.cancelling {
            let planned = try loading.plan().planned
            do { return try await explain(planned) } catch {
                guard Task.isCancelled else { throw error }
                throw CommandFailure(code: .timedOut, message: "interrupted; nothing is explained")
            }
        }
        if let out {
            let page = try ExplanationReport(explanation, command: CommandLineText.quoted(CommandLine.arguments)).text()
            try StudyFolder(path: out).write(explanation.json, page: page)
        }
        if common.json { return Console.output(explanation.json) }
        guard !common.quiet else { return }
        Console.output(ExplanationSummary(explanation, style: Console.outputStyle, width: Console.width).text)
        if let out { Console.output("  report \(out)/report.html") }
    }

    private func explain(_ planned: PlannedCalibration) async throws -> Explanation {
        let line = MovingLine(common)
        defer { line.clear() }
        let count = threads ?? ThisProcess.cores
        var number = UInt32((window ?? 1) - 1)
        if window == nil {
            line.draw("  looking for the worst of \(NumberText.count(windows)) windows")
            let outcomes = try await planned.own.simulate(0..<UInt32(windows), threads: count)
            let rates = outcomes.map { $0.calls > 0 ? Double($0.abandoned) / Double($0.calls) : 0 }
            number = UInt32(rates.indices.max { rates[$0] < rates[$1] } ?? 0)
        }
        return try await Explanation(
            planned.own,
            of: planned.calibration.profile,
            number: number,
            scenario: planned.scenario,
            threads: count,
            progress: { line.draw("  what \($0.words) cost") }
        )
    }
}
