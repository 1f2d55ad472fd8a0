import Addresses
import ArgumentParser
import ExactJSON
import HTTPService
import Logging
import RunPipeline
import Sandbox
import Synchronization
import Webhooks

/// `ringback sandbox`: the simulation API as a server.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serve the simulation API, with a dialer engine behind it.",
        discussion: """
            Prints "listening on http://…" when it is ready, and stops on Ctrl-C,
            SIGTERM or SIGHUP. GET /openapi.yaml describes the API. Webhooks are signed
            with RINGBACK_WEBHOOK_SECRET if it is set. All state is in memory.

            Examples:
              ringback sandbox
              ringback sandbox --listen 127.0.0.1:0 --client ci:s3cret
              ringback sandbox --client reader:s3cret:dialer:simulations:read
              ringback sandbox --rate-limit 5/s --token-lifetime 30s
              ringback sandbox --speed 60 --seed 7 --max-active 2
              ringback sandbox --fault Examples/faults/status-429.yaml
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: .value("host:port", "The address to listen on; port 0 picks a free port."))
    var listen = ListenAddress(host: "127.0.0.1", port: 8089)

    @Option(
        name: .customLong("client"),
        help: .value(
            "id:secret[:scopes]",
            "A client that may ask for tokens; repeatable. Default sandbox:sandbox.",
            "Percent-encode a colon in the secret; separate scopes by spaces or commas."
        )
    )
    var clients: [String] = []

    @Option(help: .value("max|x", "Virtual seconds per real second, or max."))
    var speed = SpeedArgument.max

    @Option(help: .value("n", "The most active simulations."))
    var maxActive = 5

    @Option(help: .value("n", "The highest concurrencyLimit of a payload."))
    var maxConcurrent = 5

    @Option(help: .value("duration", "The lifetime of a token."))
    var tokenLifetime: DurationArgument?

    @Option(help: .value("n/s", "The most requests per second, for each client and endpoint."))
    var rateLimit: String?

    @Option(help: .value("file", "The faults that the sandbox makes on purpose."), completion: .yaml)
    var fault: String?

    @OptionGroup var tls: TLSOptions

    func run() async throws {
        let configuration = try sandboxConfiguration()
        if !configuration.host.isLoopback, clients.isEmpty {
            Console.error("ringback: warning: everyone who reaches \(listen.authority) may use sandbox:sandbox")
        }
        try await Serving.untilStopped(common, at: listen) { serving in
            try await Sandbox.with(configuration) { await serving($0.origin, nil) }
        }
    }

    private func sandboxConfiguration() throws -> SandboxConfiguration {
        var configuration = SandboxConfiguration(logger: Logger(label: "ringback") { _ in SwiftLogNoOpLogHandler() })
        configuration.host = try Serving.host(of: listen)
        configuration.port = listen.port
        configuration.seed = common.seed
        configuration.speed = speed.factor.map { .factor($0) } ?? .max
        guard maxActive >= 1, maxConcurrent >= 1 else {
            throw CommandFailure.usage("--max-active and --max-concurrent must be at least 1")
        }
        configuration.maxActive = maxActive
        configuration.maxConcurrent = maxConcurrent
        if let lifetime = tokenLifetime?.duration {
            guard lifetime >= .seconds(1) else { throw CommandFailure.usage("--token-lifetime must be at least 1s") }
            configuration.tokenLifetime = lifetime
        }
        configuration.rateLimit = try rateLimit.map(Self.rate)
        if !clients.isEmpty {
            configuration.clients = try clients.map { text in
                do { return try SandboxClient(parsing: text) } catch {
                    throw CommandFailure.usage("--client: \(error)")
                }
            }
            for (index, client) in configuration.clients.enumerated()
            where configuration.clients[..<index].contains(where: { $0.id == client.id }) {
                throw CommandFailure.usage("--client: two clients have the id \(PrintableText.clipped(client.id))")
            }
        }
        configuration.webhookSecret = try Serving.secrets().signing
        configuration.faults = try fault.map { try ScenarioLoading.faults($0) }
        configuration.tls = try tls.configuration()
        return configuration
    }

    private static func rate(_ text: String) throws -> Double {
        let number = text.hasSuffix("/s") ? String(text.dropLast(2)) : text
        guard let rate = Double(number), rate.isFinite, rate > 0 else {
            throw CommandFailure.usage("--rate-limit must be a number per second, such as 5/s")
        }
        return rate
    }
}
