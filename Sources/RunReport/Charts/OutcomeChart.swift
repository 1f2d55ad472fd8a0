import ExactJSON
import SimulationAPI

/// Observed and injected shares: a bar for the observed share, a whisker for its interval, a mark for the injected share.
struct OutcomeChart {
    private let shares: [RunResult.OutcomeShare]
    private let isInjected: Bool
    private let scale: AxisScale
    private let total: Int

    private static let rowHeight = 46.0

    /// - Parameter isInjected: Whether a distribution was injected that the observed one is compared with.
    init(_ shares: [RunResult.OutcomeShare], isInjected: Bool) {
        self.shares = shares
        self.isInjected = isInjected
        total = shares.reduce(0) { $0 + $1.observed }
        let most = shares.map { max($0.high, $0.injected.doubleValue) }.max() ?? 1
        scale = AxisScale(upTo: min(1, most), steps: 5)
    }

    /// The picture with its words; the table beside it has the figures.
    var picture: ReportPicture {
        let injected = isInjected ? [ReportPicture.LegendEntry(.injected, "injected")] : []
        return ReportPicture(
            svg,
            keys: [.init(.answered, "observed, each outcome in its colour"), .init(.whisker, "95 % Wilson interval")]
                + injected
        )
    }

    var svg: SVG {
        let bottom = Double(shares.count) * Self.rowHeight + 8
        var svg = SVG(title: "Outcome distribution", description: description, id: "outcomes", height: bottom + 40)
        for mark in scale.marks {
            svg.vertical(place(mark), from: 0, to: bottom, mark == 0 ? .axis : .grid)
            svg.tick(NumberText.percent(mark), place(mark), bottom + 16)
        }
        svg.text("share of the ended calls", 0.5, bottom + 34, .value, .middle)
        for (index, share) in shares.enumerated() { draw(share, top: Double(index) * Self.rowHeight + 6, in: &svg) }
        return svg
    }

    private func draw(_ share: RunResult.OutcomeShare, top: Double, in svg: inout SVG) {
        let (middle, outcome) = (top + 29, share.outcome.rawValue)
        let (low, high) = (place(share.low), place(share.high))
        let injected = isInjected ? NumberText.percent(share.injected) : "–"
        svg.text(outcome, 0, top + 14, .label, shift: 6)
        svg.text("\(NumberText.percent(share.share)) observed · \(injected) injected", 1, top + 14, .value, .end)
        let tip = "\(outcome): \(NumberText.count(share.observed, "call"))"
        svg.bar(0, middle - 7, place(share.share), 14, Paint(share.outcome), tip: tip)
        svg.interval(middle, from: low, to: high)
        if isInjected {
            svg.vertical(place(share.injected.doubleValue), from: middle - 11, to: middle + 11, .injected)
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

extension Paint {
    init(_ outcome: CallOutcome) { self = Paint(rawValue: "o-\(outcome.rawValue)") ?? .area }
}
