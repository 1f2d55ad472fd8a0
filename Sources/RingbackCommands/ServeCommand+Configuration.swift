import ControlServer
import HTTPService
import Monitors
import RingbackHome
import RunPipeline
import ScenarioFile
import SimulationAPI
import Webhooks

/// The settings of a service, out of its options and variables.
extension ServeCommand {
    /// The settings, and the token if it had to be made.
    func serviceConfiguration() throws -> (ControlServer.Configuration, newToken: String?) {
        let given = try Environment.secret("RINGBACK_API_TOKEN")
        let made = APIToken.random()
        var configuration = ControlServer.Configuration(
            token: given.map { APIToken($0) } ?? made.token,
            log: ServiceLog(logFormat, level: logLevel.level) { Console.error($0) }
        )
        configuration.host = try Serving.host(of: listen)
        (configuration.port, configuration.hosts) = (listen.port, hosts(configuration.host))
        configuration.publicHosts = Set(publicHost.map { $0.lowercased() })
        (configuration.publicPath, configuration.isBehindProxy) = (publicPath, behindProxy)
        configuration.trustedProxies = TrustedProxies(trustedProxy)
        configuration.metricsListener = try metricsListen.map { (try Serving.host(of: $0), $0.port) }
        configuration.collector = try collector()
        configuration.tls = try tls.configuration()
        configuration.secrets = try Serving.secrets()
        configuration.monitors = try monitors.map { try preparedMonitors($0) } ?? []
        if let drain { configuration.drain = drain.duration }
        configuration.variables = { Environment.value($0) }
        configuration.runs = try runSettings()
        if let keep {
            guard keep.milliseconds > 0 else { throw CommandFailure.usage("--keep must be longer than 0") }
            configuration.keep = .milliseconds(keep.milliseconds)
        }
        try checkExposure(configuration, hasToken: given != nil)
        return (configuration, given == nil ? made.text : nil)
    }

    /// How runs are run.
    private func runSettings() throws -> RunSettings {
        guard (1...64).contains(workers) else { throw CommandFailure.usage("--workers must be in 1…64") }
        if let timeout, timeout.duration <= .zero { throw CommandFailure.usage("--timeout must be longer than 0") }
        if let pollInterval, pollInterval.duration < .milliseconds(10) {
            throw CommandFailure.usage("--poll-interval must be at least 10ms")
        }
        if let webhookURL, let problem = WebhookURL.problem(of: webhookURL) {
            throw CommandFailure.usage("--webhook-url: \(problem)")
        }
        let profile = try LoadedProfile.load(profile)
        let remote = RemoteConfiguration.settings(profile)
        guard remote.malformed.isEmpty else { throw CommandFailure.usage(remote.malformed.joined(separator: "\n")) }
        for doubt in remote.odd { Console.error("ringback: warning: \(doubt)") }
        var settings = RunSettings()
        settings.workers = workers
        settings.remote = remote.target
        if remote.target == nil {
            let names = remote.missing.map(\.variable).joined(separator: ", ")
            settings.missing = "this service has no target cxone: start it with \(names) set"
        }
        settings.timeout = timeout?.duration ?? settings.timeout
        settings.pollInterval = pollInterval?.duration ?? profile.profile.limits.pollInterval.map { .seconds($0) }
        settings.drain = drain?.duration
        settings.webhookURL = webhookURL
        settings.webhookSecret = try Environment.secret(WebhookSecrets.variable, isList: true)
        settings.maxActiveSimulations = profile.profile.limits.maxActiveSimulations
        return settings
    }

    /// Where traces go, as OpenTelemetry's variables say.
    private func collector() throws -> TraceCollector? {
        guard let endpoint = Environment.filled(TraceCollector.variable) else { return nil }
        let collector = TraceCollector(
            endpoint: endpoint,
            headers: try Environment.secret(TraceCollector.headersVariable),
            service: Environment.filled(TraceCollector.serviceVariable)
        )
        guard let collector else {
            throw CommandFailure.usage(
                "\(TraceCollector.variable) must be a URL such as http://127.0.0.1:4318, and "
                    + "\(TraceCollector.headersVariable) pairs such as api-key=secret"
            )
        }
        return collector
    }

    /// The names of the service itself; empty for any name, if it listens beyond loopback and none was given.
    private func hosts(_ host: BoundHost) -> Set<String> {
        let names = Set(publicHost.map { $0.lowercased() })
        guard host.isLoopback else { return names }
        return names.union(["localhost", "127.0.0.1", "::1", listen.host.lowercased()])
    }

    /// A service that other machines can reach needs more settings than one on a loopback address.
    private func checkExposure(_ configuration: ControlServer.Configuration, hasToken: Bool) throws {
        guard !configuration.host.isLoopback else { return }
        var missing: [String] = []
        if !hasToken { missing.append("RINGBACK_API_TOKEN, the bearer token of the control API") }
        if configuration.secrets.isEmpty { missing.append("RINGBACK_WEBHOOK_SECRET, the key that signs webhooks") }
        if configuration.tls == nil, !behindProxy {
            missing.append("--tls-certificate and --tls-key, or --behind-proxy if another server speaks TLS")
        }
        guard missing.isEmpty else {
            throw CommandFailure.usage(
                "\(configuration.host) is not a loopback address, so these are needed: \(missing.joined(separator: "; "))"
            )
        }
    }

    private func preparedMonitors(_ path: String) throws -> [PreparedMonitor] {
        let loaded: (monitors: [Scenario.Monitor], warnings: [Diagnostic])
        do { loaded = try Scenario.Monitor.loadList(path: path) } catch {
            throw CommandFailure.printing(error.diagnostics)
        }
        for warning in loaded.warnings { Console.error("\(warning)") }
        var problems = loaded.monitors.compactMap { monitor -> String? in
            switch monitor.kind {
            case .slack: "\(monitor.name) is of kind slack, which gets a message for each run"
            case .stdout where common.json:
                "\(monitor.name) is of kind stdout, which cannot share standard output with --json"
            default: nil
            }
        }
        var prepared: [PreparedMonitor] = []
        do {
            prepared = try PreparedMonitor.all(
                loaded.monitors,
                schedule: .standard,
                folder: FileSystem.workingDirectory,
                environment: { Environment.value($0) }
            )
        } catch {
            problems += error.problems
        }
        guard problems.isEmpty else { throw CommandFailure.usage(problems.joined(separator: "; ")) }
        return prepared
    }
}
