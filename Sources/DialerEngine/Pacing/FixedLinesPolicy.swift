/// A fixed number of lines in flight at all times: dial `K − j`.
///
/// Source: not a law for use but one that can be computed. With exponential ringing of rate ν the answers are a Poisson
/// process of rate `K·ν·p`, so with patience 0 the abandoned share is Erlang's loss formula `B(n, K·ν·p·E[S])`, whatever
/// the distribution of the handling time S (insensitivity of the M/G/n/n queue).
///
/// Known weakness: it dials on when every agent is busy.
package struct FixedLinesPolicy: PacingPolicy {
    static var watchesTalk: Bool { false }
    package static let lineBounds = 1...1_000_000

    private let lines: Int

    init(lines: Int) { self.lines = lines }

    @inline(__always)
    func callsToPlace(_ view: PacingView) -> Int { lines - view.inFlight }
}
