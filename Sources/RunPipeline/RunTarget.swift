import RunStore
public import ScenarioFile
public import SimulationAPI
public import SimulationClient

/// Where a run goes.
public enum RunTarget: Sendable {
    /// A sandbox of the run's own on a loopback port: real HTTP both ways, gone when the run ends.
    case embeddedSandbox(EmbeddedSandbox = EmbeddedSandbox())
    /// A simulation API somewhere else.
    case remote(RemoteTarget)

    var kind: TargetKind {
        switch self {
        case .embeddedSandbox: .sandbox
        case .remote: .cxone
        }
    }

    var pollInterval: Duration {
        switch self {
        case .embeddedSandbox: .milliseconds(100)
        case .remote: .seconds(2)
        }
    }

    var drain: Duration {
        switch self {
        case .embeddedSandbox: .seconds(2)
        case .remote: .seconds(10)
        }
    }

    var webhookListen: ListenAddress {
        switch self {
        case .embeddedSandbox: ListenAddress(host: "127.0.0.1", port: 0)
        case .remote: Self.remoteWebhookListen
        }
    }

    /// Where the receiver listens for a target somewhere else.
    static let remoteWebhookListen = ListenAddress(host: "127.0.0.1", port: 8080)
}

/// How the embedded sandbox behaves.
public struct EmbeddedSandbox: Sendable {
    /// Every random number of the engine follows from it.
    public var seed: UInt32
    /// Virtual seconds per real second; `nil` for as fast as the machine allows.
    public var speed: Double?
    /// What the run relies on the sandbox for; it honours everything.
    public var capabilities: Capabilities
    /// What the sandbox does wrong on purpose; `nil` for nothing.
    public var faults: FaultPlan?

    /// Creates the settings.
    public init(
        seed: UInt32 = 1,
        speed: Double? = nil,
        capabilities: Capabilities = .sandbox
    ) {
        self.seed = seed
        self.speed = speed
        self.capabilities = capabilities
    }
}

/// A simulation API somewhere else.
public struct RemoteTarget: Sendable {
    /// Where it is.
    public var target: Target
    /// The organisation, where it is named; with the origin it is what slots belong to.
    public var organization = ""
    /// Who asks.
    public var credentials: Credentials
    /// What it honours.
    public var capabilities: Capabilities

    /// Creates a target.
    public init(
        target: Target,
        credentials: Credentials,
        capabilities: Capabilities = .cxone
    ) {
        self.target = target
        self.credentials = credentials
        self.capabilities = capabilities
    }
}
