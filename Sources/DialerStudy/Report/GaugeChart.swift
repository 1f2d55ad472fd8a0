import DialerEngine
import RunReport
import Statistics

/// The law's abandonment rate and what the screens of dialers show, side by side with the limit.
struct GaugeChart {
    /// A figure with its name.
    struct Row: Sendable {
        var name: String
        var estimate: Estimate
        var verdict: Verdict?
    }

    private let rows: [Row]
    private let limit: Double?
    private let scale: AxisScale
    private static let rowHeight = 44.0

    /// - Parameters:
    ///   - rows: The law first, then the gauges.
    ///   - limit: The highest share that complies with the law; nil without.
    init?(_ rows: [Row], limit: Double?) {
        guard rows.count > 1 else { return nil }
        (self.rows, self.limit) = (rows, limit)
        let most = rows.compactMap { $0.estimate.interval?.upper ?? $0.estimate.mean }.max() ?? 0
        scale = AxisScale(upTo: max(most, (limit ?? 0) * 1.2), steps: 5)
    }

    init?(_ gauges: [GaugeFinding]) {
        guard let law = gauges.first?.law else { return nil }
        self.init(
            [Row(name: "\(law.profile.name), the law", estimate: law.rate, verdict: law.verdict)]
                + gauges.map { Row(name: $0.gauge.rawValue, estimate: $0.value, verdict: $0.verdict) },
            limit: law.profile.limit?.doubleValue
        )
    }

    /// The picture with its words and the figures behind it.
    var picture: ReportPicture {
        let figures = rows.map { row in
            [row.name] + MetricText(StudyMetric.abandonmentRate).cells(row.estimate)
                + [row.verdict?.rawValue ?? "reported"]
        }
        return ReportPicture(
            svg,
            keys: [.init(.law, "the law"), .init(.area, "the dialer's screen"), .init(.whisker, "95 % interval")]
                + (limit == nil ? [] : [.init(.limit, "limit of the law")]),
            figures: ReportTable(
                "Gauges beside the law",
                [.text("Figure"), .number("Share"), .number("95 % interval"), .text("By the limit of the law")],
                figures
            )
        )
    }

    var svg: SVG {
        let bottom = Double(rows.count) * Self.rowHeight + 6
        let description =
            rows.map { "\($0.name): \($0.estimate.mean.map { NumberText.percent($0) } ?? "no call")" }
            .joined(separator: "; ") + "."
        var svg = SVG(title: "Gauges beside the law", description: description, id: "gauges", height: bottom + 40)
        for mark in scale.marks {
            svg.vertical(place(mark), from: 0, to: bottom, mark == 0 ? .axis : .grid)
            svg.tick(NumberText.percent(mark), place(mark), bottom + 16)
        }
        if let limit { svg.vertical(place(limit), from: 0, to: bottom, .limit) }
        for (index, row) in rows.enumerated() {
            let top = Double(index) * Self.rowHeight + 4
            let cells = MetricText(StudyMetric.abandonmentRate).cells(row.estimate)
            svg.text(row.name, 0, top + 14, .label, shift: 6)
            svg.text("\(cells[0]) (\(cells[1])) · \(row.verdict?.rawValue ?? "reported")", 1, top + 14, .value, .end)
            guard let mean = row.estimate.mean else { continue }
            svg.bar(0, top + 21, place(mean), 13, index == 0 ? .law : .area, tip: "\(row.name): \(cells[0])")
            guard let interval = row.estimate.interval else { continue }
            svg.interval(top + 27.5, from: place(interval.lower), to: place(interval.upper))
        }
        svg.text("abandoned share, as each figure counts it", 0.5, bottom + 34, .value, .middle)
        return svg
    }

    private func place(_ share: Double) -> Double { min(1, max(0, share / scale.end)) }
}
