import DialerEngine
import ExactJSON
import RunReport
import Statistics

/// A day in pictures over the same clock: agents, calls, abandonment and the list.
struct DayChart {
    private let course: DayCourse
    private let rows: [DayCourse.Row]
    private let shift: Double
    private let roster: Roster?
    private let limit: Double?

    /// - Parameters:
    ///   - shift: The length of the shift in seconds.
    ///   - roster: The roster as it was written; nil without.
    ///   - limit: The highest abandonment rate that complies; nil without.
    init?(_ course: DayCourse, shift: Double, roster: Roster?, limit: Double?) {
        (self.course, self.shift, self.roster, self.limit) = (course, shift, roster, limit)
        rows = course.shiftRows
        guard !rows.isEmpty, shift > 0 else { return nil }
    }

    init?(_ result: StudyResult) {
        guard let course = result.course, let shift = result.plan.experiment.shift else { return nil }
        self.init(
            course,
            shift: shift,
            roster: result.plan.experiment.center.roster,
            limit: result.compliance.compactMap { $0.profile.limit?.doubleValue }.first
        )
    }

    /// The section: the picture with its words, and the table of its figures.
    var section: ReportSection {
        let keys = [
            ReportPicture.LegendEntry(.duty, "on duty; dialled"), .init(.area, "busy"),
            .init(.answered, "answered by a person"), .init(.rate, "abandonment rate"),
            .init(.whisker, "95 % interval"),
        ]
        let steps = roster.map { _ in ReportPicture.LegendEntry(.steps, "roster as written") }
        let line = limit.map { _ in ReportPicture.LegendEntry(.limit, "limit") }
        let more = [steps, line].compactMap { $0 }
        return ReportSection(
            "The course of a day",
            id: "day",
            [.picture(ReportPicture(svg, keys: keys + more, hasMargin: true)), .table(table)]
        )
    }

    private var table: ReportTable {
        func number(_ estimate: Estimate, _ digits: Int) -> String {
            estimate.mean.map { NumberText.fixed($0, digits) } ?? "–"
        }
        let hasList = course.rows.contains { $0.contactsLeft != nil }
        let heads = ["Agents", "Dialled", "Answered", "Abandoned", "Abandonment rate", "Occupancy", "Lines"]
        let rows = course.rows.map { row -> [String] in
            let rate = MetricText(StudyMetric.abandonmentRate).cells(row.abandonmentRate)
            return [
                course.title(row), number(row.agents, 1), number(row.attempts, 0), number(row.answered, 1),
                number(row.abandoned, 2), row.abandonmentRate.mean == nil ? "–" : "\(rate[0]) (\(rate[1]))",
                row.occupancy.mean.map { NumberText.percent($0) } ?? "–", number(row.lines, 1),
            ] + (hasList ? [row.contactsLeft.map { number($0, 0) } ?? "–"] : [])
        }
        return ReportTable(
            "The course of a day",
            [.text("Time")] + (heads + (hasList ? ["List left"] : [])).map { .number($0) },
            rows
        )
    }

    var svg: SVG {
        let agents = panel(below: 0, 120, most: rows.compactMap(\.agents.mean).max() ?? 1, steps: 3, least: 1)
        let calls = panel(
            below: agents.base,
            110,
            most: rows.compactMap(\.attempts.mean).max() ?? 1,
            steps: 3,
            least: 1
        )
        let highest = rows.compactMap { $0.abandonmentRate.interval?.upper ?? $0.abandonmentRate.mean }.max() ?? 0
        let most = min(1, max(min(highest, 4 * max(limit ?? 0.03, 0.01)), (limit ?? 0.03) * 1.3))
        let rates = panel(below: calls.base, 110, most: most, steps: 3)
        let lists = rows.contains { $0.contactsLeft != nil }
        let left = panel(
            below: rates.base,
            70,
            most: rows.compactMap { $0.contactsLeft?.mean }.max() ?? 1,
            steps: 2,
            least: 1
        )
        let bottom = lists ? left.base : rates.base
        var svg = SVG(title: "The course of a day", description: description, id: "day", height: bottom + 44)
        agents.draw("Agents on duty and busy", in: &svg, number: { NumberText.short($0, 0) }) {
            drawAgents(agents, in: &$0)
        }
        calls.draw(
            "Calls per \(interval), dialled and answered",
            in: &svg,
            number: { NumberText.count(Int($0)) }
        ) { drawCalls(calls, in: &$0) }
        let limitNote = limit.map { "- - limit \(NumberText.percent($0))" } ?? ""
        rates.draw("Abandonment rate", note: limitNote, in: &svg, number: { NumberText.percent($0) }) {
            drawRates(rates, in: &$0)
        }
        if lists {
            left.draw("Contacts left", in: &svg, number: { NumberText.count(Int($0)) }) { svg in
                for row in rows {
                    guard let value = row.contactsLeft?.mean else { continue }
                    bar(row, left, value, .area, "\(NumberText.count(Int(value.rounded()))) contacts left", in: &svg)
                }
            }
        }
        drawClock(bottom, in: &svg)
        return svg
    }

