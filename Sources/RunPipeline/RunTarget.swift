public import HTTPExchange
import Logging
import RunStore
import Sandbox
public import ScenarioFile
public import SimulationAPI
public import SimulationClient
import Webhooks

/// Where a run goes.
public enum RunTarget: Sendable {
    /// A sandbox that this run starts on a loopback port and stops at its end; both directions use real HTTP.
    case embeddedSandbox(EmbeddedSandbox = EmbeddedSandbox())
    /// A simulation API that already runs.
    case remote(RemoteTarget)

    private var isEmbedded: Bool {
        if case .embeddedSandbox = self { true } else { false }
    }

    var kind: TargetKind { isEmbedded ? .sandbox : .cxone }
    var pollInterval: Duration { isEmbedded ? .milliseconds(100) : .seconds(2) }
    var drain: Duration { isEmbedded ? .seconds(2) : .seconds(10) }
    var webhookListen: ListenAddress {
        isEmbedded ? ListenAddress(host: "127.0.0.1", port: 0) : Self.remoteWebhookListen
    }

    static let remoteWebhookListen = ListenAddress(host: "127.0.0.1", port: 8080)
}

/// How the embedded sandbox behaves.
public struct EmbeddedSandbox: Sendable {
    /// The seed of the engine's random numbers.
    public var seed: UInt32
    /// Virtual seconds per real second; `nil` for as fast as the machine allows.
    public var speed: Double?
    /// The features that the run uses; the sandbox offers all of them.
    public var capabilities: Capabilities
    /// The faults that the sandbox makes on purpose; `nil` for none.
    public var faults: FaultPlan?

    /// Creates the settings.
    public init(seed: UInt32 = 1, speed: Double? = nil, capabilities: Capabilities = .sandbox) {
        self.seed = seed
        self.speed = speed
        self.capabilities = capabilities
    }

    /// Serves on a loopback port while `body` runs; only `body` knows the client's secret.
    func serving<Result: Sendable>(
        _ limits: Scenario.Limits,
        secret: WebhookSecret?,
        body: @escaping @Sendable (RemoteTarget) async throws -> Result
    ) async throws -> Result {
        let password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
        var configuration = SandboxConfiguration(logger: .silent)
        configuration.clients = [SandboxClient(id: "sandbox", secret: password, scopes: Scope.allCases)]
        configuration.seed = seed
        configuration.speed = speed.map { .factor($0) } ?? .max
        configuration.maxActive = limits.maxActiveSimulations
        configuration.maxConcurrent = limits.maxConcurrent
        configuration.webhookSecret = secret
        configuration.faults = faults
        return try await Sandbox.with(configuration) { sandbox in
            let target = try await RunError.wrapping(.configuration, "the embedded sandbox cannot be reached: ") {
                try Target(baseURL: sandbox.origin)
            }
            let credentials = Credentials(clientID: "sandbox", secret: Secret(password))
            return try await body(
                RemoteTarget(target: target, credentials: credentials, capabilities: capabilities)
            )
        }
    }
}

/// A simulation API that already runs, and how to use it.
public struct RemoteTarget: Sendable {
    /// Its addresses.
    public var target: Target
    /// The organisation, which owns the slots together with the origin; empty if it is not known.
    public var organization = ""
    /// The OAuth client.
    public var credentials: Credentials
    /// The features that it offers.
    public var capabilities: Capabilities
    /// How connections to it are made.
    public var connections = ConnectionSettings()

    /// Creates a target.
    public init(target: Target, credentials: Credentials, capabilities: Capabilities = .cxone) {
        self.target = target
        self.credentials = credentials
        self.capabilities = capabilities
    }
}

extension Logger {
    /// A logger for servers that answer errors and do not log them.
    static var silent: Logger { Logger(label: "ringback") { _ in SwiftLogNoOpLogHandler() } }
}

extension ListenAddress {
    /// The webhook address of a receiver that listens here, on a port that the system may have chosen.
    func webhookURL(port: Int) -> String {
        "http://\(ListenAddress(host: host, port: port).authority)\(Endpoint.webhook)"
    }
}
