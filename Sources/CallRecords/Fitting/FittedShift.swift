package import DialerEngine
import Statistics

/// When the centre works: the shift of a day, the days, and who is on duty.
package struct FittedShift: Sendable {
    /// When the shift starts, in seconds after midnight.
    package var start: Double
    /// When it starts, in seconds since the working day of the records began.
    package var begin: Double
    /// How long it is, in seconds.
    package var length: Double
    /// The date of the first day.
    package var date: CalendarDate?
    /// The calendar days from the first to the last.
    package var days: Int
    /// The days of the week on which there were calls; nil if there were on each day.
    package var weekdays: [Weekday]?
    /// Who is on duty; nil if the records do not say.
    package var roster: Roster?
    /// The agents of the records, and those of them that the roster leaves out.
    package var agents: (all: Int, leftOut: Int)
    /// The agents whose gaps were too many or too long to be breaks.
    package var idleAgents: Int

    /// The shortest shift, and the shortest time of an agent in it, in seconds.
    fileprivate static let shortest = 900.0
    /// Behind this many gaps a day, an agent waits between calls.
    static let mostGaps = 6
    /// Without an agents' log, an agent who is away for more than this share of the time on duty waits between calls.
    static let mostBreakShare = 0.25

    package init(_ summary: CallSummary) {
        let whole = summary.days.filter { !$0.partial }
        let days = whole.isEmpty ? summary.days : whole
        func clock(_ sinceDay: Double) -> Double { summary.startOfDay + sinceDay }
        var start = ClockTime.round(clock(days.map(\.begins).median ?? 0))
        var end = max(ClockTime.round(clock(days.map(\.ends).median ?? 0)), start + Self.shortest)
        // Without an agents' log an agent is seen from the first call on, which comes some time after the shift began.
        let reach = summary.agentRows == nil ? 1200.0 : 600.0
        let regulars = summary.agents.filter { 2 * Set($0.days.map(\.day)).count >= summary.days.count }
        agents = (summary.agents.count, summary.agents.count - regulars.count)
        idleAgents = 0
        var entries: [Roster.Entry] = []
        for agent in regulars {
            let first = ClockTime.round(clock(agent.days.map(\.first).median ?? 0))
            let last = ClockTime.round(clock(agent.days.map(\.last).median ?? 0))
            var entry = Roster.Entry(agents: 1, from: first, to: max(last, first + Self.shortest))
            if abs(entry.from - start) <= reach, entry.to > start { entry.from = start }
            if abs(entry.to - end) <= reach, entry.from < end { entry.to = end }
            let breaks = Self.breaks(agent.days, within: entry, clock)
            let away = breaks.reduce(0) { $0 + $1.length }
            let isAwayTooLong = summary.agentRows == nil && away > Self.mostBreakShare * (entry.to - entry.from)
            if agent.days.usualGaps > Self.mostGaps || isAwayTooLong {
                idleAgents += 1
            } else {
                entry.breaks = breaks
            }
            entries.append(entry)
        }
        start = min(start, entries.map(\.from).min() ?? start)
        // A working day has 24 hours.
        end = min(max(end, entries.map(\.to).max() ?? end), start + 86_400)
        self.start = start.truncatingRemainder(dividingBy: 86_400)
        begin = start - summary.startOfDay
        length = end - start
        let joined = Self.joined(entries.map { $0.moved(by: -start, before: end - start) })
        roster = joined.isEmpty ? nil : Roster(joined)
        date = summary.days.first?.date
        let dates = Set(summary.days.map(\.date.daysSince1970))
        let first = dates.min() ?? 0
        self.days = min(max(1, (dates.max() ?? 0) - first + 1), Experiment.dayBounds.upperBound)
        let worked = Set(dates.map { CalendarDate(daysSince1970: $0).weekday })
        weekdays = dates.count < self.days && worked.count < 7 ? Weekday.allCases.filter(worked.contains) : nil
    }

    /// The medians of an agent's gaps, those of each day that has as many as usual by their order; what adjoins is one break.
    private static func breaks(
        _ days: [AgentDay],
        within entry: Roster.Entry,
        _ clock: (Double) -> Double
    ) -> [Roster.Break] {
        let count = days.usualGaps
        guard count > 0 else { return [] }
        let usual = days.filter { $0.gaps.count >= count }
            .map { day in
                day.gaps.sorted { $0.length > $1.length }.prefix(count).sorted { $0.from < $1.from }
            }
        var breaks: [Roster.Break] = []
        for place in 0..<count {
            let from = ClockTime.roundBreak(clock(usual.map { $0[place].from }.median ?? 0))
            let length = max(300, ClockTime.roundBreak(usual.map { $0[place].length }.median ?? 0))
            // Rounding may move a break up to its neighbour, over it, or over the end of the entry.
            guard from > entry.from, from + length < entry.to else { continue }
            if let last = breaks.indices.last, from <= breaks[last].from + breaks[last].length {
                breaks[last].length = max(breaks[last].length, from + length - breaks[last].from)
            } else {
                breaks.append(Roster.Break(from: from, length: length))
            }
        }
        return breaks
    }

    /// Entries that differ in their agents only, taken together, in the order in which they come.
    private static func joined(_ entries: [Roster.Entry]) -> [Roster.Entry] {
        func join(_ entries: [Roster.Entry]) -> [Roster.Entry] {
            var joined: [Roster.Entry] = []
            var places: [Roster.Entry: Int] = [:]
            for entry in entries {
                var key = entry
                key.agents = 0
                if let place = places[key] {
                    joined[place].agents += entry.agents
                } else {
                    places[key] = joined.count
                    joined.append(entry)
                }
            }
            return joined.sorted { left, right in
                let (first, second) = (left.order, right.order)
                return first.lexicographicallyPrecedes(second)
            }
        }
        let exact = join(entries)
        guard exact.count > Roster.mostEntries else { return exact }
        let plain = join(entries.map { Roster.Entry(agents: $0.agents, from: $0.from, to: $0.to) })
        guard plain.count > Roster.mostEntries, let first = plain.first else { return plain }
        let end = plain.map(\.to).max() ?? first.to
        return [Roster.Entry(agents: plain.reduce(0) { $0 + $1.agents }, from: first.from, to: end)]
    }
}

