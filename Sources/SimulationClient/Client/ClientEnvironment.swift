public import HTTPExchange

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
