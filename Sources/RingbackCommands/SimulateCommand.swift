import ArgumentParser
import DialerEngine
import DialerStudy
import ExactJSON
import RunReport
import ScenarioFile

/// `ringback simulate`: the dialer engine alone.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Simulate a contact centre: replications, intervals, compliance verdicts. Sends nothing.",
        discussion: """
            The scenario's contactCenter, pacing and run say what is simulated. Verdicts
            are on 95 % intervals: pass when all of an interval complies, fail when none
            of it does, else inconclusive (exit code 6: take more replications).

            --compare puts other policies beside the scenario's own, on the same
            customers. A policy is a name, with =VALUE for its first parameter:
            progressive, power=LINES_PER_AGENT, ratio=LEVEL, fixedLines=LINES,
            poisson=CALLS_PER_HOUR, lookahead=TARGET, feedback=TARGET, vicidial=METHOD.

            Examples:
              ringback simulate scenario.yaml
              ringback simulate scenario.yaml --replications 100 --seed 7
              ringback simulate scenario.yaml --compare progressive,power=1.5,lookahead
              ringback simulate scenario.yaml --set contactCenter.agents=20 --json
              ringback simulate scenario.yaml --replications 1 --trace events.jsonl
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("How often to repeat.", discussion: "Default: run.replications", valueName: "n"))
    var replications: Int?

    @Option(
        help: ArgumentHelp(
            "Replications at a time; the result does not depend on it.",
            discussion: "Default: one a core",
            valueName: "n"
        )
    )
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Write every event as a line of JSON; - is standard output.",
            discussion: "Replications then run one after the other",
            valueName: "file"
        ),
        completion: .file()
    )
    var trace: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Policies to compare with the scenario's own.", valueName: "policy[,policy…]")
    )
    var compare: [String] = []

    @Option(name: .customLong("set"), help: ArgumentHelp("Override one field.", valueName: "path=value"))
    var overrides: [OverrideArgument] = []

    @Argument(
        help: ArgumentHelp("The scenario file; - is standard input.", valueName: "scenario"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var scenario: String

    func run() async throws {
        try checkOptions()
        let plan = try load()
        let policies = try chosenPolicies(own: plan.scenario.pacing)
        let work = Task { try await Simulating(command: self, view: SimulationView(common)).carryOut(plan, policies) }
        let watch = SignalWatch { work.cancel() }
        let exitCode = try await work.value
        withExtendedLifetime(watch) {}
        if exitCode != .pass { throw CommandFailure(code: exitCode) }
    }

    /// How many replications run at a time.
    var threadCount: Int { threads ?? Machine.cores }

    private func checkOptions() throws {
        if let replications, !(1...1_000_000).contains(replications) {
            throw CommandFailure.usage("--replications must be in 1…1000000")
        }
        if let threads, !(1...1024).contains(threads) { throw CommandFailure.usage("--threads must be in 1…1024") }
        if trace == "-", common.json {
            throw CommandFailure.usage("--trace - and --json both want standard output; give the trace a file")
        }
    }

    /// Loads the scenario and plans its study; every problem is told.
    private func load() throws -> StudyPlan {
        do throws(ScenarioError) {
            let loaded = try ScenarioLoading.load(scenario, overrides)
            guard let plan = StudyPlan(loaded.scenario, seed: common.seed, replications: replications) else {
                throw ScenarioError([
                    loaded.document.diagnostic(
                        .error,
                        .fieldMissing,
                        "contactCenter is missing: `simulate` needs agents, ringing, talk and patience",
                        at: JSONPointer(tokens: ["contactCenter"])
                    )
                ])
            }
            if !common.quiet {
                // That calls at once are limited in the sandbox is of no concern here.
                for warning in loaded.warnings where warning.code != .concurrencyBinds { Console.error("\(warning)") }
            }
            return plan
        } catch {
            ScenarioLoading.tell(error, of: scenario, asJSON: common.json)
            throw CommandFailure(code: .usage)
        }
    }

    private func chosenPolicies(own: Scenario.Pacing) throws -> [PolicyChoice] {
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

/// The work of the command, once everything is known to be sound.
private struct Simulating {
    let command: SimulateCommand
    let view: SimulationView

    func carryOut(_ plan: StudyPlan, _ policies: [PolicyChoice]) async throws -> RunReport.ExitCode {
        do {
            var plan = plan
            if !policies.isEmpty, plan.replications < 2 {
                throw CommandFailure.usage("--compare needs at least 2 replications: differences are taken in pairs")
            }
            if plan.wantsWarmUp {
                view.show("looking for the end of the warm-up")
                try plan.findWarmUp()
            }
            let result = StudyResult(judging: try await replications(of: plan), of: plan)
            let comparison = try await compare(result, policies)
            view.finish(result, comparison)
            return result.exitCode
        } catch let error as SimulationError where error.code != .cancelled {
            throw CommandFailure.usage("\(command.scenario): \(error)")
        } catch let error as TraceFile.WriteError {
            throw CommandFailure(code: .refused, message: "\(error)")
        } catch {
            view.clear()
            guard Task.isCancelled else { throw error }
            throw CommandFailure(code: .timedOut, message: "interrupted; the replications that were done are dropped")
        }
    }

    private func replications(of plan: StudyPlan) async throws -> [ReplicationSummary] {
        let start = ContinuousClock.now
        let results = try await run(plan)
        if command.common.verbose {
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            view.say(
                "ringback: \(plan.experiment.pacing.name): \(results.count) replications, "
                    + "\(results.reduce(0) { $0 + $1.attempted }) calls, "
                    + "\(results.reduce(0) { $0 + $1.events }) events in \(Int(seconds * 1000)) ms"
            )
        }
        return results
    }

    private func run(_ plan: StudyPlan) async throws -> [ReplicationSummary] {
        guard let path = command.trace else {
            return try await plan.run(threads: command.threadCount) { [view, count = plan.replications] done in
                view.show("replications \(done)/\(count)")
            }
        }
        let file = try TraceFile(path)
        var results: [ReplicationSummary] = []
        for number in 0..<UInt32(plan.replications) {
            let trace = TraceHandler { file.write(TraceLine.text($0, replication: number)) }
            results.append(ReplicationSummary(try Replication.run(plan.experiment, number: number, trace: trace)))
            try file.flush()
            view.show("replications \(results.count)/\(plan.replications)")
        }
        return results
    }

    /// Runs the other policies on the same customers, and progressive dialling, above which a gain is measured.
    private func compare(_ own: StudyResult, _ policies: [PolicyChoice]) async throws -> PolicyComparison? {
        guard !policies.isEmpty else { return nil }
        var results = [(name: own.plan.scenario.pacing.label, result: own)]
        var progressive = own.plan.scenario.pacing == .progressive ? own : nil
        let wanted = policies.filter { $0.pacing != own.plan.scenario.pacing }
        for choice in wanted {
            let result = try await simulate(choice.name, own.plan.with(choice.pacing))
            results.append((choice.name, result))
            if choice.pacing == .progressive { progressive = result }
        }
        if progressive == nil { progressive = try await simulate("progressive", own.plan.with(.progressive)) }
        return progressive.map { PolicyComparison(results, progressive: $0) }
    }

    private func simulate(_ name: String, _ plan: StudyPlan) async throws -> StudyResult {
        let results = try await plan.run(threads: command.threadCount) { [view, count = plan.replications] done in
            view.show("\(name): replications \(done)/\(count)")
        }
        return StudyResult(judging: results, of: plan)
    }
}
