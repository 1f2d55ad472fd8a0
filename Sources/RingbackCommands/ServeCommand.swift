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
        abstract: "Receive webhooks around the clock and forward them to QA monitors.",
        discussion: """
            Prints "listening on http://…" once it listens. Events come in at
            /webhook/simulation-events, signed with RINGBACK_WEBHOOK_SECRET; they are
            on disk before they are answered, and go to the monitors of --monitors.
            What runs of the same home have left undelivered is delivered too.

              GET  /v1/webhooks?state=&webhookId=&simulationId=   what was received
              GET  /v1/deliveries?monitor=&state=                 what goes to monitors
              POST /v1/deliveries/{id}/replay                     send one again
              GET  /v1/audit                                      the audit log
              GET  /v1/tokens, POST, DELETE /v1/tokens/{name}     tokens (admin)
              POST /v1/runs/prune                                 remove old runs (admin)
              POST /login, /logout                                a browser's cookie
              GET  /healthz, /readyz                              no token asked, any host
              GET  /readyz?verbose                                what came, was refused

            All else asks for Authorization: Bearer with RINGBACK_API_TOKEN, which is an
            admin's, or with a token of "ringback token create"; viewers read, operators
            change, admins manage tokens. Without that variable a token is made and
            printed once. Ctrl-C, SIGTERM or SIGHUP stops: no more requests, then up to
            --drain for what is pending; the rest stays pending.
            One service per home.

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

            Exit codes: 0 stopped, 2 cannot start, or the store cannot be used any more.
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

    @Option(help: .value("duration", "How long to wait for monitors at the end.", "Default: 10s"))
    var drain: DurationArgument?

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

    @OptionGroup var tls: TLSOptions

    func run() async throws {
        let (configuration, newToken) = try serviceConfiguration()
        let (home, lock) = try await CommandFailure.catching({ .usage("the home cannot be used: \($0)") }) {
            let home = try Home(path: common.homePath)
            do { return (home, try ServiceLock(home)) } catch let error as ServiceLock.HeldError {
                throw CommandFailure.usage("\(error); stop it first, or choose another home with --home")
            }
        }
        do {
            try await Serving.untilStopped(common, at: listen) { serving in
                try await RunStore.with(home) { store in
                    try await ControlServer.with(configuration, home: home, store: store) { origin in
                        try lock.announce("process \(getpid()), listening on \(origin)")
                        await serving(origin, newToken)
                    }
                }
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as Forwarder.BusyError {
            throw CommandFailure.usage(error.description)
        } catch let error as ControlServer.StorageError {
            throw CommandFailure.usage(error.description)
        } catch {
            throw CommandFailure(code: .usage, message: "the service stopped: \(error)", cause: error)
        }
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
        configuration.tls = try tls.configuration()
        configuration.secrets = try Serving.secrets()
        configuration.monitors = try monitors.map { try preparedMonitors($0) } ?? []
        if let drain { configuration.drain = drain.duration }
        configuration.variables = { Environment.value($0) }
        try checkExposure(configuration, hasToken: given != nil)
        return (configuration, given == nil ? made.text : nil)
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
