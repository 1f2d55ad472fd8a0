import ArgumentParser
import DialerEngine
import DialerStudy
import ExactJSON
import RingbackHome
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import Statistics

/// `ringback calibrate`: the most aggressive pacing that keeps a rule, certified.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Find the most aggressive pacing that keeps a rule with stated confidence. Sends nothing.",
        discussion: """
            Simulates whole legal windows of the rule (30 days, a day, a month) from the
            cautious side on. A setting is certified if a test shows with --confidence that
            at least --share of all windows keep the rule; every look at the data counts.
            The search ends at the first setting that is not certified.

            Without --over the policy's own parameter is varied over twelve values. Exit
            code 0: every policy and team has a certified setting; 1: a most cautious
            setting is rejected; 6: the windows do not decide.

            Examples:
              ringback calibrate scenario.yaml
              ringback calibrate scenario.yaml --over pacing.power.linesPerAgent=1..2/11
              ringback calibrate scenario.yaml --agents 5,10,20,50 --out build/calibrated
              ringback calibrate scenario.yaml --policies power,lookahead,vicidial
              ringback calibrate scenario.yaml --profile ca-crtc --share 99%
              ringback calibrate scenario.yaml --shard 1/4 --out part1.json
              ringback calibrate merge part*.json --out build/calibrated
              ringback calibrate scenario.yaml --server https://ci.example
            """,
        subcommands: [CalibrateRunCommand.self, CalibrateMergeCommand.self],
        defaultSubcommand: CalibrateRunCommand.self
    )
}

/// What is varied, and what has to be shown: the options that a calibration is made of.
struct CalibrationOptions: ParsableArguments {
    @Option(help: .value("path=range", "What is varied: PATH=FROM..TO/STEPS or PATH=V1,V2,…"))
    var over: String?

    @Option(help: .value("n,n,…", "Team sizes to try.", "Default: the scenario's"))
    var agents: String?

    @Option(help: .value("name,name,…", "Policies to try and rank.", "Default: the scenario's"))
    var policies: String?

    @Option(help: "What is made as large as the rule allows: occupancy or connectsPerAgentHour.")
    var objective = CalibrationObjective.occupancy

    @Option(help: .value("name", "The rule to keep.", "Default: the scenario's first one with a limit"))
    var profile: String?

    @Option(
        help: .value(
            "share",
            "The share of all windows that has to keep the rule, \(CalibrationRequest.sharesInWords)."
        )
    )
    var share: ShareArgument = ShareArgument(0.95)

    @Option(help: .value("share", "The confidence with which that is shown, \(CalibrationRequest.sharesInWords)."))
    var confidence: ShareArgument = ShareArgument(0.95)

    var request: CalibrationRequest {
        var request = CalibrationRequest()
        (request.over, request.agents, request.policies) = (over, agents, policies)
        (request.objective, request.profile) = (objective, profile)
        (request.share, request.confidence) = (share.value, confidence.value)
        return request
    }
}

/// A share of a whole, as `95%` or `0.95`.
struct ShareArgument: ExpressibleByArgument {
    var value: Double

    init(_ value: Double) { self.value = value }

    init?(argument: String) {
        guard let value = CalibrationRequest.share(argument) else { return nil }
        self.value = value
    }

    var defaultValueDescription: String { NumberText.short(100 * value, 2) + "%" }
}

extension CalibrationObjective: ExpressibleByArgument {}

struct CalibrateRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Calibrate a scenario (what `ringback calibrate SCENARIO` does).",
        discussion: """
            Examples:
              ringback calibrate scenario.yaml
              ringback calibrate run scenario.yaml --agents 5,10
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup(visibility: .hidden) var store: StoreOptions
    @OptionGroup var options: CalibrationOptions

    @Option(help: .value("n", "Threads; the result does not depend on their number.", "Default: one for each core"))
    var threads: Int?

    @Option(help: .value("i/n", "Do part I of N only, and write it to --out FILE for `calibrate merge`."))
    var shard: ShardArgument?

    @Option(
        help: .value(
            "dir",
            "Write report.html, result.json and settings.csv here, and a row in the home's history.",
            "With --shard it is the file of the part"
        ),
        completion: .directory
    )
    var out: String?

    @OptionGroup var fields: OverrideOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var patience: PatienceOptions

    @Argument(help: .value("scenario", "The scenario file; - is standard input."), completion: .yaml)
    var scenario: String

    func run() async throws {
        if let threads, !(1...1024).contains(threads) { throw CommandFailure.usage("--threads must be in 1…1024") }
        if let shard, let problem = shard.problem {
            throw CommandFailure.usage("--shard \(shard.number)/\(shard.count): part I of N is written I/N; \(problem)")
        }
        let patience = try patience.patience(server)
        if let service = try server.service() { return try await calibrate(at: service, patience) }
        if shard != nil, out == nil {
            throw CommandFailure.usage("--shard needs --out FILE, where its part is written")
        }
        let exitCode = try await SignalWatch.cancelling {
            let planned = try CalibrationLoading(scenario, fields, options, common, for: "calibrate").plan().planned
            if let shard {
                return try await Calibrating(common: common, threads: threadCount).part(
                    shard,
                    of: planned,
                    to: out ?? ""
                )
            }
            try await HistoryEntry.check(common, out: out)
            return try await Calibrating(common: common, threads: threadCount).whole(planned, out: out)
        }
        if exitCode != .pass { throw CommandFailure(code: exitCode) }
    }

    /// Lets a service calibrate, and follows it there.
    private func calibrate(at service: ControlClient.Service, _ patience: Duration) async throws {
        try ServerOptions.refuse([("--shard", shard != nil), ("--threads", threads != nil)])
        let settings: [(name: String, value: String?)] = [
            ("over", options.over), ("agents", options.agents), ("policies", options.policies),
            ("objective", options.objective.rawValue), ("profile", options.profile),
            ("share", "\(options.share.value)"), ("confidence", "\(options.confidence.value)"),
        ]
        let query = settings.compactMap { setting in setting.value.map { (name: setting.name, value: $0) } }
        let run = ServerRun(
            common: common,
            service: service,
            kind: .calibrate,
            patience: patience,
            out: out
        )
        let code = try await run.submit(try ServerOrder.make(scenario, fields, common, nil, query))
        if code != .pass { throw CommandFailure(code: code, leavesFiles: false) }
    }

    private var threadCount: Int { threads ?? ThisProcess.cores }
}
