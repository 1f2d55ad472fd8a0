public import ArgumentParser
import ExactJSON
import RunPipeline
import RunReport
import ScenarioFile
public import SimulationAPI
import SimulationClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `ringback run`: the main job.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a scenario: dispatch, track, receive webhooks, reconcile, judge, report.",
        discussion: """
            Without --target it runs against an embedded sandbox on a loopback port:
            real HTTP both ways, nothing leaves the machine. --target cxone takes the
            CXONE_… variables of the environment.

            Examples:
              ringback run scenario.yaml
              ringback run scenario.yaml --seed 7 --set simulation.maxCalls=200
              ringback run scenario.yaml --json > result.json
              ringback run scenario.yaml --out build/dialer
              ringback run scenario.yaml --anchor checkpoint.txt
              ringback run scenario.yaml --fault Examples/faults/reset.yaml
              ringback run scenario.yaml --target cxone --timeout 30m
              ringback run scenario.yaml --target cxone --profile acme.yaml

            Against a sandbox that runs elsewhere (ringback sandbox):
              export CXONE_BASE_URL=http://127.0.0.1:8089
              export CXONE_CLIENT_ID=sandbox CXONE_CLIENT_SECRET=sandbox
              ringback run scenario.yaml --target cxone --profile sandbox

            After a crash, from what is durable, with the same environment:
              ringback run --resume 01M821QA56X5ZM5PW62SPXZAGX --target cxone

            Files of a run: result.json, junit.xml, report.html, events.jsonl.
            Ctrl-C stops cleanly: the simulation is cancelled and the files are
            written. A second one stops at once.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "Where to run: an embedded sandbox, or the API at CXONE_BASE_URL.")
    var target = TargetKind.sandbox

    @Option(
        help: ArgumentHelp(
            "What is honoured there, and whether extensions are sent: sandbox, cxone, or a file.",
            discussion: "Default: the target's name",
            valueName: "name|file"
        )
    )
    var profile: String?

    @Option(help: ArgumentHelp("Attempts of a request that fails.", valueName: "n"))
    var maxAttempts = 3

    @Option(
        help: ArgumentHelp(
            "The folder for the run's files.",
            discussion: "Default: HOME/runs/RUN_ID",
            valueName: "dir"
        ),
        completion: .directory
    )
    var out: String?

    @Option(help: ArgumentHelp("Virtual seconds per real second in the sandbox, or max.", valueName: "max|x"))
    var speed = SpeedArgument.max

    @Option(help: ArgumentHelp("Bounds the whole run.", discussion: "Default: 5m", valueName: "duration"))
    var timeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "The pause between two polls.",
            discussion: "Default: 100ms for the sandbox, 2s for cxone",
            valueName: "duration"
        )
    )
    var pollInterval: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "How long to wait for late webhooks.",
            discussion: "Default: 2s for the sandbox, 10s for cxone",
            valueName: "duration"
        )
    )
    var drain: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Where the webhook receiver listens.",
            discussion: "Default: 127.0.0.1:0 for the sandbox, 127.0.0.1:8080 for cxone",
            valueName: "host:port"
        )
    )
    var webhookListen: ListenArgument?

    @Option(
        help: ArgumentHelp(
            "The webhook address in the payload, when the receiver sits behind a proxy.",
            valueName: "url"
        )
    )
    var webhookURL: String?

    @Option(
        help: ArgumentHelp("What the embedded sandbox does wrong on purpose.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var fault: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("Override one field.", valueName: "path=value"))
    var overrides: [OverrideArgument] = []

    @Option(
        help: ArgumentHelp(
            "Go on with a run whose process died; it never creates a second simulation.",
            valueName: "run-id"
        )
    )
    var resume: String?

    @Option(
        help: ArgumentHelp(
            "Where the checkpoint of the audit log goes besides: -, a file, or monitor:NAME.",
            discussion: "Repeatable; kept elsewhere, it proves later that the log was not altered",
            valueName: "place"
        )
    )
    var anchor: [AnchorArgument] = []

    @Argument(
        help: ArgumentHelp("The scenario file; - is standard input.", valueName: "scenario"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var scenario: String?

    func run() async throws {
        if common.json, anchor.contains(where: { $0.place == nil }) {
            throw CommandFailure.usage("--anchor - and --json exclude each other: result.json has the checkpoint")
        }
        let (run, warnings) = try await prepare()
        let view = RunView(common, run: run)
        for warning in warnings { view.warn("\(warning)") }
        let watch = SignalWatch {
            view.warn("stopping: the simulation is being cancelled; Ctrl-C again stops at once")
            run.interrupt()
        }
        let result: RunResult
        do {
            result = try await run.result { view.show($0) }
        } catch let error as RunError {
            view.clear()
            throw failure(of: error)
        }
        withExtendedLifetime(watch) {}
        view.finish(result)
        if anchor.contains(where: { $0.place == nil }), let checkpoint = result.facts.auditCheckpoint {
            Console.outputRaw(checkpoint.note)
        }
        if result.exitCode != .pass { throw CommandFailure(code: result.exitCode) }
    }

    /// Loads the scenario; a refused one is recorded and told.
    private func load(_ scenario: String) async throws -> LoadedScenario {
        do throws(ScenarioError) {
            let loaded = try ScenarioLoading.load(scenario, overrides)
            guard common.json else { return loaded }
            let problems = loaded.scenario.monitors.indices.filter { loaded.scenario.monitors[$0].kind == .stdout }
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
            ScenarioLoading.tell(error, of: scenario, asJSON: common.json)
            do {
                try await Run.recordRefusal(
                    of: scenario,
                    diagnostics: error.diagnostics,
                    home: common.homePath,
                    actor: Actor.name
                )
            } catch {
                Console.error("ringback: warning: \(error)")
            }
            throw CommandFailure(code: .usage)
        }
    }

    private func runTarget(_ loaded: LoadedProfile) throws -> RunTarget {
        switch target {
        case .sandbox:
            var sandbox = EmbeddedSandbox(
                seed: common.seed,
                speed: speed.factor,
                capabilities: loaded.profile.capabilities
            )
            sandbox.faults = try fault.map { try FaultLoading.load($0) }
            return .embeddedSandbox(sandbox)
        case .cxone:
            guard fault == nil else {
                throw CommandFailure.usage(
                    "--fault is for the embedded sandbox; start `ringback sandbox --fault` for another one"
                )
            }
            return .remote(try RemoteConfiguration.read(loaded))
        }
    }

    private func options(_ loaded: LoadedProfile) throws -> RunOptions {
        guard (1...100).contains(maxAttempts) else { throw CommandFailure.usage("--max-attempts must be in 1…100") }
        if let timeout, timeout.duration <= .zero { throw CommandFailure.usage("--timeout must be longer than 0") }
        if let pollInterval, pollInterval.duration < .milliseconds(10) {
            throw CommandFailure.usage("--poll-interval must be at least 10ms")
        }
        if let webhookURL, let problem = WebhookURL.problem(of: webhookURL) {
            throw CommandFailure.usage("--webhook-url: \(problem)")
        }
        var options = RunOptions()
        options.timeout = timeout?.duration ?? options.timeout
        options.pollInterval = pollInterval?.duration ?? loaded.profile.limits.pollInterval.map { .seconds($0) }
        options.drain = drain?.duration
        options.maxAttempts = maxAttempts
        options.webhookListen = webhookListen?.address
        options.webhookURL = webhookURL
        options.webhookSecret = Environment.filled("RINGBACK_WEBHOOK_SECRET")
        options.outputDirectory = out
        options.actor = Actor.name
        options.anchors = anchor.compactMap(\.place)
        options.command = CommandLineText.quoted(CommandLine.arguments)
        return options
    }

    /// The run of the command line: a new one, or one that is to go on.
    private func prepare() async throws -> (Run, [Diagnostic]) {
        switch (resume, scenario) {
        case (nil, nil): throw CommandFailure.usage("name a scenario file, or a run with --resume")
        case (.some, .some):
            throw CommandFailure.usage("--resume takes no scenario: the run goes on with the one that it began with")
        case (nil, .some(let path)):
            var loaded = try await load(path)
            let profile = try LoadedProfile.load(profile ?? target.rawValue)
            if let limit = profile.profile.limits.maxActiveSimulations,
                !loaded.scenario.writtenParts.contains("limits")
            {
                loaded.scenario.limits.maxActiveSimulations = limit
            }
            let run = Run(
                loaded.scenario,
                on: try runTarget(profile),
                home: common.homePath,
                options: try options(profile)
            )
            return (run, loaded.warnings)
        case (.some(let id), nil):
            guard overrides.isEmpty, fault == nil, webhookListen == nil, webhookURL == nil else {
                throw CommandFailure.usage(
                    "--set, --fault, --webhook-listen and --webhook-url belong to a new run; --resume goes on with what was"
                )
            }
            do {
                let profile = try LoadedProfile.load(profile ?? target.rawValue)
                let run = try await Run.resuming(
                    id,
                    on: try runTarget(profile),
                    home: common.homePath,
                    options: try options(profile)
                )
                if common.json, run.scenario.monitors.contains(where: { $0.kind == .stdout }) {
                    throw CommandFailure.usage("a monitor of kind stdout cannot share standard output with --json")
                }
                return (run, [])
            } catch let error as RunError {
                throw failure(of: error)
            }
        }
    }

    private func failure(of error: RunError) -> CommandFailure {
        error.code == .storage || error.code == .notResumable
            ? CommandFailure(code: .refused, message: error.message) : CommandFailure.usage(error.message)
    }
}

extension TargetKind: ExpressibleByArgument {}

/// Who runs the program, for the audit log.
enum Actor {
    /// The operating system's user, whatever the environment claims.
    static var name: String {
        getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(geteuid())"
    }
}

/// A command line as it can be typed again.
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
