import ArgumentParser
import ExactJSON
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient
import Webhooks

/// `ringback run`: a run from dispatch to report.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a scenario: dispatch, track, receive webhooks, reconcile, judge, report.",
        discussion: """
            Without --target it runs against an embedded sandbox on a loopback port:
            HTTP goes both ways, and nothing leaves the machine. --target cxone reads
            the CXONE_… variables of the environment.

            Examples:
              ringback run scenario.yaml
              ringback run scenario.yaml --seed 7 --set simulation.maxCalls=200
              ringback run scenario.yaml --json > result.json
              ringback run scenario.yaml --out build/dialer
              ringback run scenario.yaml --baseline last-pass --fail-on-regression
              ringback run scenario.yaml --anchor checkpoint.txt
              ringback run scenario.yaml --fault Examples/faults/reset.yaml
              ringback run scenario.yaml --target cxone --timeout 30m
              ringback run scenario.yaml --target cxone --profile acme.yaml

            Against a sandbox in another process (ringback sandbox):
              export CXONE_BASE_URL=http://127.0.0.1:8089
              export CXONE_CLIENT_ID=sandbox CXONE_CLIENT_SECRET=sandbox
              ringback run scenario.yaml --target cxone --profile sandbox

            After a crash, with the same environment:
              ringback run --resume 01M821QA56X5ZM5PW62SPXZAGX --target cxone

            At the service of a team (ringback serve), where --timeout is how long it is
            followed beyond its own time limit:
              ringback run scenario.yaml --server https://ci.example --target cxone
              ringback run --resume 01M821QA56X5ZM5PW62SPXZAGX --server https://ci.example

            With RINGBACK_DATABASE_URL it shares slots and history with other machines in
            that PostgreSQL ("ringback store" sets it up).

            A run writes result.json, junit.xml, report.html and events.jsonl.
            Ctrl-C cancels the simulation and writes the files. A second Ctrl-C
            stops at once.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var remote: TargetOptions

    @Option(help: .value("n", "The most attempts of a request (1…100)."))
    var maxAttempts = 3

    @Option(help: .value("dir", "The folder for the run's files.", "Default: HOME/runs/RUN_ID"), completion: .directory)
    var out: String?

    @Option(help: .value("max|x", "Virtual seconds per real second in the sandbox, or max."))
    var speed = SpeedArgument.max

    @Option(help: .value("duration", "The time limit of the whole run.", "Default: 5m"))
    var timeout: DurationArgument?

    @Option(
        help: .value(
            "duration",
            "The pause between two polls of the status.",
            "Default: 100ms for the sandbox, 2s for cxone"
        )
    )
    var pollInterval: DurationArgument?

    @Option(
        help: .value("duration", "How long to wait for late webhooks.", "Default: 2s for the sandbox, 10s for cxone")
    )
    var drain: DurationArgument?

    @Option(help: .value("file", "The faults that the embedded sandbox makes on purpose."), completion: .yaml)
    var fault: String?

    @OptionGroup var fields: OverrideOptions
    @OptionGroup var comparison: BaselineOptions
    @OptionGroup var workflow: WorkflowOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var store: StoreOptions

    @Option(help: .value("run-id", "Continue a run whose process died; it never creates a second simulation."))
    var resume: String?

    @Option(
        help: .value(
            "place",
            "Write the checkpoint of the audit log here too: -, a file, or monitor:NAME.",
            "Repeatable; a copy kept elsewhere proves later that the log is unchanged"
        )
    )
    var anchor: [AnchorArgument] = []

    @Argument(help: .value("scenario", "The scenario file; - is standard input."), completion: .yaml)
    var scenario: String?

    func run() async throws {
        do { try await runScenario() } catch let error as RunError {
            // What this machine lacks is a usage error; the sandbox of a run that cannot go on is gone for good.
            let code: RunReport.ExitCode = error.code == .notResumable ? .refused : .usage
            throw CommandFailure(code: code, message: error.message, leavesFiles: !error.hasFiles, cause: error.cause)
        }
    }

    private func runScenario() async throws {
        if let service = try server.service() { return try await runAtService(service) }
        if common.json, anchor.contains(where: { $0.place == nil }) {
            throw CommandFailure.usage("--anchor - cannot be used with --json, whose document has the checkpoint")
        }
        let (run, loaded) = try await prepare()
        let view = RunView(common, run: run)
        for warning in loaded?.warnings ?? [] { view.warn("\(warning)") }
        let watch = SignalWatch {
            view.warn("stopping: the simulation is being cancelled; Ctrl-C again stops at once")
            run.interrupt()
        }
        defer { view.clear() }
        let result = try await run.result { view.show($0) }
        withExtendedLifetime(watch) {}
        view.finish(result)
        if anchor.contains(where: { $0.place == nil }), let checkpoint = result.facts.auditCheckpoint {
            Console.outputRaw(checkpoint.note)
        }
        workflow.report(ResultDocument(result), loaded, path: scenario ?? result.facts.scenario.name, common)
        if result.exitCode != .pass { throw CommandFailure(code: result.exitCode) }
    }

    /// Lets a service run the scenario, or follows a run that it has.
    private func runAtService(_ service: ControlClient.Service) async throws {
        try ServerOptions.refuse([
            ("--fault", fault != nil), ("--anchor", !anchor.isEmpty), ("--speed", speed.factor != nil),
            ("--webhook-listen", remote.webhookListen != nil), ("--webhook-url", remote.webhookURL != nil),
            ("--poll-interval", pollInterval != nil), ("--drain", drain != nil), ("--profile", remote.profile != nil),
        ])
        let run = ServerRun(
            common: common,
            service: service,
            kind: .run,
            patience: timeout?.duration ?? RunOptions().timeout,
            out: out
        )
        let code: RunReport.ExitCode
        switch (resume, scenario) {
        case (.some(let id), nil): code = try await run.follow(id)
        case (nil, .some(let path)):
            let order = try ServerOrder.make(path, fields, common, comparison, [("target", remote.target.rawValue)])
            code = try await run.submit(order)
        case (nil, nil): throw CommandFailure.usage("name a scenario file, or a run with --resume")
        case (.some, .some):
            throw CommandFailure.usage("--resume takes no scenario: the run continues with its own")
        }
        if code != .pass { throw CommandFailure(code: code, leavesFiles: false) }
    }

    /// Loads the scenario; the audit log records one that is refused.
    private func load(_ scenario: String) async throws -> LoadedScenario {
        do throws(ScenarioError) {
            let loaded = try ScenarioLoading.load(scenario, fields)
            guard common.json else { return loaded }
            let problems = loaded.scenario.monitors.indices.filter {
                loaded.scenario.monitors[$0].kind.usesStandardOutput
            }
            .map { index in
                loaded.document.diagnostic(
                    .error,
                    .monitorStdout,
                    "a monitor of kind stdout cannot share standard output with the document of --json",
                    at: JSONPointer(tokens: ["monitors", "\(index)", "kind"])
                )
            }
            guard problems.isEmpty else { throw ScenarioError(problems) }
            return loaded
        } catch {
            let failure = ScenarioLoading.failure(error, of: scenario, common)
            do {
                try await Run.recordRefusal(
                    of: scenario,
                    diagnostics: error.diagnostics,
                    home: common.homePath,
                    actor: ThisProcess.user
                )
            } catch {
                Console.error("ringback: warning: \(error)")
            }
            throw failure
        }
    }

    private func runTarget(_ loaded: LoadedProfile) throws -> RunTarget {
        switch remote.target {
        case .sandbox:
            var sandbox = EmbeddedSandbox(
                seed: common.seed,
                speed: speed.factor,
                capabilities: loaded.profile.capabilities
            )
            sandbox.faults = try fault.map { try ScenarioLoading.faults($0) }
            return .embeddedSandbox(sandbox)
        case .cxone:
            guard fault == nil else {
                throw CommandFailure.usage(
                    "--fault is for the embedded sandbox; for another sandbox use `ringback sandbox --fault`"
                )
            }
            return .remote(try RemoteConfiguration.read(loaded))
        }
    }

    private func options(_ loaded: LoadedProfile, baseline: Baseline? = nil) throws -> RunOptions {
        guard (1...100).contains(maxAttempts) else { throw CommandFailure.usage("--max-attempts must be in 1…100") }
        if let timeout, timeout.duration <= .zero { throw CommandFailure.usage("--timeout must be longer than 0") }
        if let pollInterval, pollInterval.duration < .milliseconds(10) {
            throw CommandFailure.usage("--poll-interval must be at least 10ms")
        }
        var options = RunOptions()
        options.timeout = timeout?.duration ?? options.timeout
        options.pollInterval = pollInterval?.duration ?? loaded.profile.limits.pollInterval.map { .seconds($0) }
        options.drain = drain?.duration
        options.maxAttempts = maxAttempts
        options.webhookListen = remote.webhookListen
        options.webhookURL = remote.webhookURL
        options.webhookSecret = try Environment.secret(WebhookSecrets.variable, isList: true)
        options.outputDirectory = out
        options.actor = ThisProcess.user
        options.anchors = anchor.compactMap(\.place)
        options.baseline = baseline
        options.junitInconclusive = workflow.junitInconclusive
        options.command = CommandLineText.quoted(CommandLine.arguments)
        return options
    }

    /// The run that the command line asks for: a new one, or one to continue.
    private func prepare() async throws -> (Run, LoadedScenario?) {
        switch (resume, scenario) {
        case (nil, nil): throw CommandFailure.usage("name a scenario file, or a run with --resume")
        case (.some, .some):
            throw CommandFailure.usage("--resume takes no scenario: the run continues with its own")
        case (nil, .some(let path)):
            var loaded = try await load(path)
            let profile = try LoadedProfile.load(remote.profileWord)
            if let limit = profile.profile.limits.maxActiveSimulations,
                !loaded.scenario.writtenParts.contains("limits")
            {
                loaded.scenario.limits.maxActiveSimulations = limit
            }
            let baseline = try await comparison.load(.run, scenario: loaded.scenario.name, common)
            let run = Run(
                loaded.scenario,
                on: try runTarget(profile),
                home: common.homePath,
                options: try options(profile, baseline: baseline)
            )
            return (run, loaded)
        case (.some(let id), nil):
            guard fields.overrides.isEmpty, fault == nil, remote.webhookListen == nil, remote.webhookURL == nil,
                comparison.baseline == nil
            else {
                throw CommandFailure.usage(
                    "--set, --fault, --baseline, --webhook-listen and --webhook-url belong to a new run, not to --resume"
                )
            }
            let profile = try LoadedProfile.load(remote.profileWord)
            let run = try await Run.resuming(
                id,
                on: try runTarget(profile),
                home: common.homePath,
                options: try options(profile)
            )
            if common.json, run.scenario.monitors.contains(where: { $0.kind == .stdout }) {
                throw CommandFailure.usage("a monitor of kind stdout cannot share standard output with --json")
            }
            return (run, nil)
        }
    }
}

/// A command line that a shell reads as the same arguments.
enum CommandLineText {
    static func quoted(_ arguments: [String]) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:=,@%+")
        return (["ringback"] + arguments.dropFirst()).map { argument in
            !argument.isEmpty && argument.allSatisfy { plain.contains($0) }
                ? argument
                : "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
                    + "'"
        }.joined(separator: " ")
    }
}
