public import ArgumentParser
import ExactJSON
import HTTPService
import NIOSSL
import RingbackHome
import RunPipeline
public import SimulationAPI
import Webhooks

/// The options that every command has.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Write one JSON document to standard output, and nothing else.")
    var json = false

    @Flag(name: [.short, .long], help: "Show the verdict only: no progress, no steps.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Say more on standard error.")
    var verbose = false

    @Option(
        help: .value(
            "dir",
            "The folder that keeps database, audit log and reports.",
            "Default: $RINGBACK_HOME, else .ringback"
        )
    )
    var home: String?

    @Option(help: .value("n", "The seed of every random number (0…4294967295)."))
    var seed: UInt32 = 1

    var homePath: String { Self.homePath(home) }

    /// The home that a command uses if `--home` has this value.
    static func homePath(_ home: String?) -> String { home ?? Environment.filled("RINGBACK_HOME") ?? ".ringback" }
}

/// The options of commands that work with a store that machines share; ``StorePlace/ofEnvironment(_:)`` reads them.
struct StoreOptions: ParsableArguments {
    static let connectionsName = "--store-connections"
    static let leaveLocalName = "--leave-local"

    @Option(
        name: .customLong("store-connections"),
        help: .value("n", "The most connections to RINGBACK_DATABASE_URL (2…100).", "Default: 6")
    )
    var connections: Int?

    @Flag(
        name: .customLong("leave-local"),
        help: "With RINGBACK_DATABASE_URL, leave what the home's own database still has to do."
    )
    var leavesLocal = false

    func validate() throws {
        if let connections, !(2...100).contains(connections) {
            throw ValidationError(
                "--store-connections must be in 2…100: one for leases and cancels, the others for work"
            )
        }
    }
}

extension TargetKind: ExpressibleByArgument {}

/// Where a run goes, and where it receives webhooks: the options that `run` and `doctor` share.
struct TargetOptions: ParsableArguments {
    @Option(help: "Where a run goes: an embedded sandbox, or the API at CXONE_BASE_URL.")
    var target = TargetKind.sandbox

    @Option(
        help: .value(
            "name|file",
            "What that API honours: sandbox, cxone, or a profile file.",
            "Default: the target's name"
        )
    )
    var profile: String?

    @Option(
        help: .value(
            "host:port",
            "The address on which the webhook receiver listens.",
            "Default: 127.0.0.1:0 for the sandbox, 127.0.0.1:8080 for cxone"
        )
    )
    var webhookListen: ListenAddress?

    @Option(help: .value("url", "The webhook address in the payload, if the receiver is behind a proxy."))
    var webhookURL: String?

    func validate() throws {
        if let webhookURL, let problem = WebhookURL.problem(of: webhookURL) {
            throw ValidationError("--webhook-url: \(problem)")
        }
    }

    /// The word that names the profile.
    var profileWord: String { profile ?? target.rawValue }
}

/// `--set`, of every command that reads a scenario.
struct OverrideOptions: ParsableArguments {
    @Option(name: .customLong("set"), help: .value("path=value", "Override one field of the scenario; repeatable."))
    var overrides: [String] = []
}

/// `--from` and `--to`, of every command that reads a part of the audit log.
struct PeriodOptions: ParsableArguments {
    @Option(help: .value("time", "Only from this day or moment on (UTC)."))
    var from: MomentArgument?

    @Option(help: .value("time", "Only before this day or moment (UTC)."))
    var to: MomentArgument?

    func validate() throws {
        if let from, let to, to.timestamp <= from.timestamp { throw ValidationError("--to must be later than --from") }
    }
}

/// The options of a server with TLS.
struct TLSOptions: ParsableArguments {
    @Option(help: .value("file", "A certificate chain in PEM, for TLS."), completion: .file())
    var tlsCertificate: String?

    @Option(help: .value("file", "The certificate's private key in PEM."), completion: .file())
    var tlsKey: String?

    /// The settings of a server with TLS 1.2 or newer (RFC 8996); nil if TLS is not asked for.
    func configuration() throws -> TLSConfiguration? {
        switch (tlsCertificate, tlsKey) {
        case (nil, nil): return nil
        case (.some(let certificate), .some(let key)):
            let chain = try Self.read("--tls-certificate", certificate, "certificate in PEM") {
                try NIOSSLCertificate.fromPEMBytes($0)
            }
            let privateKey = try Self.read("--tls-key", key, "private key in PEM without a passphrase") {
                try NIOSSLPrivateKey(bytes: $0, format: .pem)
            }
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(privateKey)
            )
            configuration.minimumTLSVersion = .tlsv12
            guard (try? NIOSSLContext(configuration: configuration)) != nil else {
                throw CommandFailure.usage("the key in \(key) does not belong to the certificate in \(certificate)")
            }
            return configuration
        default: throw CommandFailure.usage("--tls-certificate and --tls-key come together")
        }
    }

    private static func read<Item>(
        _ option: String,
        _ path: String,
        _ what: String,
        _ parse: ([UInt8]) throws -> Item
    ) throws -> Item {
        let bytes: [UInt8]
        do { bytes = try FileSystem.read(path, upTo: 1 << 20) } catch {
            throw CommandFailure.usage("\(option): \(error)")
        }
        guard let item = try? parse(bytes) else {
            throw CommandFailure.usage("\(option): \(path) holds no \(what)")
        }
        return item
    }
}

/// What the commands that serve share.
enum Serving {
    /// Serves until Ctrl-C, SIGTERM or SIGHUP.
    ///
    /// - Parameter serve: serves as long as the function that it gets runs; that announces the origin and a new token.
    static func untilStopped(
        _ common: CommonOptions,
        at listen: ListenAddress,
        _ serve: (@escaping @Sendable (_ origin: String, _ newToken: String?) async -> Void) async throws -> Void
    ) async throws {
        try await announcing(common, at: listen) { announcement in
            try await serve { origin, newToken in
                announcement.say(origin, newToken)
                await announcement.untilStopped()
            }
        }
    }

    /// Runs a server that announces itself and ends when it is asked to stop.
    static func announcing(
        _ common: CommonOptions,
        at listen: ListenAddress,
        _ serve: (Announcement) async throws -> Void
    ) async throws {
        let announcement = Announcement(common)
        let watch = SignalWatch { announcement.stop() }
        defer { withExtendedLifetime(watch) {} }
        do { try await serve(announcement) } catch let error as HTTPServer.BindError {
            throw cannotListen(listen, error)
        }
    }

    /// The host to listen on, with the address that it stands for.
    static func host(of listen: ListenAddress) throws -> BoundHost {
        do { return try BoundHost(resolving: listen.host) } catch { throw cannotListen(listen, error) }
    }

    private static func cannotListen(_ listen: ListenAddress, _ error: HTTPServer.BindError) -> CommandFailure {
        .usage("cannot listen on \(listen.authority): \(error.reason); choose another with --listen")
    }

    /// The secrets of webhooks in the environment.
    static func secrets() throws -> WebhookSecrets {
        let text = try Environment.secret(WebhookSecrets.variable, isList: true)
        do { return try WebhookSecrets(text) } catch {
            throw CommandFailure.usage(error.description)
        }
    }
}
