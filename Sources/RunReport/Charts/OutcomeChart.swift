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
        let height = bottom + 22
        var svg = SVG(title: "Outcome distribution", description: description, id: "outcomes", height: height)
        for mark in scale.marks {
            let x = place(mark)
            svg.primitives.append(.line(x1: x, y1: 0, x2: x, y2: bottom, className: mark == 0 ? "axis" : "grid"))
            let anchor: SVG.Anchor = mark == 0 ? .start : x > 0.97 ? .end : .middle
            svg.primitives.append(
                .text(NumberText.percent(mark), x: x, y: bottom + 16, anchor: anchor, className: "tick")
            )
        }
        for (index, share) in shares.enumerated() {
            svg.primitives += row(share, top: Double(index) * Self.rowHeight + 6)
        }
        return svg
    }

    private func row(_ share: RunResult.OutcomeShare, top: Double) -> [SVG.Primitive] {
        let middle = top + 29
        let injected = isInjected ? NumberText.percent(share.injected) : "–"
        var shapes: [SVG.Primitive] = [
            .text(share.outcome.rawValue, x: 0, y: top + 14, className: "label", shift: 6),
            .text(
                "\(NumberText.percent(share.share)) observed · \(injected) injected",
                x: 1,
                y: top + 14,
                anchor: .end,
                className: "value"
            ),
            .bar(
                x: 0,
                y: middle - 7,
                width: place(share.share),
                height: 14,
                className: "bar o-\(share.outcome.rawValue)",
                tip: "\(share.outcome.rawValue): \(NumberText.count(share.observed, "call"))"
            ),
        ]
        let (low, high) = (place(share.low), place(share.high))
        shapes.append(.line(x1: low, y1: middle, x2: high, y2: middle, className: "whisker"))
        shapes += [low, high].map { .line(x1: $0, y1: middle - 4, x2: $0, y2: middle + 4, className: "whisker") }
        if isInjected {
            let x = place(share.injected.doubleValue)
            shapes += ["halo", "injected"].map {
                .line(x1: x, y1: middle - 11, x2: x, y2: middle + 11, className: $0)
            }
        }
        return shapes
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
