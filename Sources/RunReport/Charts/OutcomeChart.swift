import ExactJSON
import SimulationAPI

/// Observed and injected shares: a bar for the observed share, a whisker for its interval, a mark for the injected share.
struct OutcomeChart {
    private let shares: [RunResult.OutcomeShare]
    private let isInjected: Bool
    private let scale: AxisScale
    private let total: Int

    private static let rowHeight = 46.0

    init(_ result: RunResult) {
        shares = result.outcomes
        isInjected = result.facts.payload.outcomes.enabled
        total = shares.reduce(0) { $0 + $1.observed }
        let most = shares.map { max($0.high, $0.injected.doubleValue) }.max() ?? 1
        scale = AxisScale(upTo: min(1, most), steps: 5)
    }

    var svg: SVG {
        let bottom = Double(shares.count) * Self.rowHeight + 8
        var svg = SVG(title: "Outcome distribution", description: description, id: "outcomes", height: bottom + 22)
        for mark in scale.marks {
            svg.vertical(place(mark), from: 0, to: bottom, mark == 0 ? "axis" : "grid")
            svg.tick(NumberText.percent(mark), place(mark), bottom + 16)
        }
        for (index, share) in shares.enumerated() { draw(share, top: Double(index) * Self.rowHeight + 6, in: &svg) }
        return svg
    }

    private func draw(_ share: RunResult.OutcomeShare, top: Double, in svg: inout SVG) {
        let (middle, outcome) = (top + 29, share.outcome.rawValue)
        let (low, high) = (place(share.low), place(share.high))
        let injected = isInjected ? NumberText.percent(share.injected) : "–"
        svg.text(outcome, 0, top + 14, "label", shift: 6)
        svg.text("\(NumberText.percent(share.share)) observed · \(injected) injected", 1, top + 14, "value", .end)
        let tip = "\(outcome): \(NumberText.count(share.observed, "call"))"
        svg.bar(0, middle - 7, place(share.share), 14, "bar o-\(outcome)", tip: tip)
        svg.horizontal(middle, from: low, to: high, "whisker")
        for end in [low, high] { svg.vertical(end, from: middle - 4, to: middle + 4, "whisker") }
        for className in isInjected ? ["halo", "injected"] : [] {
            svg.vertical(place(share.injected.doubleValue), from: middle - 11, to: middle + 11, className)
        }
    }

    private func place(_ share: Double) -> Double { min(1, max(0, share / scale.end)) }

    private var description: String {
        "Of \(NumberText.count(total, "ended call")): "
            + shares.map {
                "\($0.outcome.rawValue) \(NumberText.percent($0.share))"
                    + (isInjected ? ", injected \(NumberText.percent($0.injected))" : "")
            }.joined(separator: "; ") + "."
    }
}
