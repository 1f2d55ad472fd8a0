import ExactJSON
import RunReport

/// The abandonments of each day of a window.
struct AbandonmentDaysChart {
    private let days: [Explanation.Day]
    private let scale: AxisScale

    init(_ days: [Explanation.Day]) {
        self.days = days
        scale = AxisScale(upTo: Double(days.map(\.abandonments).max() ?? 1), steps: 3, least: 1)
    }

    var picture: ReportPicture {
        ReportPicture(
            svg,
            hasMargin: true,
            figures: ReportTable(
                "Abandonments of each day",
                [.text("Day"), .number("Abandonments")],
                days.map { [$0.title, NumberText.count($0.abandonments)] }
            )
        )
    }

    private var svg: SVG {
        let panel = ChartPanel(top: 28, height: 110, scale: scale)
        let worst = days.max { $0.abandonments < $1.abandonments }
        var svg = SVG(
            title: "Abandonments of each day",
            description: worst.map { "Most on \($0.title): \($0.abandonments)." } ?? "",
            id: "days",
            height: panel.base + 42
        )
        let width = 1 / Double(days.count)
        panel.draw("Abandonments", in: &svg, number: { NumberText.count(Int($0)) }) { svg in
            for (index, day) in days.enumerated() where day.abandonments > 0 {
                let top = panel.y(Double(day.abandonments))
                svg.bar(
                    (Double(index) + 0.1) * width,
                    top,
                    0.8 * width,
                    panel.base - top,
                    .area,
                    tip: "\(day.title): \(day.abandonments)"
                )
            }
        }
        for index in stride(from: 0, to: days.count, by: max(1, (days.count + 5) / 6)) {
            svg.text("\(index + 1)", (Double(index) + 0.5) * width, panel.base + 18, .tick, .middle)
        }
        svg.text("day of the window", 0.5, panel.base + 36, .value, .middle)
        return svg
    }
}

/// The worst day of a window over its clock: agents, waiting callers and abandonments.
struct WorstDayChart {
    private let day: Explanation.WorstDay
    /// The clusters of the day, in seconds since the start of the shift.
    private let clusters: [ClosedRange<Double>]

    init?(_ explanation: Explanation) {
        day = explanation.worstDay
        guard !day.rows.isEmpty, day.shift > 0 else { return nil }
        var clusters: [ClosedRange<Double>] = []
        for time in day.abandonments {
            if let last = clusters.last, time - last.upperBound < Explanation.gap {
                clusters[clusters.count - 1] = last.lowerBound...time
            } else {
                clusters.append(time...time)
            }
        }
        self.clusters = clusters
    }

    var picture: ReportPicture {
        let rows = day.rows.enumerated().map { index, row in
            let end = index + 1 < day.rows.count ? day.rows[index + 1].from : Double.infinity
            let abandoned = day.abandonments.count { $0 >= row.from && $0 < end }
            return [
                row.clock, NumberText.fixed(row.onDuty, 1), NumberText.fixed(row.talking, 1), "\(row.mostWaiting)",
                "\(abandoned)",
            ]
        }
        let heads = ["On duty", "Talking", "Most waiting", "Abandoned"]
        return ReportPicture(
            svg,
            keys: [
                .init(.duty, "on duty"), .init(.area, "talking"), .init(.busy, "waiting callers"),
                .init(.over, "an abandonment"), .init(.shade, "a cluster of abandonments"),
            ],
            hasMargin: true,
            figures: ReportTable("The day in intervals", [.text("From")] + heads.map { .number($0) }, rows)
        )
    }

    private var svg: SVG {
        let most = day.rows.map { max($0.onDuty, $0.talking) }.max() ?? 1
        let agents = ChartPanel(top: ChartPanel.heading, height: 150, scale: AxisScale(upTo: most, steps: 4, least: 1))
        let waiting = ChartPanel(
            top: agents.base + 18 + ChartPanel.heading,
            height: 60,
            scale: AxisScale(upTo: Double(day.rows.map(\.mostWaiting).max() ?? 1), steps: 2, least: 1)
        )
        let strip = waiting.base + 18 + ChartPanel.heading
        let bottom = strip + 22
        var svg = SVG(
            title: "Agents, waiting callers and abandonments over the day",
            description: "\(NumberText.count(day.abandonments.count, "abandonment")) in "
                + "\(NumberText.count(clusters.count, "cluster")), against agents on duty and talking.",
            id: "worst-day",
            height: bottom + 44
        )
        for cluster in clusters where cluster.upperBound > cluster.lowerBound {
            let (left, right) = (x(cluster.lowerBound), x(cluster.upperBound))
            svg.bar(left, agents.top, max(right - left, 0.003), bottom - agents.top, .shade, tip: "a cluster")
        }
        agents.draw("Agents on duty and talking", in: &svg, number: { NumberText.short($0, 0) }) { svg in
            for (index, row) in day.rows.enumerated() {
                bar(index, agents, row.onDuty, .duty, "on duty", in: &svg)
                bar(index, agents, row.talking, .area, "talking", in: &svg)
            }
        }
        waiting.draw("Callers that wait, the most at once", in: &svg, number: { NumberText.short($0, 0) }) { svg in
            for (index, row) in day.rows.enumerated() {
                bar(index, waiting, Double(row.mostWaiting), .busy, "waiting", in: &svg)
            }
        }
        svg.text("Abandonments", 0, strip - 10, .label)
        for time in day.abandonments { svg.vertical(x(time), from: strip, to: strip + 18, .over) }
        svg.horizontal(bottom, .axis)
        drawClock(bottom, in: &svg)
        return svg
    }

    private func bar(
        _ index: Int,
        _ panel: ChartPanel,
        _ value: Double,
        _ paint: Paint,
        _ words: String,
        in svg: inout SVG
    ) {
        guard value > 0 else { return }
        let row = day.rows[index]
        let end = index + 1 < day.rows.count ? day.rows[index + 1].from : day.shift
        let top = panel.y(value)
        let (left, width) = (x(row.from), x(end) - x(row.from))
        let tip = "\(row.clock): \(NumberText.short(value, 1)) \(words)"
        svg.bar(left + width * 0.08, top, width * 0.84, panel.base - top, paint, tip: tip)
    }

    private func drawClock(_ bottom: Double, in svg: inout SVG) {
        let scale = AxisScale(seconds: day.shift, steps: 6)
        for mark in scale.marks where mark <= day.shift * 1.0001 {
            svg.vertical(x(mark), from: bottom, to: bottom + 4, .axis)
            let clock = day.rows.last { $0.from <= mark + 1 }?.clock ?? ""
            // No interval begins at the end of the shift, so its clock time is not known.
            if mark < day.shift * 0.999 { svg.tick(clock, x(mark), bottom + 19) }
        }
        svg.text("time of day", 0.5, bottom + 38, .value, .middle)
    }

    private func x(_ seconds: Double) -> Double { min(1, max(0, seconds / day.shift)) }
}