    private func panel(
        below: Double,
        _ height: Double,
        most: Double,
        steps: Int,
        least: Double = 0
    ) -> ChartPanel {
        let gap = below == 0 ? 0.0 : 18
        let scale = AxisScale(upTo: most, steps: steps, least: least)
        return ChartPanel(top: below + gap + ChartPanel.heading, height: height, scale: scale)
    }

    private var interval: String { Duration.text(seconds: course.interval) }

    private var description: String {
        let busiest = rows.max { ($0.attempts.mean ?? 0) < ($1.attempts.mean ?? 0) }
        return "Agents, calls and abandonment in intervals of \(interval)."
            + (busiest.map { " Most calls are dialled in \(course.title($0))." } ?? "")
    }

    private func drawAgents(_ panel: ChartPanel, in svg: inout SVG) {
        for row in rows {
            guard let agents = row.agents.mean else { continue }
            bar(row, panel, agents, .duty, "\(NumberText.short(agents, 1)) agents on duty", in: &svg)
            let busy = agents * (row.occupancy.mean ?? 0)
            bar(row, panel, busy, .area, "\(NumberText.short(busy, 1)) agents busy", in: &svg)
        }
        drawRoster(panel, in: &svg)
    }

    /// The roster as it was written, in steps.
    private func drawRoster(_ panel: ChartPanel, in svg: inout SVG) {
        guard let roster else { return }
        let breaks = roster.entries.flatMap(\.breaks).flatMap { [$0.from, $0.from + $0.length] }
        let moments = Set([0, shift] + roster.entries.flatMap { [$0.from, $0.to] } + breaks).sorted()
        var before = 0.0
        for (from, to) in zip(moments, moments.dropFirst()) {
            let planned = Double(roster.planned(at: from))
            if planned != before { svg.vertical(from / shift, from: panel.y(before), to: panel.y(planned), .steps) }
            svg.horizontal(panel.y(planned), from: from / shift, to: to / shift, .steps)
            before = planned
        }
    }

    private func drawCalls(_ panel: ChartPanel, in svg: inout SVG) {
        for row in rows {
            let (attempts, answered) = (row.attempts.mean ?? 0, row.answered.mean ?? 0)
            let tip = "\(NumberText.short(attempts, 1)) dialled, \(NumberText.short(answered, 1)) answered"
            bar(row, panel, attempts, .duty, tip, in: &svg)
            bar(row, panel, answered, .answered, tip, in: &svg)
        }
    }

    private func drawRates(_ panel: ChartPanel, in svg: inout SVG) {
        if let limit { svg.horizontal(panel.y(limit), .limit) }
        for row in rows {
            guard let rate = row.abandonmentRate.mean, let to = row.to else { continue }
            let (left, right) = (row.from / shift, to / shift)
            let isOver = limit.map { rate > $0 } ?? false
            svg.horizontal(panel.y(rate), from: left, to: right, isOver ? .over : .rate)
            if let interval = row.abandonmentRate.interval {
                svg.vertical((left + right) / 2, from: panel.y(interval.lower), to: panel.y(interval.upper), .whisker)
            }
        }
    }

    private func bar(
        _ row: DayCourse.Row,
        _ panel: ChartPanel,
        _ value: Double,
        _ paint: Paint,
        _ tip: String,
        in svg: inout SVG
    ) {
        guard let to = row.to, value > 0 else { return }
        let (left, width) = (row.from / shift, (to - row.from) / shift)
        let height = panel.base - panel.y(value)
        svg.bar(
            left + width * 0.04,
            panel.base - height,
            width * 0.92,
            height,
            paint,
            tip: "\(course.title(row)): \(tip)"
        )
    }

    private func drawClock(_ bottom: Double, in svg: inout SVG) {
        let scale = AxisScale(seconds: shift, steps: 8)
        for mark in scale.marks where mark <= shift * 1.0001 {
            svg.vertical(mark / shift, from: bottom, to: bottom + 4, .axis)
            svg.tick(course.clock(mark), mark / shift, bottom + 19)
        }
        svg.text("time of day", 0.5, bottom + 38, .value, .middle)
    }
}
