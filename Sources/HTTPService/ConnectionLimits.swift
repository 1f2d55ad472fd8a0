/// What a connection may take of a server before anybody has vouched for it.
package struct ConnectionLimits: Hashable, Sendable {
    /// The time from the first byte of a request, or from the beginning of the connection, to the end of its head.
    package var headDeadline = Duration.seconds(10)
    /// The time from the head of a request to the end of its body.
    package var requestDeadline = Duration.seconds(15)
    /// How slowly a body may come, after ``rateGrace``.
    package var minimumBytesPerSecond = 1024
    /// The time of a body for which its rate is not looked at.
    package var rateGrace = Duration.seconds(2)
    /// How long a connection may be idle between two requests.
    package var idleTimeout = Duration.seconds(60)
    /// Connections at once; further ones wait until one ends.
    package var connections = 1000
    /// Connections at once from one address, further ones are closed; `nil` for as many as there may be.
    ///
    /// Loopback addresses are exempt: whoever comes through a proxy comes from there.
    package var connectionsPerAddress: Int?

    /// Creates the defaults.
    package init() {}
}
