import ArgumentParser
import ExactJSON
import RunPipeline
import RunReport
import ScenarioFile
import SimulationAPI
import Webhooks

/// `ringback doctor`: checks what a run needs.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check configuration, credentials, reachability, webhooks and home. Changes nothing.",
        discussion: """
            One line per check: what was found, and what to do about it. No simulation
            is created: the doctor asks for a token and for a list by an unused tag, and
            sends a test event to the webhook receiver. Without --target it checks an
            embedded sandbox. With RINGBACK_DATABASE_URL it looks at that database too:
            version, rights, tables, the way to it, clocks, poolers. --verbose shows every
            setting and its origin, but never a secret.

            Examples:
              ringback doctor
              ringback doctor --target cxone
              ringback doctor --target cxone --profile acme.yaml --verbose
              ringback doctor --target cxone --webhook-url https://ci.example/hook
              ringback doctor --target cxone --json | jq '.checks[]|select(.status!="ok")'

            Exit codes:
              0  everything is fine, or there are only warnings
              1  home, store, audit log, clock or webhook failed
              2  the configuration is wrong
              3  the remote side or the database refused, or is unreachable
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var remote: TargetOptions

    @Option(help: .value("duration", "The time limit of one check. Default: 10s"))
    var timeout: DurationArgument?

    func run() async throws {
        if let timeout, timeout.duration <= .zero { throw CommandFailure.usage("--timeout must be longer than 0") }
        let report: DoctorReport
        do { report = try await Doctor(try setup()).report() } catch let error as RunError {
            throw CommandFailure(code: .assertionFailed, message: error.message)
        }
        if common.json {
            Console.output(report.json)
        } else if common.quiet {
            Console.output(report.verdictLine(Console.outputStyle))
        } else {
            let style = Console.outputStyle
            Console.output(report.text(style: style, width: Console.width, isVerbose: common.verbose))
        }
        if report.exitCode != .pass { throw CommandFailure(code: report.exitCode) }
    }

    private func setup() throws -> DoctorSetup {
        let (target, word) = (remote.target, remote.profileWord)
        var setup = DoctorSetup(target: nil, targetName: target.rawValue, profileName: word, home: common.homePath)
        setup.webhookListen = remote.webhookListen
        setup.webhookURL = remote.webhookURL
        setup.webhookSecret = try Environment.secret(WebhookSecrets.variable, isList: true)
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
        switch remote.target {
        case .sandbox:
            let sandbox = EmbeddedSandbox(seed: common.seed, capabilities: loaded.profile.capabilities)
            setup.target = .embeddedSandbox(sandbox)
        case .cxone:
            let settings = RemoteConfiguration.settings(loaded)
            setup.settings = settings.settings
            setup.problems = settings.malformed + settings.missing.map { "\($0.variable) is missing: \($0.purpose)" }
            setup.oddities = settings.odd
            setup.target = settings.target.map { .remote($0) }
        }
    }
}
