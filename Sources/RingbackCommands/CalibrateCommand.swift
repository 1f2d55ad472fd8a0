import ArgumentParser
import DialerEngine
import DialerStudy
import ExactJSON
import RingbackHome
import RunReport
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

    @Option(help: .value("share", "The share of all windows that has to keep the rule."))
    var share: ShareArgument = ShareArgument(0.95)

    @Option(help: .value("share", "The confidence with which that is shown."))
    var confidence: ShareArgument = ShareArgument(0.95)
}

/// A share of a whole, as `95%` or `0.95`.
struct ShareArgument: ExpressibleByArgument {
    var value: Double

    init(_ value: Double) { self.value = value }

    init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        guard let number = Double(isPercent ? String(argument.dropLast()) : argument) else { return nil }
        let value = isPercent ? number / 100 : number
        guard value > 0, value < 1 else { return nil }
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
    @OptionGroup var options: CalibrationOptions

    @Option(help: .value("n", "Threads; the result does not depend on their number.", "Default: one for each core"))
    var threads: Int?

    @Option(help: .value("i/n", "Do part I of N only, and write it to --out FILE for `calibrate merge`."))
    var shard: ShardArgument?

    @Option(
        help: .value("dir", "Write report.html, result.json and settings.csv here; with --shard the file of the part."),
        completion: .directory
    )
    var out: String?

    @OptionGroup var fields: OverrideOptions

    @Argument(help: .value("scenario", "The scenario file; - is standard input."), completion: .yaml)
    var scenario: String

    func run() async throws {
        if let threads, !(1...1024).contains(threads) { throw CommandFailure.usage("--threads must be in 1…1024") }
        if let shard, let problem = shard.problem {
            throw CommandFailure.usage("--shard \(shard.number)/\(shard.count): part I of N is written I/N; \(problem)")
        }
        if shard != nil, out == nil {
            throw CommandFailure.usage("--shard needs --out FILE, where its part is written")
        }
        let planned = try CalibrationLoading(scenario, fields, options, common).plan()
        let work = Task {
            if let shard {
                return try await Calibrating(common: common, threads: threadCount).part(
                    shard,
                    of: planned,
                    to: out ?? ""
                )
            }
            return try await Calibrating(common: common, threads: threadCount).whole(planned, out: out)
        }
        let watch = SignalWatch { work.cancel() }
        let exitCode = try await work.value
        withExtendedLifetime(watch) {}
        if exitCode != .pass { throw CommandFailure(code: exitCode) }
    }

    private var threadCount: Int { threads ?? ThisProcess.cores }
}

/// A calibration with what it was made from.
struct PlannedCalibration: Sendable {
    let calibration: Calibration
    let scenario: String
    let seed: UInt32
    /// The texts that decide what is simulated: equal ones give equal windows.
    let fingerprint: String
    /// The windows of the scenario as it stands.
    let own: LegalWindow
    /// The scenario as it was read.
    let source: CalibrationLoading.Source
}

/// Loads a scenario once for each setting.
struct CalibrationLoading {
    typealias Source = (text: String, file: String)

    private let path: String
    private let fields: OverrideOptions
    private let options: CalibrationOptions
    private let common: CommonOptions

    init(_ path: String, _ fields: OverrideOptions, _ options: CalibrationOptions, _ common: CommonOptions) {
        (self.path, self.fields, self.options, self.common) = (path, fields, options, common)
    }

    func plan() throws -> PlannedCalibration {
        do throws(ScenarioError) {
            let source = try SourceText.read(path: path)
            return try plan(source)
        } catch {
            throw ScenarioLoading.failure(error, of: path, common)
        }
    }

