public import HTTPExchange
public import SimulationAPI
import Synchronization

/// The client of the simulation API.
///
/// Every operation ends by its deadline, an instant of ``timeline``. What may be repeated is repeated as the
/// ``RetryPolicy`` says; a create is never sent blindly a second time.
///
/// ```swift
/// try await HTTPTransport.withConnections { transport in
///     let client = SimulationClient(
///         target: try Target(baseURL: "http://127.0.0.1:8089"),
///         credentials: Credentials(clientID: "sandbox", secret: Secret("sandbox")),
///         capabilities: .sandbox, environment: ClientEnvironment(transport: transport))
///     let deadline = client.timeline.after(.seconds(300))
///     let result = try await client.track(id: id, until: deadline, pollInterval: .seconds(2))
/// }
/// ```
public final class SimulationClient: Sendable {
    /// The largest answer that is read, in bytes.
    public static let maxResponseBytes = 1024 * 1024

    /// Where the API is.
    public let target: Target
    /// What the other side honours.
    public let capabilities: Capabilities
    /// When failed attempts are made again.
    public let retryPolicy: RetryPolicy
    /// How long an attempt may take.
    public let timeouts: RequestTimeouts
    let world: ClientEnvironment
    let userAgent: String
    let traffic: TrafficControl
    let tokens: TokenSource
    /// The ids of what this client has created, asked for or sent; texts show them as they are.
    private let identifiers = Mutex<[String]>([])

    /// Creates a client; nothing is sent yet.
    ///
    /// Without traffic rules, those that fit the capabilities apply. `hiding` has further secrets that no text may show.
    public init(
        target: Target,
        credentials: Credentials,
        capabilities: Capabilities,
        retryPolicy: RetryPolicy = RetryPolicy(),
        trafficRules: TrafficRules? = nil,
        timeouts: RequestTimeouts = RequestTimeouts(),
        version: String = "dev",
        hiding secrets: [Secret] = [],
        environment: ClientEnvironment
    ) {
        self.target = target
        self.capabilities = capabilities
        self.retryPolicy = retryPolicy
        self.timeouts = timeouts
        world = environment
        userAgent = "ringback/\(version)"
        traffic = TrafficControl(trafficRules ?? .usual(for: capabilities))
        tokens = TokenSource(
            TokenEndpoint(
                url: target.tokenURL,
                credentials: credentials,
                policy: retryPolicy,
                timeout: timeouts.token,
                userAgent: userAgent,
                world: environment,
                traffic: traffic
            ),
            hiding: secrets
        )
    }

    /// The time that deadlines are instants of.
    public var timeline: Timeline { world.timeline }

    /// Gets a token if needed, and names the scopes that were requested but not granted.
    ///
    /// - Throws: ``ClientError`` if no token could be obtained.
    public func authenticate(until deadline: Timeline.Instant) async throws(ClientError) -> [String] {
        try await tokens.token(until: deadline).missingScopes
    }

    /// What is odd about the answer of the token endpoint, although its token can be used; nil if it is as it should be.
    public var tokenOddity: String? { tokens.oddity }

    /// A text from the other side, masked of this client's secrets.
    public func remoteText(_ text: String, limit: Int = RemoteText.defaultLimit) -> RemoteText {
        RemoteText(text, hiding: maskedForms(), limit: limit)
    }

    /// What must not turn up in a text, and the identifiers that may.
    func maskedForms(requestID: String? = nil) -> SecretForms {
        tokens.secrets.keeping(identifiers.withLock { $0 } + (requestID.map { [$0] } ?? []))
    }

    /// Notes the id of a run or a simulation; the last eight are kept.
    func know(_ id: String) {
        identifiers.withLock { known in
            if !known.contains(id) { known = [id] + known.prefix(7) }
        }
    }
}

/// What the client takes from the world: the network, time and chance.
///
/// A test gives its own of each, so every wait and every draw is decided by it.
public struct ClientEnvironment: Sendable {
    /// The way to the network.
    public var transport: HTTPTransport
    /// Monotonic time and sleeping.
    public var timeline: Timeline
    /// A draw from 0..<1, for jitter.
    public var chance: @Sendable () -> Double
    /// A new `X-Request-Id` for every attempt.
    public var requestID: @Sendable () -> String

    /// Creates an environment.
    public init(
        transport: HTTPTransport,
        timeline: Timeline = Timeline(),
        chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        requestID: @escaping @Sendable () -> String = ClientEnvironment.randomRequestID
    ) {
        self.transport = transport
        self.timeline = timeline
        self.chance = chance
        self.requestID = requestID
    }

    /// Sixteen random hexadecimal digits.
    public static func randomRequestID() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// How long one attempt of each operation may take, from the first step to the last byte.
public struct RequestTimeouts: Hashable, Sendable {
    /// Asking for a token.
    public var token: Duration = .seconds(10)
    /// Creating a simulation.
    public var create: Duration = .seconds(30)
    /// Reading one or several simulations.
    public var read: Duration = .seconds(10)
    /// Cancelling a simulation.
    public var cancel: Duration = .seconds(10)
    /// Storing metrics.
    public var aggregate: Duration = .seconds(15)

    /// The usual timeouts.
    public init() {}
}
