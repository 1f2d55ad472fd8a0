import RunReport
import Statistics

/// The course of a day as a table for a terminal.
struct CourseTable {
    private let course: DayCourse

    init(_ course: DayCourse) { self.course = course }

    func lines(style: TextStyle) -> [String] {
        let hasList = course.rows.contains { $0.contactsLeft != nil }
        var head = ["time", "agents", "attempts", "answered", "abandoned", "rate", "95 %", "occupancy", "lines"]
        if hasList { head.append("list left") }
        let rate = MetricText(StudyMetric.abandonmentRate)
        let rows = course.rows.map { row in
            let rateCells = rate.cells(row.abandonmentRate)
            var cells = [
                course.title(row), number(row.agents, 1), number(row.attempts, 0), number(row.answered, 1),
                number(row.abandoned, 2), row.abandonmentRate.mean == nil ? "–" : rateCells[0], rateCells[1],
                row.occupancy.mean.map { NumberText.percent($0) } ?? "–", number(row.lines, 1),
            ]
            if hasList { cells.append(row.contactsLeft.map { number($0, 0) } ?? "–") }
            return cells
        }
        return TextTable.lines([head] + rows).enumerated().map { $0 == 0 ? style.text($1, .quiet) : $1 }
    }

    private func number(_ estimate: Estimate, _ digits: Int) -> String {
        estimate.mean.map { digits == 0 ? NumberText.count(Int($0.rounded())) : NumberText.fixed($0, digits) } ?? "–"
    }
}

/// A mean and its interval in a unit.
enum NumberCells {
    static func cells(_ estimate: Estimate, unit: String) -> [String] {
        guard let mean = estimate.mean else { return ["none", "–"] }
        let text = NumberText.fixed(mean, 2) + unit
        guard let interval = estimate.interval else { return [text, "–"] }
        return [text, "\(NumberText.fixed(interval.lower, 2))…\(NumberText.fixed(interval.upper, 2))\(unit)"]
    }
}
