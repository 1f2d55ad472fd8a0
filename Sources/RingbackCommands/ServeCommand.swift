import Addresses
import ArgumentParser
import ControlServer
import ExactJSON
import Glibc
import HTTPService
import Logging
import Monitors
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import Synchronization
import Webhooks

extension ServiceLog.Format: ExpressibleByArgument {}

/// The lowest level of a log.
enum LogLevelArgument: String, CaseIterable, ExpressibleByArgument {
    case debug, info, warning, error

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

/// `ringback serve`: the long-running service.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run scenarios for a team, receive webhooks around the clock, forward them to QA monitors.",
        discussion: """
            Prints "listening on http://…" once it listens. Runs that are asked for wait
            in a queue; --workers of them go on at once, and tokens take turns. After a
            restart those that waited start, and those that went on are resumed.
            ?target=cxone needs the CXONE_… variables of `ringback run`.

            A browser that opens the address shows the dashboard: the queue and its runs,
            a form that starts one, deliveries, the inbox, the audit log, tokens.

            Events come in at /webhook/simulation-events, signed with
            RINGBACK_WEBHOOK_SECRET; they are on disk before they are answered, and go
            to their run and to the monitors of --monitors. What runs of the same home
            have left undelivered is delivered too.

              POST /v1/runs?kind=&target=&seed=&baseline=         run a scenario (YAML, JSON)
              GET  /v1/runs?state=&limit=&after=                  runs, newest first
              GET  /v1/runs/{id}                                  one, with its result
              POST /v1/runs/{id}/cancel                           stop one
              POST /v1/validate                                   look at a scenario
              GET  /v1/runs/{id}/events, /v1/events               what changes, as it changes
              GET  /v1/runs/{id}/report.html, /result.json,
                   /junit.xml, /events.jsonl                      the files of a run
              GET  /v1/webhooks?state=&webhookId=&simulationId=   what was received
              GET  /v1/deliveries?monitor=&state=                 what goes to monitors
              POST /v1/deliveries/{id}/replay                     send one again
              GET  /v1/audit                                      the audit log
              GET  /v1/tokens, POST, DELETE /v1/tokens/{name}     tokens (admin)
              POST /v1/runs/prune                                 remove old runs (admin)
              POST /login, /logout                                a browser's cookie
              GET  /healthz, /readyz                              no token asked, any host
              GET  /metrics                                       for Prometheus (viewer)
              GET  /readyz?verbose                                what came, was refused

            All else asks for Authorization: Bearer with RINGBACK_API_TOKEN, which is an
            admin's, or with a token of "ringback token create"; viewers read, operators
            change, admins manage tokens. Without that variable a token is made and
            printed once.

            Ctrl-C, SIGTERM or SIGHUP stops: no run starts any more, and those that go on
            have --drain to end; the rest is left for the next start. Then no more
            requests, and up to --drain for what is pending; the rest stays pending.
            One service per home. With RINGBACK_DATABASE_URL any number of services on any
            machines share runs, slots, inbox, deliveries and tokens in that PostgreSQL
            ("ringback store" sets it up).

            OTEL_EXPORTER_OTLP_ENDPOINT names a collector of traces; metrics are at /metrics.
            Standard error gets one line for each request refused, event that could not
            be stored, delivery failed or dead, monitor disabled, and drain begun or
            ended; never a body or a key.

            Examples:
              ringback serve
              ringback serve --monitors monitors.yaml --listen 127.0.0.1:9000
              ringback serve --listen 0.0.0.0:8088 --behind-proxy --public-host ci.example
              ringback serve --public-path /ringback --trusted-proxy 127.0.0.1
              ringback serve --log-format json --log-level warning 2>> ringback.log
              curl -H "Authorization: Bearer $RINGBACK_API_TOKEN" localhost:8088/v1/webhooks
              curl -H "Authorization: Bearer $RINGBACK_API_TOKEN" \
                -H "Content-Type: application/yaml" --data-binary @scenario.yaml \
                "localhost:8088/v1/runs?seed=7"

            Exit codes: 0 stopped, 2 cannot start, or the store cannot be used any more,
            3 the database of RINGBACK_DATABASE_URL was not reached for 60 s.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: .value("host:port", "Where to listen; port 0 picks one."))
    var listen = ListenAddress(host: "127.0.0.1", port: 8088)

    @Option(
        help: .value("file", "The monitors that get every accepted event: a list as monitors: in a scenario."),
        completion: .yaml
    )
    var monitors: String?

    @Option(help: .value("n", "How many runs go on at once (1…64)."))
    var workers = 5

    @Option(help: .value("name|file", "What the API at CXONE_BASE_URL honours: sandbox, cxone, or a profile file."))
    var profile = "cxone"

    @Option(help: .value("duration", "The time limit of a run.", "Default: 5m"))
    var timeout: DurationArgument?

    @Option(help: .value("duration", "The pause between two polls of the status.", "Default: 2s"))
    var pollInterval: DurationArgument?

    @Option(
        help: .value(
            "url",
            "The address that a target sends webhooks to.",
            "Default: the address of --listen; services behind one proxy share theirs"
        )
    )
    var webhookURL: String?

    @Option(
        help: .value(
            "duration",
            "How long to wait at the end: for late webhooks of a run, and for runs and monitors when the service stops.",
            "Default: 10s"
        )
    )
    var drain: DurationArgument?

    @Option(
        help: .value(
            "age",
            "Remove runs and events older than this, such as 30d; never what is pending, never the audit log.",
            "Default: nothing is removed"
        )
    )
    var keep: AgeArgument?

    @Option(help: "How log lines are written on standard error.")
    var logFormat = ServiceLog.Format.text

    @Option(help: "The lowest level that is logged.")
    var logLevel = LogLevelArgument.info

    @Flag(help: "Another server in front of this one speaks TLS.")
    var behindProxy = false

    @Option(help: .value("name", "A host name by which this service may be asked; repeatable."))
    var publicHost: [String] = []

    @Option(
        help: .value("path", "The path below which a proxy shows the service, such as /ringback.", "Default: /"),
        transform: { text in
            guard let path = PublicPath(text) else {
                throw ValidationError("\(text) is not a path such as /ringback")
            }
            return path
        }
    )
    var publicPath = PublicPath.root

    @Option(
        help: .value("cidr", "A proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8; repeatable."),
        transform: { text in
            guard let range = AddressRange(text) else {
                throw ValidationError("\(text) is not an address or a range such as 10.0.0.0/8")
            }
            return range
        }
    )
    var trustedProxy: [AddressRange] = []

    @Option(help: .value("host:port", "Serve GET /metrics there too, without a token; port 0 picks one."))
    var metricsListen: ListenAddress?

    @OptionGroup var tls: TLSOptions

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let (configuration, newToken) = try serviceConfiguration()
        let (home, lock) = try await CommandFailure.catching({ .usage("the home cannot be used: \($0)") }) {
            let home = try Home(path: common.homePath)
            // Services that share a store may share a home too.
            guard home.store == .home else { return (home, nil as ServiceLock?) }
            do { return (home, try ServiceLock(home)) } catch let error as ServiceLock.HeldError {
                throw CommandFailure.usage("\(error); stop it first, or choose another home with --home")
            }
        }
        do {
            try await Serving.announcing(common, at: listen) { announcement in
                let bound = Mutex(configuration)
                let waiting = { @Sendable (reason: String, opened: @escaping @Sendable () async throws -> Void) in
                    try await StartingService.with(configuration, because: reason) { port, origin in
                        bound.withLock { $0.port = port }
                        announcement.say(origin, newToken)
                        try await wait(for: opened, orStoppedBy: announcement)
                    }
                }
                try await RunStore.with(home, whileWaiting: waiting) { store in
                    try await ControlServer.with(bound.withLock { $0 }, home: home, store: store) { origin in
                        try lock?.announce("process \(getpid()), listening on \(origin)")
                        announcement.say(origin, newToken)
                        await announcement.untilStopped()
                    }
                }
            }
        } catch is StoppedWhileStarting {
            return
        } catch let error as SharedStoreError {
            throw CommandFailure(code: error.isPassing ? .refused : .usage, message: "\(error)", cause: error)
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as Forwarder.BusyError {
            throw CommandFailure.usage(error.description)
        } catch let error as ControlServer.MetricsListenerError {
            throw CommandFailure.usage(
                "cannot listen on \(metricsListen?.authority ?? ""): \(error.reason); choose another with --metrics-listen"
            )
        } catch let error as ControlServer.StorageError {
            throw CommandFailure.usage(error.description)
        } catch {
            throw CommandFailure(code: .usage, message: "the service stopped: \(error)", cause: error)
        }
    }

    /// A signal came while the database was waited for.
    private struct StoppedWhileStarting: Error {}

    /// Returns once the database is open.
    ///
    /// - Throws: ``StoppedWhileStarting`` if the service is to stop before that.
    private func wait(
        for open: @escaping @Sendable () async throws -> Void,
        orStoppedBy announcement: Announcement
    ) async throws {
        let opening = Task { try await open() }
        let stopping = Task {
            await announcement.untilStopped()
            opening.cancel()
        }
        defer { stopping.cancel() }
        do { try await opening.value } catch is CancellationError { throw StoppedWhileStarting() }
    }

    /// The settings, and the token if it had to be made.
    private func serviceConfiguration() throws -> (ControlServer.Configuration, newToken: String?) {
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
