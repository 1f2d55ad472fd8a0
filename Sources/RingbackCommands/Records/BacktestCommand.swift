import ArgumentParser
import CallRecords
import DialerEngine
import ExactJSON
import RingbackHome
import RunReport
import ScenarioFile
import SimulationAPI

/// `ringback backtest`: how the days of call records lie in what a scenario expects.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Hold a scenario against call records, day by day. Sends nothing.",
        discussion: """
            Simulates each day of the records at least 400 times with the scenario's shift,
            and says for attempts, answered calls, abandonment rate, occupancy (with an
            agent log) and talk hours whether the day lies where 95 % of such days lie.

            Fail if so many days outside have a probability below 0.001, pass if no
            quantity has more than one day, or one in ten, outside; else inconclusive, as
            with fewer than five days. A first or last day that the records cut off is not
            judged. Recorded day i is the i-th day on which the scenario works.

            Examples:
              ringback backtest scenario.yaml calls.csv
              ringback backtest scenario.yaml mon.csv.gz tue.csv.gz --report days.html
              ringback backtest scenario.yaml calls.txt --agent-log agents.txt \\
                --time-zone Europe/Berlin
              ringback backtest scenario.yaml calls.csv --set contactCenter.agents=12
              ringback backtest scenario.yaml calls.csv \\
                --set contactCenter.roster.0.agents=3 --json
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var records: RecordOptions

    @Option(help: .value("n", "The number of replications of each day, at least 400."))
    var replications = BacktestPlan.fewestReplications

    @Option(help: .value("n", "Threads; the result does not depend on their number.", "Default: one for each core"))
    var threads: Int?

    @Option(
        help: .value("file", "Write the page with the days in pictures here."),
        completion: .file(extensions: ["html"])
    )
    var report: String?

    @Option(help: .value("dir", "Write report.html and result.json here."), completion: .directory)
    var out: String?

    @OptionGroup var fields: OverrideOptions

    @Argument(help: .value("scenario", "The scenario file; - is standard input."), completion: .yaml)
    var scenario: String

    @Argument(help: .value("calls", "Files of call records, also as .gz; - is standard input."), completion: .file())
    var calls: [String]

    func validate() throws {
        guard (BacktestPlan.fewestReplications...1_000_000).contains(replications) else {
            throw ValidationError("--replications must be in \(BacktestPlan.fewestReplications)…1000000")
        }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be in 1…1024") }
        try records.checkStandardInput(calls + [scenario])
    }

    func run() async throws {
        let result = try await SignalWatch.cancelling {
            let line = MovingLine(common)
            defer { line.clear() }
            let loaded = try load()
            // What the scenario lacks is said before files are read that may be long.
            _ = try plan(loaded, days: 1)
            let summary = try records.read(calls, seed: common.seed, line)
            let plan = try plan(loaded, days: summary.days.count)
            do {
                let draws = try await plan.run(threads: threads ?? ThisProcess.cores) { done in
                    line.draw("  replications \(done)/\(plan.replications) of \(NumberText.count(plan.days, "day"))")
                }
                return BacktestResult(summary.observedDays, draws, of: plan, notes: summary.backtestNotes)
            } catch let error as SimulationError where error.code != .cancelled {
                throw CommandFailure.usage("\(scenario): \(error)")
            } catch {
                guard Task.isCancelled else { throw error }
                throw CommandFailure(code: .timedOut, message: "interrupted; the finished replications are dropped")
            }
        }
        try write(result)
        show(result)
        if result.exitCode != .pass { throw CommandFailure(code: result.exitCode) }
    }

    private func load() throws -> LoadedScenario {
        do throws(ScenarioError) {
            let loaded = try ScenarioLoading.load(scenario, fields).warned(by: "backtest")
            if !common.quiet { for warning in loaded.warnings { Console.error("\(warning)") } }
            return loaded
        } catch {
            throw ScenarioLoading.failure(error, of: scenario, common)
        }
    }

    private func plan(_ loaded: LoadedScenario, days: Int) throws -> BacktestPlan {
        do throws(BacktestPlan.Obstacle) {
            return try BacktestPlan(loaded.scenario, days: days, replications: replications, seed: common.seed)
        } catch {
            let (code, message, key): (ViolationCode, String, String) =
                switch error {
                case .noContactCenter:
                    (
                        .fieldMissing, "contactCenter is missing: `backtest` needs agents, ringing, talk and patience",
                        "contactCenter"
                    )
                case .noShift:
                    (.runLength, "`backtest` needs the length of a day: write run.shift, such as {shift: 8h}", "run")
                case .tooManyDays:
                    (
                        .runLength,
                        "the records have \(NumberText.count(days, "day")), more than a run may have with these weekdays",
                        "run"
                    )
                }
            let place = JSONPointer(tokens: [key])
            let diagnostic = loaded.document.diagnostic(.error, code, message, at: place)
            throw ScenarioLoading.failure(ScenarioError([diagnostic]), of: scenario, common)
        }
    }

    private func write(_ result: BacktestResult) throws {
        guard report != nil || out != nil else { return }
        let page = try BacktestReport(result, command: CommandLineText.quoted(CommandLine.arguments)).text()
        if let report {
            do { try FileSystem.writeNamed(report, Array(page.utf8)) } catch {
                throw CommandFailure.usage("cannot write the report: \(error)")
            }
        }
        if let out { try StudyFolder(path: out).write(result.json, page: page) }
    }

    private func show(_ result: BacktestResult) {
        if common.json { return Console.output(result.json) }
        if common.quiet { return Console.output(result.verdict.rawValue.uppercased()) }
        Console.output(BacktestSummary(result, style: Console.outputStyle, width: Console.width).text)
        for path in [report, out.map { "\($0)/report.html" }].compactMap({ $0 }) { Console.output("  report \(path)") }
    }
}
