import SimulationAPI

/// The share of answered calls that were abandoned, so far, over virtual time, with the limit of the rule.
struct AbandonmentChart {
    /// The strictest rule that the run is held against.
    struct Limit: Hashable, Sendable {
        var rule: String
        var share: Double
    }

    /// For each bin the answered and the abandoned calls that had ended by its end.
    private let sums: [(answered: Int, abandoned: Int)]
    private let timeline: CallTimeline
    private let limit: Limit?
    private let scale: AxisScale
    private let time: AxisScale

    private static let top = 24.0
    private static let height = 130.0

    /// - Parameter limit: The rule; nil if the run has none.
    init?(_ timeline: CallTimeline, limit: Limit?) {
        guard timeline.bins > 0, timeline.binMs > 0, timeline.abandoned.count == timeline.ended.count else {
            return nil
        }
        var (answered, abandoned) = (0, 0)
        sums = zip(timeline.ended, timeline.abandoned).map { ended, count in
            answered += ended[.answered] ?? 0
            abandoned += count
            return (answered, abandoned)
        }
        // Without a rule and without an abandoned call there is nothing to see.
        guard answered > 0, limit != nil || abandoned > 0 else { return nil }
        (self.timeline, self.limit) = (timeline, limit)
        // The first calls make any share; the scale is for what remains, and for the limit.
        let settled = sums.filter { $0.answered * 10 >= answered }.map { Self.share($0) }.max() ?? 0
        scale = AxisScale(upTo: min(1, max(settled * 1.1, (limit?.share ?? 0.03) * 1.5)), steps: 3)
        time = AxisScale(seconds: timeline.seconds, steps: 5)
    }

    /// The section with the picture, its words and its figures.
    var section: ReportSection {
        let rows = sums.enumerated().map { bin, sum in
            [
                TimelineChart.timeText(Double(bin + 1) * Double(timeline.binMs) / 1000), NumberText.count(sum.answered),
                NumberText.count(sum.abandoned), sum.answered == 0 ? "–" : NumberText.percent(Self.share(sum)),
            ]
        }
        let heads = ["Until", "Answered", "Abandoned", "Abandonment rate"].map { ReportTable.Column.number($0) }
        let keys = [ReportPicture.LegendEntry(.rate, "abandonment rate so far")]
        return ReportSection(
            "Abandonment over time",
            id: "abandonment",
            [
                .picture(
                    ReportPicture(
                        svg,
                        keys: keys
                            + (limit == nil
                                ? [] : [.init(.over, "over the limit"), .init(.limit, "limit of the rule")]),
                        hasMargin: true,
                        figures: ReportTable("Abandonment over virtual time", heads, rows)
                    )
                )
            ]
        )
    }

    private var svg: SVG {
        let bottom = Self.top + Self.height
        var svg = SVG(
            title: "Abandonment over virtual time",
            description: description,
            id: "abandonment",
            height: bottom + 42
        )
        svg.text("Abandoned share of the answered calls, so far", 0, Self.top - 8, .label)
        let note = limit.map { "- - \($0.rule): \(NumberText.percent($0.share))" } ?? "no rule with a limit"
        svg.text(note, 1, Self.top - 8, .value, .end)
        for mark in scale.marks { svg.horizontal(y(mark), mark == 0 ? .axis : .grid) }
        if let limit { svg.horizontal(y(limit.share), .limit) }
        drawRate(in: &svg)
        for mark in scale.marks.dropFirst() {
            svg.text(NumberText.percent(mark), 0, y(mark) + 4, .tick, .end, shift: -6)
        }
        for mark in time.marks where mark <= timeline.seconds * 1.0001 {
            svg.vertical(mark / timeline.seconds, from: bottom, to: bottom + 4, .axis)
            svg.tick(TimelineChart.timeText(mark), mark / timeline.seconds, bottom + 18)
        }
        svg.text("virtual time", 0.5, bottom + 36, .value, .middle)
        return svg
    }

    /// One stroke for bins of the same share, and one from each share to the next.
    private func drawRate(in svg: inout SVG) {
        var before: Double?
        var bin = sums.firstIndex { $0.answered > 0 } ?? sums.count
        while bin < sums.count {
            let share = Self.share(sums[bin])
            let count = sums[bin...].prefix { Self.share($0) == share }.count
            let paint = limit.map { share > $0.share } ?? false ? Paint.over : .rate
            let (left, right) = (x(bin), x(bin + count))
            if let before, before != share { svg.vertical(left, from: y(before), to: y(share), paint) }
            svg.horizontal(y(share), from: left, to: right, paint)
            before = share
            bin += count
        }
    }

    private var description: String {
        guard let last = sums.last else { return "" }
        let end =
            "At the end \(NumberText.percent(Self.share(last))) of \(NumberText.count(last.answered, "answered call")) "
            + "were abandoned"
        return end + (limit.map { "; \($0.rule) permits \(NumberText.percent($0.share))." } ?? ".")
    }

    private static func share(_ sum: (answered: Int, abandoned: Int)) -> Double {
        sum.answered == 0 ? 0 : Double(sum.abandoned) / Double(sum.answered)
    }

    private func x(_ bin: Int) -> Double { Double(bin) / Double(timeline.bins) }
    private func y(_ share: Double) -> Double { Self.top + Self.height * (1 - min(1, share / scale.end)) }
}
