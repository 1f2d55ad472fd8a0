import DialerEngine
import RunReport
import Statistics

/// The answer rate hour by hour with intervals, the attempts below it, and what the scenario says.
struct HourChart {
    /// A span of the clock in which the scenario has one answer probability.
    struct HourStep {
        var from: Int
        var hours: Int
        var probability: Double
    }

    private let hours: [(hour: Int, attempts: Int, answered: Int)]
    private let steps: [HourStep]
    private static let rateHeight = 130.0
    private static let countHeight = 60.0

    /// Nil without an attempt.
    ///
    /// - Parameters:
    ///   - table: The outcomes of each hour of the clock, from midnight.
    ///   - first: The hour with which a working day begins.
    ///   - steps: What the scenario says; hours may be 24 and more, behind midnight.
    init?(_ table: [[AttemptOutcome: Int]], first: Int, steps: [HourStep]) {
        let all = (0..<24).map { offset -> (hour: Int, attempts: Int, answered: Int) in
            let hour = (first + offset) % 24
            let counts = table.indices.contains(hour) ? table[hour] : [:]
            return (hour, counts.values.reduce(0, +), counts[.answered] ?? 0)
        }
        guard let begin = all.firstIndex(where: { $0.attempts > 0 }),
            let end = all.lastIndex(where: { $0.attempts > 0 })
        else { return nil }
        hours = Array(all[begin...end])
        self.steps = steps
    }

    var picture: ReportPicture {
        ReportPicture(
            svg,
            keys: [
                .init(.first, "answer rate of the records"), .init(.whisker, "95 % Wilson interval"),
                .init(.rate, "in the scenario"), .init(.duty, "attempts"),
            ],
            hasMargin: true,
            figures: ReportTable(
                "Answer rate by hour",
                [
                    .text("Hour"), .number("Attempts"), .number("Answered"), .number("Answer rate"),
                    .number("95 % interval"), .number("In the scenario"),
                ],
                hours.map { row in
                    let interval = Self.interval(row.answered, row.attempts)
                    return [
                        Self.clock(row.hour) + "–" + Self.clock(row.hour + 1), NumberText.count(row.attempts),
                        NumberText.count(row.answered),
                        row.attempts == 0 ? "–" : NumberText.percent(Double(row.answered) / Double(row.attempts)),
                        interval.map { NumberText.percentRange($0.lower, $0.upper, digits: 1) } ?? "–",
                        probability(row.hour).map { NumberText.percent($0) } ?? "–",
                    ]
                }
            )
        )
    }

    private static func interval(_ answered: Int, _ attempts: Int) -> ConfidenceInterval? {
        attempts == 0 ? nil : ProportionInterval.wilson(successes: answered, trials: attempts)
    }

    private func probability(_ hour: Int) -> Double? {
        steps.first { step in (0..<step.hours).contains { (step.from + $0) % 24 == hour % 24 } }?.probability
    }

    private var svg: SVG {
        let (top, base) = (26.0, 26 + Self.rateHeight)
        let bottom = base + 44 + Self.countHeight
        // An hour with a handful of calls has an interval up to 100 %, which must not flatten the others.
        let most = hours.filter { $0.attempts >= 30 }.compactMap { Self.interval($0.answered, $0.attempts)?.upper }
        let highest = max(most.max() ?? 1, steps.map(\.probability).max() ?? 0)
        let rate = AxisScale(upTo: min(1, highest), steps: 4)
        let mostAttempts = hours.map(\.attempts).max() ?? 1
        func y(_ share: Double) -> Double { base - min(1, share / rate.end) * Self.rateHeight }
        func height(_ attempts: Int) -> Double { Double(attempts) / Double(mostAttempts) * Self.countHeight }
        var svg = SVG(title: "Answer rate by hour", description: description, id: "hours", height: bottom + 42)
        svg.text("Answered by a person", 0, top - 10, .label)
        for mark in rate.marks { svg.horizontal(y(mark), mark == 0 ? .axis : .grid) }
        let width = 1 / Double(hours.count)
        for (index, row) in hours.enumerated() {
            let left = Double(index) * width
            if let share = probability(row.hour) { svg.horizontal(y(share), from: left, to: left + width, .rate) }
            guard let interval = Self.interval(row.answered, row.attempts) else { continue }
            svg.vertical(left + width / 2, from: y(interval.lower), to: y(interval.upper), .whisker)
            let share = Double(row.answered) / Double(row.attempts)
            svg.mark(
                left + width / 2,
                y(share),
                .first,
                tip:
                    "\(Self.clock(row.hour)): \(NumberText.percent(share)) of \(NumberText.count(row.attempts, "attempt"))"
            )
        }
        svg.text("Attempts", 0, base + 34, .label)
        svg.horizontal(bottom, .axis)
        for (index, row) in hours.enumerated() where row.attempts > 0 {
            let left = (Double(index) + 0.12) * width
            svg.bar(
                left,
                bottom - height(row.attempts),
                width * 0.76,
                height(row.attempts),
                .duty,
                tip: "\(Self.clock(row.hour)): \(NumberText.count(row.attempts, "attempt"))"
            )
        }
        for mark in rate.marks.dropFirst() {
            svg.text(NumberText.percent(mark), 0, y(mark) + 4, .tick, .end, shift: -6)
        }
        svg.text(NumberText.count(mostAttempts), 0, bottom - Self.countHeight + 4, .tick, .end, shift: -6)
        let each = max(1, (hours.count + 7) / 8)
        for (index, row) in hours.enumerated() where index % each == 0 {
            svg.vertical(Double(index) * width, from: bottom, to: bottom + 4, .axis)
            svg.tick(Self.clock(row.hour), Double(index) * width, bottom + 18)
        }
        svg.text("hour of the day", 0.5, bottom + 36, .value, .middle)
        return svg
    }

    private var description: String {
        let known = hours.filter { $0.attempts >= 30 }
        let rates = known.map { (hour: $0.hour, share: Double($0.answered) / Double($0.attempts)) }
        guard let low = rates.min(by: { $0.share < $1.share }), let high = rates.max(by: { $0.share < $1.share }) else {
            return "The answer rate of each hour with its interval."
        }
        return "The answer rate lies between \(NumberText.percent(low.share)) at \(Self.clock(low.hour)) and "
            + "\(NumberText.percent(high.share)) at \(Self.clock(high.hour))."
    }

    private static func clock(_ hour: Int) -> String { (hour % 24 < 10 ? "0" : "") + "\(hour % 24):00" }
}
