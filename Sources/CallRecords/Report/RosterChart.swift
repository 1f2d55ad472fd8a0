import DialerEngine
import RunReport
import ScenarioFile

/// Who is on duty in the course of a day: the roster in steps, and what the agents' days show on average.
struct RosterChart {
    /// A part of the day with the agents who were on duty in it, on average over the days.
    struct Recorded {
        var from: Double
        var to: Double
        var agents: Double
    }

    private let roster: Roster
    private let start: Double
    private let length: Double
    private let recorded: [Recorded]
    private static let height = 150.0

    /// - Parameters:
    ///   - start: When the shift starts, in seconds after midnight.
    ///   - recorded: Times are seconds since the start of the shift.
    init(_ roster: Roster, start: Double, length: Double, recorded: [Recorded]) {
        (self.roster, self.start, self.length, self.recorded) = (roster, start, max(1, length), recorded)
    }

    /// The agents of the records in parts of a quarter of an hour, on the days that are whole.
    ///
    /// - Parameter begin: When the shift starts, in seconds since the working day began.
    static func recorded(_ summary: CallSummary, begin: Double, length: Double) -> [Recorded] {
        let days = summary.days.indices.filter { !summary.days[$0].partial }
        guard !days.isEmpty else { return [] }
        let wanted = Set(days)
        let width = max(900, (length / 96 / 900).rounded(.up) * 900)
        let parts = max(1, Int((length / width).rounded(.up)))
        var seconds = [Double](repeating: 0, count: parts)
        func add(_ from: Double, _ to: Double, _ sign: Double) {
            let (from, to) = (from - begin, to - begin)
            guard to > 0, from < length else { return }
            let first = max(0, Int(from / width))
            let last = min(parts - 1, Int(to / width))
            guard first <= last else { return }
            for part in first...last {
                let (left, right) = (Double(part) * width, Double(part + 1) * width)
                seconds[part] += sign * max(0, min(to, right) - max(from, left))
            }
        }
        for agent in summary.agents {
            for day in agent.days where wanted.contains(day.day) {
                add(day.first, day.last, 1)
                for gap in day.gaps { add(gap.from, gap.to, -1) }
            }
        }
        return seconds.enumerated().map { part, sum in
            let (from, to) = (Double(part) * width, min(length, Double(part + 1) * width))
            return Recorded(from: from, to: to, agents: sum / max(1, to - from) / Double(days.count))
        }
    }

    var picture: ReportPicture {
        let shown = recorded.isEmpty ? [] : [ReportPicture.LegendEntry(.duty, "records, mean of the whole days")]
        return ReportPicture(
            svg,
            keys: [.init(.steps, "roster of the scenario")] + shown,
            hasMargin: true,
            figures: ReportTable(
                "Groups of the roster",
                [.number("Agents"), .text("From"), .text("To"), .text("Breaks")],
                roster.entries.map { entry in
                    let breaks = entry.breaks.map { "\(clock($0.from))–\(clock($0.from + $0.length))" }
                    return [
                        NumberText.count(entry.agents), clock(entry.from), clock(entry.to),
                        breaks.isEmpty ? "none" : breaks.joined(separator: ", "),
                    ]
                }
            )
        )
    }

    private var svg: SVG {
        let (top, bottom) = (26.0, 26 + Self.height)
        let steps = moments.map { Double(roster.planned(at: $0)) }
        let most = max(steps.max() ?? 1, recorded.map(\.agents).max() ?? 0, 1)
        let scale = AxisScale(upTo: most, steps: 3, least: 1)
        func y(_ agents: Double) -> Double { bottom - min(1, agents / scale.end) * Self.height }
        var svg = SVG(
            title: "Agents on duty",
            description: "At most \(NumberText.count(roster.mostAgents, "agent")) on duty between \(clock(0)) and "
                + "\(clock(length)).",
            id: "roster",
            height: bottom + 42
        )
        svg.text("Agents on duty", 0, top - 10, .label)
        for part in recorded where part.agents > 0 {
            svg.bar(
                part.from / length,
                y(part.agents),
                (part.to - part.from) / length,
                bottom - y(part.agents),
                .duty,
                tip: "\(clock(part.from))–\(clock(part.to)): \(NumberText.short(part.agents, 1)) agents"
            )
        }
        for mark in scale.marks { svg.horizontal(y(mark), mark == 0 ? .axis : .grid) }
        var before = 0.0
        for (index, (from, to)) in zip(moments, moments.dropFirst()).enumerated() {
            if steps[index] != before { svg.vertical(from / length, from: y(before), to: y(steps[index]), .steps) }
            svg.horizontal(y(steps[index]), from: from / length, to: to / length, .steps)
            before = steps[index]
        }
        svg.vertical(1, from: y(before), to: y(0), .steps)
        for mark in scale.marks.dropFirst() {
            svg.text(NumberText.short(mark, 0), 0, y(mark) + 4, .tick, .end, shift: -6)
        }
        for mark in AxisScale(seconds: length, steps: 6).marks where mark <= length * 1.0001 {
            svg.vertical(mark / length, from: bottom, to: bottom + 4, .axis)
            svg.tick(clock(mark), mark / length, bottom + 18)
        }
        svg.text("time of day", 0.5, bottom + 36, .value, .middle)
        return svg
    }

    /// Every moment at which the roster changes.
    private var moments: [Double] {
        let breaks = roster.entries.flatMap(\.breaks).flatMap { [$0.from, $0.from + $0.length] }
        return Set([0, length] + roster.entries.flatMap { [$0.from, $0.to] } + breaks).filter { $0 <= length }.sorted()
    }

    private func clock(_ sinceStart: Double) -> String { ClockText.nearest(start + sinceStart) }
}
