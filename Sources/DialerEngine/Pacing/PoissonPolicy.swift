/// Calls at random moments, a Poisson process that ignores the agents: an open loop.
///
/// Source: the dialling rate of an Erlang calculation, for example Zeltyn and Mandelbaum, Queueing Systems 51 (2005)
/// 361, for the M/M/n+D queue that it makes of the contact centre. A call that finds no trunk is blocked.
///
/// Known weakness: far worse than any policy that looks at the agents. At 3 % abandonment and 10 agents who abandon at
/// once, Erlang's loss formula gives an occupancy of 54 %, the optimum 83 % (answer probability 0.3).
package struct PoissonPolicy: PacingPolicy {
    static var watchesTalk: Bool { false }
    /// The rates in calls per hour that there may be.
    package static let callsPerHourBounds = Bounds.within(0.001...1e9)

    let arrivalsPerSecond: Double?

    init(callsPerHour: Double) { arrivalsPerSecond = callsPerHour / 3600 }

    @inline(__always)
    func callsToPlace(_ view: PacingView) -> Int { view.occasion == .arrival ? 1 : 0 }
}
