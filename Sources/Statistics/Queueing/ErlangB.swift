/// The loss system M/G/n/n: calls that find all servers busy are lost, for any distribution of service times.
///
/// Source: Erlang, Elektroteknikeren 13 (1917) 5.
package struct ErlangB: Hashable, Sendable {
    /// The number of servers.
    package let servers: Int
    /// The offered load in erlangs: calls per mean service time.
    package let offeredLoad: Double
    /// The probability that a call is lost.
    package let blocking: Double

    /// Creates the system.
    ///
    /// - Parameters:
    ///   - servers: The number of servers, not negative (a precondition).
    ///   - offeredLoad: The offered load in erlangs, not negative (a precondition).
    package init(servers: Int, offeredLoad: Double) {
        precondition(servers >= 0 && offeredLoad >= 0, "servers and load are not negative")
        self.servers = servers
        self.offeredLoad = offeredLoad
        var blocking = 1.0
        for count in 0..<servers { blocking = offeredLoad * blocking / (Double(count + 1) + offeredLoad * blocking) }
        self.blocking = blocking
    }

    /// The mean number of busy servers.
    package var carriedLoad: Double { offeredLoad * (1 - blocking) }

    /// The share of time that a server is busy.
    package var occupancy: Double { carriedLoad / Double(servers) }

    /// Returns the offered load, in erlangs, at which a given share of calls is lost.
    ///
    /// - Parameters:
    ///   - servers: The number of servers, positive (a precondition).
    ///   - blocking: The share lost, between 0 and 1 (a precondition).
    package static func offeredLoad(servers: Int, blocking: Double) -> Double {
        precondition(servers > 0 && 0 < blocking && blocking < 1, "a share of calls is lost at some servers")
        // At least (load − n)/load of the calls are lost.
        let most = Double(servers) / (1 - blocking)
        return SpecialFunctions.increasingRoot(in: 0...most) {
            ErlangB(servers: servers, offeredLoad: $0).blocking - blocking
        }
    }
}
