/// A fixed number of calls for each agent on duty: dial `round(level·n) − (in flight + waiting + talking)`.
///
/// Halves are rounded away from zero, the product is taken on the decimal as written, and an agent in wrap-up counts as
/// one without a call. Source: VICIdial's RATIO dial method, `AST_VDauto_dial.pl`.
///
/// Known weakness: a level of 1 or more dials for agents who are in wrap-up or about to be, so even level 1 abandons.
package struct RatioPolicy: PacingPolicy {
    static var watchesTalk: Bool { true }
    package static let levelBounds = Bounds.above(0, upTo: 1_000)

    private let level: DecimalFactor

    init(level: DecimalFactor) { self.level = level }

    @inline(__always)
    func callsToPlace(_ view: PacingView) -> Int {
        level.rounded(times: view.agents) - (view.inFlight + view.waiting + view.talking)
    }
}
