/// A fixed number of lines for each free agent: dial `max(0, ⌊k·f⌋ − j)`.
///
/// Source: the power mode of dialers, for example Genesys CX Contact, "Pacing options". The product is taken on the
/// decimal as written.
///
/// Known weaknesses: k knows neither the answer probability nor the size of the team. For one free agent and k
/// simultaneous answers of probability p the abandoned share is `1 − [1 − (1 − p)^k]/(k·p)`: 15 % for k = 2, p = 0.3.
package struct PowerPolicy: PacingPolicy {
    static var watchesTalk: Bool { false }
    package static let linesPerAgentBounds = Bounds.above(0, upTo: 1_000)

    private let linesPerAgent: DecimalMultiples

    init(linesPerAgent: DecimalFactor) { self.linesPerAgent = DecimalMultiples(of: linesPerAgent) }

    /// With f free agents it dials up to `k·f` lines beside at most `n − f` conversations; none waits then.
    func mostCalls(agents: Int) -> Int? { max(agents, linesPerAgent.roundedDown(times: agents)) }

    @inline(__always)
    func callsToPlace(_ view: PacingView) -> Int {
        linesPerAgent.roundedDown(times: view.freeAgents) - view.inFlight
    }
}
