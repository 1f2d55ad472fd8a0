import ArgumentParser
import ExactJSON
import RunPipeline
import RunReport
import ScenarioFile
import SimulationAPI

/// `ringback doctor`: what stands in the way of a run.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check configuration, credentials, reachability, webhooks and home. Changes nothing.",
        discussion: """
            One line per check: what was found, and what to do about it. No simulation
            is created: a token is asked for, and a list by a tag that nobody has; a
            test event goes to the webhook receiver and back. Without --target it looks
            at an embedded sandbox. --verbose shows every setting and where it comes
            from; secrets are never shown.

            Examples:
              ringback doctor
              ringback doctor --target cxone
              ringback doctor --target cxone --profile acme.yaml --verbose
              ringback doctor --target cxone --webhook-url https://ci.example/hook
              ringback doctor --target cxone --json | jq '.checks[]|select(.status!="ok")'

            Exit codes:
              0  all is well, or there are only warnings
              1  home, store, audit log, clock or webhook failed
              2  the configuration is wrong
              3  the remote side refused, or is unreachable
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "Where a run would go: an embedded sandbox, or the API at CXONE_BASE_URL.")
    var target = TargetKind.sandbox

    @Option(
        help: ArgumentHelp(
            "What is assumed there: sandbox, cxone, or a file.",
            discussion: "Default: the target's name",
            valueName: "name|file"
        )
    )
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "Where the webhook receiver would listen.",
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

    @Option(help: ArgumentHelp("The longest that one check may take. Default: 10s", valueName: "duration"))
    var timeout: DurationArgument?

    func run() async throws {
        if let timeout, timeout.duration <= .zero { throw CommandFailure.usage("--timeout must be longer than 0") }
        if let webhookURL, let problem = WebhookURL.problem(of: webhookURL) {
            throw CommandFailure.usage("--webhook-url: \(problem)")
        }
        let report: DoctorReport
        do { report = try await Doctor(try setup()).report() } catch let error as RunError {
            throw CommandFailure(code: .assertionFailed, message: error.message)
        }
        if common.json {
            Console.output(report.json.prettyText)
        } else if common.quiet {
            Console.output(report.verdictLine(Console.outputStyle))
        } else {
            let style = Console.outputStyle
            Console.output(report.text(style: style, width: Console.width, isVerbose: common.verbose))
        }
        if report.exitCode != .pass { throw CommandFailure(code: report.exitCode) }
    }

    private func setup() throws -> DoctorSetup {
        let word = profile ?? target.rawValue
        var setup = DoctorSetup(target: nil, targetName: target.rawValue, profileName: word, home: common.homePath)
        setup.webhookListen = webhookListen?.address
        setup.webhookURL = webhookURL
        setup.webhookSecret = Environment.filled("RINGBACK_WEBHOOK_SECRET")
        setup.timeout = timeout?.duration ?? setup.timeout
        do {
            fill(&setup, try LoadedProfile.find(word))
        } catch let error as ScenarioError {
            setup.problems = error.diagnostics.map { "\($0)" }
        } catch let failure as CommandFailure {
            setup.problems = [failure.message]
        }
        if setup.target == nil, target == .sandbox { setup.target = .embeddedSandbox() }
        return setup
    }

    private func fill(_ setup: inout DoctorSetup, _ loaded: LoadedProfile) {
        setup.assumptions = loaded.profile.assumptions
        switch target {
        case .sandbox:
            setup.target = .embeddedSandbox(
                EmbeddedSandbox(
                    seed: common.seed,
                    capabilities: loaded.profile.capabilities
                )
            )
        case .cxone:
            let settings = RemoteConfiguration.settings(loaded)
            setup.settings = settings.settings
            setup.problems = settings.malformed + settings.missing.map { "\($0.variable) is missing: \($0.purpose)" }
            setup.oddities = settings.odd
            setup.target = settings.target.map { .remote($0) }
        }
    }
}