/// Times of the clock as rosters are written.
enum ClockTime {
    /// The nearest full hour within ten minutes, else the nearest quarter of an hour: people come and leave at such times.
    static func round(_ seconds: Double) -> Double {
        let hour = round(seconds, to: 3600)
        return abs(seconds - hour) <= 600 ? hour : round(seconds, to: 900)
    }

    /// The nearest quarter of an hour within five minutes, else the nearest five: a break begins when its agent is free.
    static func roundBreak(_ seconds: Double) -> Double {
        let quarter = round(seconds, to: 900)
        return abs(seconds - quarter) <= 300 ? quarter : round(seconds, to: 300)
    }

    static func round(_ seconds: Double, to unit: Double) -> Double { (seconds / unit).rounded() * unit }
}

extension Roster.Entry {
    /// The entry on another clock, within a shift that ends at a time.
    fileprivate func moved(by seconds: Double, before end: Double) -> Roster.Entry {
        var entry = self
        // Rounding may move the entry of someone who comes last up to the end.
        entry.from = min(entry.from + seconds, end - FittedShift.shortest)
        entry.to = min(entry.to + seconds, end)
        for index in entry.breaks.indices { entry.breaks[index].from += seconds }
        entry.breaks.removeAll { $0.from + $0.length >= entry.to }
        return entry
    }

    /// What the order of entries goes by.
    fileprivate var order: [Double] { [from, to] + breaks.flatMap { [$0.from, $0.length] } }
}

extension [AgentDay] {
    /// The number of gaps that at least half of the days have.
    fileprivate var usualGaps: Int {
        let counts = map(\.gaps.count).sorted()
        return counts.isEmpty ? 0 : counts[(counts.count - 1) / 2]
    }
}
