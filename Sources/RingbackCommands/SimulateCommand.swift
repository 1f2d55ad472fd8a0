import ArgumentParser
import DialerEngine
import DialerStudy
import ExactJSON
import Glibc
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI

/// `ringback simulate`: replications of the dialer engine alone.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Simulate a contact centre: replications, intervals, compliance verdicts. Sends nothing.",
        discussion: """
            Simulates the scenario's contactCenter with its pacing and run sections.
            Verdicts use 95 % intervals: pass if the whole interval complies, fail if no
            part of it does, else inconclusive (exit code 6: take more replications). A
            rule also fails if more than one of its windows in twenty breaches: with 95 %
            confidence, by the one-sided limit of Clopper and Pearson.

            --by prints the course of a day in rows, --out writes report.html, result.json,
            junit.xml and intervals.csv. Beside the rules stands what the screens of dialers show
            (gauges); a line says so if one of them comes to another verdict.

            --compare runs other policies on the same customers. A policy is a name,
            with =VALUE for its first parameter:
            \(PacingName.usage).

            Examples:
              ringback simulate scenario.yaml
              ringback simulate scenario.yaml --replications 100 --seed 7
              ringback simulate scenario.yaml --compare progressive,power=1.5,lookahead
              ringback simulate scenario.yaml --set contactCenter.agents=20 --json
              ringback simulate scenario.yaml --by 30m
              ringback simulate scenario.yaml --out build/monday
              ringback simulate scenario.yaml --out build --baseline last-pass --fail-on-regression
              ringback simulate scenario.yaml --baseline old.json \\
                --fail-on-regression abandonmentRate=0.2%,occupancy=1%
              ringback simulate scenario.yaml --replications 1 --trace events.jsonl
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup(visibility: .hidden) var store: StoreOptions

    @Option(help: .value("n", "The number of replications.", "Default: run.replications"))
    var replications: Int?

    @Option(help: .value("n", "Threads; the result does not depend on their number.", "Default: one for each core"))
    var threads: Int?

    @Option(
        help: .value(
            "file",
            "Write every event as a line of JSON; - is standard output.",
            "Replications then run one after another"
        ),
        completion: .file()
    )
    var trace: String?

    @Option(help: .value("duration", "Print the course of a day in rows of 15m, 30m, 1h …"))
    var by: DurationArgument?

    @Option(
        help: .value(
            "dir",
            "Write report.html, result.json, junit.xml and intervals.csv here, and a row in the home's history.",
            "Rows of 30 minutes without --by"
        ),
        completion: .directory
    )
    var out: String?

    @Option(parsing: .singleValue, help: .value("policy[,policy…]", "Policies to compare with the scenario's own."))
    var compare: [String] = []

    @OptionGroup var fields: OverrideOptions
    @OptionGroup var comparison: BaselineOptions
    @OptionGroup var workflow: WorkflowOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var patience: PatienceOptions

    @Argument(help: .value("scenario", "The scenario file; - is standard input."), completion: .yaml)
    var scenario: String

    func run() async throws {
        try checkOptions()
        let patience = try patience.patience(server)
        if let service = try server.service() { return try await simulate(at: service, patience) }
        let exitCode = try await SignalWatch.cancelling {
            let (plan, loaded) = try load()
            let policies = try chosenPolicies(own: plan.scenario.pacing)
            if !policies.isEmpty, plan.replications < 2 {
                throw CommandFailure.usage("--compare needs at least 2 replications: differences are taken in pairs")
            }
            try await HistoryEntry.check(common, out: out)
            let baseline = try await comparison.load(.simulate, scenario: plan.scenario.name, common)
            return try await Study(command: self, loaded: loaded, baseline: baseline).run(plan, policies)
        }
        if exitCode != .pass { throw CommandFailure(code: exitCode) }
    }

    /// Lets a service simulate, and follows it there.
    private func simulate(at service: ControlClient.Service, _ patience: Duration) async throws {
        try ServerOptions.refuse([
            ("--threads", threads != nil), ("--trace", trace != nil), ("--by", by != nil),
            ("--compare", !compare.isEmpty),
        ])
        var fields = fields
        if let replications { fields.overrides.append("run.replications=\(replications)") }
        let run = ServerRun(common: common, service: service, kind: .simulate, patience: patience, out: out)
        let code = try await run.submit(try ServerOrder.make(scenario, fields, common, comparison, []))
        if code != .pass { throw CommandFailure(code: code, leavesFiles: false) }
    }

    /// The number of replications that run at a time.
    var threadCount: Int { threads ?? ThisProcess.cores }

    private func checkOptions() throws {
        if let replications, !(1...1_000_000).contains(replications) {
            throw CommandFailure.usage("--replications must be in 1…1000000")
        }
        if let threads, !(1...1024).contains(threads) { throw CommandFailure.usage("--threads must be in 1…1024") }
        if let by, by.duration < .seconds(60) || by.duration > .seconds(86_400) {
            throw CommandFailure.usage("--by must be in 1m…24h")
        }
        if comparison.baseline != nil, !compare.isEmpty {
            throw CommandFailure.usage(
                "--baseline compares with an earlier result, --compare with other policies; use one"
            )
        }
        if trace == "-", common.json {
            throw CommandFailure.usage("--trace - and --json both need standard output; give the trace a file")
        }
    }

    /// Loads the scenario and plans its study; prints every problem.
    private func load() throws -> (StudyPlan, LoadedScenario) {
        do throws(ScenarioError) {
            let loaded = try ScenarioLoading.load(scenario, fields).warned(by: "simulate")
            let hasShift = loaded.scenario.experiment(seed: common.seed)?.shift != nil
            if by != nil, !hasShift {
                throw ScenarioError([
                    loaded.document.diagnostic(
                        .error,
                        .runLength,
                        "--by needs the length of a day: write run.shift, such as {shift: 8h}",
                        at: JSONPointer(tokens: ["run"])
                    )
                ])
            }
            let usual = out == nil ? nil : StudyPlan.usualCourseInterval
            let interval = by.map { $0.duration / .seconds(1) } ?? usual
            let plan = StudyPlan(
                loaded.scenario,
                seed: common.seed,
                replications: replications,
                courseInterval: interval
            )
            guard let plan else {
                throw ScenarioError([
                    loaded.document.diagnostic(
                        .error,
                        .fieldMissing,
                        "contactCenter is missing: `simulate` needs agents, ringing, talk and patience",
                        at: JSONPointer(tokens: ["contactCenter"])
                    )
                ])
            }
            if !common.quiet { for warning in loaded.warnings { Console.error("\(warning)") } }
            return (plan, loaded)
        } catch {
            throw ScenarioLoading.failure(error, of: scenario, common)
        }
    }

    private func chosenPolicies(own: Pacing) throws -> [PolicyChoice] {
        var choices: [PolicyChoice] = []
        for name in compare.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            do {
                let choice = try PolicyChoice(parsing: String(name), own: own)
                if !choices.contains(where: { $0.pacing == choice.pacing }) { choices.append(choice) }
            } catch {
                throw CommandFailure.usage("--compare \(name): \(error)")
            }
        }
        return choices
    }
}

/// The work of the command, after all of its input has been checked.
private struct Study {
    let command: SimulateCommand
    let loaded: LoadedScenario
    let baseline: Baseline?
    let line: MovingLine
    let startedAt = WallClock.now

    init(command: SimulateCommand, loaded: LoadedScenario, baseline: Baseline?) {
        (self.command, self.loaded, self.baseline) = (command, loaded, baseline)
        line = MovingLine(command.common)
    }

    func run(_ plan: StudyPlan, _ policies: [PolicyChoice]) async throws -> RunReport.ExitCode {
        defer { line.clear() }
        do {
            try clearFiles()
            var plan = plan
            if plan.wantsWarmUp {
                line.draw("  looking for the end of the warm-up")
                try plan.findWarmUp()
            }
            var result = StudyResult(judging: try await replications(of: plan), of: plan)
            if let baseline { result.compare(with: baseline) }
            let comparison = try await compare(result, policies)
            line.clear()
            show(result, comparison)
            try writeFiles(result, comparison)
            try await enterHistory(result)
            if let document = ResultDocument(result.json) {
                command.workflow.report(document, loaded, path: command.scenario, command.common)
            }
            return result.exitCode
        } catch let error as SimulationError where error.code != .cancelled {
            throw CommandFailure.usage("\(command.scenario): \(error)")
        } catch let error as FileError {
            let what = command.trace == nil ? "the report" : "the trace or the report"
            throw CommandFailure.usage("cannot write \(what): \(error)")
        } catch {
            guard Task.isCancelled else { throw error }
            throw CommandFailure(code: .timedOut, message: "interrupted; the finished replications are dropped")
        }
    }

    private func show(_ result: StudyResult, _ comparison: PolicyComparison?) {
        if command.common.json {
            Console.output(comparison.map { result.json(with: $0) } ?? result.json)
        } else if command.common.quiet {
            Console.output(result.verdict.rawValue.uppercased())
        } else {
            let (style, width) = (Console.outputStyle, Console.width)
            Console.output(StudySummary(result, comparison: comparison, style: style, width: width).text)
        }
    }

    /// Leaves no file of an earlier simulation beside those of this one.
    private func clearFiles() throws {
        guard let folder = command.out else { return }
        let unfinished = UnfinishedRun(
            kind: "simulate",
            scenario: loaded.scenario.name,
            reason: "the simulation has not come to its end: it still works, or its process died"
        )
        try Run.leaveFiles(of: unfinished, in: folder, throughLinks: false)
    }

    /// Adds the simulation to the history of the home.
    private func enterHistory(_ result: StudyResult) async throws {
        guard let folder = command.out else { return }
        try await HistoryEntry(
            kind: .simulate,
            scenario: loaded.scenario.name,
            verdict: result.verdict,
            exitCode: result.exitCode,
            folder: folder,
            startedAt: startedAt,
            document: result.documentForHistory.bytes
        ).add(command.common)
    }

    private func writeFiles(_ result: StudyResult, _ comparison: PolicyComparison?) throws {
        guard let folder = command.out else { return }
        let files = try result.files(
            comparison: comparison,
            command: CommandLineText.quoted(CommandLine.arguments),
            inconclusive: command.workflow.junitInconclusive
        )
        for (name, text) in files { try FileSystem.writeNamed("\(folder)/\(name)", Array(text.utf8)) }
        if !command.common.json, !command.common.quiet { Console.output("  report \(folder)/report.html") }
    }

    private func replications(of plan: StudyPlan) async throws -> [ReplicationSummary] {
        let start = ContinuousClock.now
        let results: [ReplicationSummary]
        if let path = command.trace { results = try traced(plan, to: path) } else { results = try await simulate(plan) }
        if command.common.verbose, !command.common.quiet {
            let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
            line.clear()
            Console.error(
                "ringback: \(plan.experiment.pacing.name): \(results.count) replications, "
                    + "\(results.reduce(0) { $0 + $1.attempted }) calls, "
                    + "\(results.reduce(0) { $0 + $1.events }) events in \(milliseconds) ms"
            )
        }
        return results
    }

    private func traced(_ plan: StudyPlan, to path: String) throws -> [ReplicationSummary] {
        let file = try path == "-" ? LineWriter() : LineWriter(path: path)
        return try (0..<UInt32(plan.replications)).map { number in
            let trace = TraceHandler { file.append(TraceLine.text($0, replication: number).utf8) }
            let summary = ReplicationSummary(try Replication.run(plan.experiment, number: number, trace: trace))
            try file.flush()
            line.draw("  replications \(number + 1)/\(plan.replications)")
            return summary
        }
    }

    private func simulate(_ plan: StudyPlan, as name: String = "") async throws -> [ReplicationSummary] {
        try await plan.run(threads: command.threadCount) { [line, count = plan.replications] done in
            line.draw("  \(name)replications \(done)/\(count)")
        }
    }

    /// Runs the other policies on the same customers, and progressive dialling, the base from which gains are measured.
    private func compare(_ own: StudyResult, _ policies: [PolicyChoice]) async throws -> PolicyComparison? {
        guard !policies.isEmpty else { return nil }
        func result(_ name: String, _ pacing: Pacing) async throws -> StudyResult {
            let plan = own.plan.with(pacing)
            return StudyResult(judging: try await simulate(plan, as: "\(name): "), of: plan)
        }
        var results = [(name: own.plan.scenario.pacing.label, result: own)]
        var progressive = own.plan.scenario.pacing == .progressive ? own : nil
        for choice in policies where choice.pacing != own.plan.scenario.pacing {
            let other = try await result(choice.name, choice.pacing)
            results.append((choice.name, other))
            if choice.pacing == .progressive { progressive = other }
        }
        if progressive == nil { progressive = try await result("progressive", .progressive) }
        return progressive.map { PolicyComparison(results, progressive: $0) }
    }
}