    private func plan(_ source: Source) throws(ScenarioError) -> PlannedCalibration {
        let loaded = try load(source, [])
        if !common.quiet { for warning in loaded.warnings { Console.error("\(warning)") } }
        func refuse(_ code: ViolationCode, _ message: String, _ pointer: [String] = []) -> ScenarioError {
            ScenarioError([loaded.document.diagnostic(.error, code, message, at: JSONPointer(tokens: pointer))])
        }
        guard let experiment = loaded.scenario.experiment(seed: common.seed) else {
            throw refuse(
                .fieldMissing,
                "contactCenter is missing: `calibrate` needs agents, ringing, talk and patience"
            )
        }
        guard experiment.shift != nil else {
            throw refuse(
                .runLength,
                "`calibrate` needs the length of a day: write run.shift, such as {shift: 8h}",
                ["run"]
            )
        }
        let profile = try self.profile(loaded, refuse)
        guard let own = LegalWindow(experiment, of: profile) else {
            throw refuse(.complianceProfile, "the rule \(profile.name) sets no limit on a share", ["compliance"])
        }
        var teams = [experiment.center.agents]
        if let text = options.agents {
            teams = try numbers(text, "--agents", refuse)
            if experiment.center.roster != nil {
                throw refuse(
                    .fieldRange,
                    "--agents has no effect on a roster, which says how many agents there are",
                    ["contactCenter", "roster"]
                )
            }
        }
        var policies = [loaded.scenario.pacing.name]
        if let text = options.policies {
            policies = []
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let policy = PacingName(rawValue: String(word)) else {
                    let names = PacingName.allCases.map(\.rawValue)
                    throw refuse(
                        .fieldType,
                        "--policies: unknown policy \(Suggestion.quoted(String(word), among: names))"
                    )
                }
                if !policies.contains(policy) { policies.append(policy) }
            }
        }
        var range: CalibrationRange?
        if let over = options.over {
            do throws(CalibrationRange.FormatError) { range = try CalibrationRange(parsing: over) } catch {
                throw refuse(.setSyntax, "--over \(over): \(error)")
            }
            if let path = range?.path, path.hasPrefix("pacing."), options.policies != nil {
                throw refuse(.setSyntax, "--over \(path) belongs to one policy; leave out --policies")
            }
        }
        var groups: [CalibrationGroup] = []
        for policy in policies {
            for agents in teams {
                let settings = try settings(policy, agents, range, source, loaded.scenario.pacing.name, profile, refuse)
                groups.append(CalibrationGroup(policy: policy, agents: agents, settings: settings))
            }
        }
        let requirement = ChanceConstraint(proportion: options.share.value, confidence: options.confidence.value)
        let calibration = Calibration(
            groups: groups,
            plan: SequentialPlan(requirement),
            profile: profile,
            objective: options.objective
        )
        let settings = groups.flatMap(\.settings).map(\.title)
        let parts = [source.text] + fields.overrides + settings + [profile.name, "\(requirement)", "\(common.seed)"]
        return PlannedCalibration(
            calibration: calibration,
            scenario: loaded.scenario.name,
            seed: common.seed,
            fingerprint: parts.joined(separator: "\n"),
            own: own,
            source: source
        )
    }

    /// Settings between two values of a path, both left out.
    func settings(
        between low: String,
        and high: String,
        of path: String,
        _ planned: PlannedCalibration
    ) throws -> [CalibrationSetting] {
        guard let group = planned.calibration.groups.first else { return [] }
        do throws(ScenarioError) {
            let range: CalibrationRange
            do throws(CalibrationRange.FormatError) {
                range = try CalibrationRange(parsing: "\(path)=\(low)..\(high)/9")
            } catch {
                return []
            }
            let settings = try settings(
                group.policy,
                group.agents,
                range,
                planned.source,
                group.policy,
                planned.calibration.profile
            ) { code, message, _ in ScenarioError([Diagnostic(.error, code, message, at: SourcePlace(file: self.path))])
            }
            return Array(settings.dropFirst().dropLast())
        } catch {
            throw ScenarioLoading.failure(error, of: self.path, common)
        }
    }

    private func load(_ source: Source, _ more: [String]) throws(ScenarioError) -> LoadedScenario {
        var overrides: [Override] = []
        for text in fields.overrides + more { overrides.append(try Override(parsing: text)) }
        return try Scenario.parse(text: source.text, file: source.file, overrides: overrides)
    }

    private func profile(
        _ loaded: LoadedScenario,
        _ refuse: (ViolationCode, String, [String]) -> ScenarioError
    ) throws(ScenarioError) -> ComplianceProfile {
        let known = loaded.scenario.compliance + ComplianceProfile.named
        guard let name = options.profile else {
            let judged = loaded.scenario.compliance.first { $0.limit != nil && $0.attemptLimit == nil }
            guard let judged else {
                throw refuse(
                    .complianceProfile,
                    "no rule of the scenario has a limit on a share; name one with --profile",
                    ["compliance"]
                )
            }
            return judged
        }
        guard let profile = known.first(where: { $0.name == name }) else {
            throw refuse(
                .complianceProfile,
                "--profile: unknown compliance profile \(Suggestion.quoted(name, among: known.map(\.name)))",
                []
            )
        }
        guard profile.limit != nil, profile.attemptLimit == nil else {
            throw refuse(
                .complianceProfile,
                "--profile \(name): the rule sets no limit on a share, so nothing can be certified",
                []
            )
        }
        return profile
    }

    private func numbers(
        _ text: String,
        _ option: String,
        _ refuse: (ViolationCode, String, [String]) -> ScenarioError
    ) throws(ScenarioError) -> [Int] {
        var numbers: [Int] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int(word), ContactCenter.agentBounds.contains(number) else {
                throw refuse(.fieldRange, "\(option): \"\(word)\" is not a number of agents in 1…1000000", [])
            }
            if !numbers.contains(number) { numbers.append(number) }
        }
        return numbers
    }

    private func settings(
        _ policy: PacingName,
        _ agents: Int,
        _ range: CalibrationRange?,
        _ source: Source,
        _ own: PacingName,
        _ profile: ComplianceProfile,
        _ refuse: (ViolationCode, String, [String]) -> ScenarioError
    ) throws(ScenarioError) -> [CalibrationSetting] {
        let usual = policy.aggressiveness(agents: agents)
        let ownPath = usual.map { "pacing.\(policy.rawValue).\($0.parameter)" }
        var values: [String?] = usual?.values ?? [nil]
        if let range {
            values = range.values
            // The cautious side of a policy's own parameter is the smaller one.
            if range.path == ownPath { values = range.values.sorted { Self.size(of: $0) < Self.size(of: $1) } }
        } else if policy == .poisson {
            throw refuse(
                .setSyntax,
                "poisson has no usual range; write --over pacing.poisson.callsPerHour=FROM..TO/STEPS",
                []
            )
        }
        let path = range?.path ?? ownPath
        var settings: [CalibrationSetting] = []
        for value in values {
            var more: [String] = []
            if options.agents != nil { more.append("contactCenter.agents=\(agents)") }
            if policy != own {
                let parameter = value.flatMap { value in usual.map { "\($0.parameter): \(value)" } } ?? ""
                let isOwnPath = path == ownPath
                more.append("pacing={\"\(policy.rawValue)\": {\(isOwnPath ? parameter : "")}}")
                if !isOwnPath, let path, let value { more.append("\(path)=\(value)") }
            } else if let path, let value {
                more.append("\(path)=\(value)")
            }
            let loaded = try load(source, more)
            guard let experiment = loaded.scenario.experiment(seed: common.seed),
                let window = LegalWindow(experiment, of: profile)
            else { throw refuse(.runLength, "`calibrate` needs the length of a day: write run.shift", ["run"]) }
            do throws(SimulationError) { try window.experiment.validate() } catch {
                throw refuse(.fieldRange, "\(path ?? policy.rawValue) \(value ?? ""): \(error)", [])
            }
            settings.append(
                CalibrationSetting(policy: policy, agents: agents, over: path, value: value, window: window)
            )
        }
        return settings
    }

    private static func size(of value: String) -> Double {
        value.hasSuffix("%") ? (Double(value.dropLast()) ?? 0) / 100 : Double(value) ?? 0
    }
}
