import Addresses
import ArgumentParser
import ControlServer
import Glibc
import Logging
import Monitors
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import Synchronization

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
}
