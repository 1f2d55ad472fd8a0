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
