import ExactJSON

extension Explanation {
    /// A day of the window.
    struct Day: Hashable, Sendable {
        var title: String
        var abandonments: Int

        static func days(of course: WindowCourse) -> [Day] {
            var days = (0..<max(1, course.clock.days)).map {
                Day(title: course.clock.title(ofDay: $0), abandonments: 0)
            }
            for time in course.abandonments {
                let day = min(days.count - 1, course.clock.day(of: time))
                days[day].abandonments += 1
            }
            return days
        }
    }

    /// The day of the window with the most abandonments, as a time line.
    struct WorstDay: Hashable, Sendable {
        /// What agents and callers did in an interval.
        struct Row: Hashable, Sendable {
            /// Seconds since the start of the shift.
            var from: Double
            var clock: String
            /// Means over the interval.
            var onDuty: Double
            var talking: Double
            var mostWaiting: Int
        }

        var title: String
        var shift: Double
        var rows: [Row]
        /// When callers were abandoned, in seconds since the start of the shift; of more the first thousand.
        var abandonments: [Double]

        private static let mostAbandonments = 1000
    }
}

extension Explanation.WorstDay {
    init(_ course: WindowCourse, day: Int) {
        title = course.clock.title(ofDay: day)
        shift = course.shift
        let start = Double(day) * course.clock.dayLength
        rows = course.bins(of: day).enumerated().map { index, bin in
            let (from, length) = (Double(index) * course.interval, max(1e-9, course.length(of: index)))
            return Row(
                from: from,
                clock: String(course.clock.timeOfDay(start + from).prefix(5)),
                onDuty: bin.dutySeconds / length,
                talking: bin.talkSeconds / length,
                mostWaiting: bin.mostWaiting
            )
        }
        let own = course.abandonments.filter { course.clock.day(of: $0) == day }.map { $0 - start }
        abandonments = Array(own.prefix(Self.mostAbandonments))
    }

    /// Reads a day of a document; without rows where the document lacks it.
    init(_ json: JSONValue?) {
        title = json?["title"]?.string ?? ""
        shift = json?["shift"]?.double ?? 0
        rows = (json?["rows"]?.elements ?? []).compactMap { row in
            guard let from = row["from"]?.double, let clock = row["clock"]?.string,
                let onDuty = row["onDuty"]?.double, let talking = row["talking"]?.double,
                let waiting = row["mostWaiting"]?.integer
            else { return nil }
            return Row(from: from, clock: clock, onDuty: onDuty, talking: talking, mostWaiting: waiting)
        }
        abandonments = (json?["abandonments"]?.elements ?? []).compactMap(\.double)
    }

    var json: JSONValue {
        [
            "title": .string(title), "shift": .double(shift),
            "rows": .array(
                rows.map {
                    [
                        "from": .double($0.from), "clock": .string($0.clock), "onDuty": .double($0.onDuty),
                        "talking": .double($0.talking), "mostWaiting": .integer($0.mostWaiting),
                    ]
                }
            ), "abandonments": .array(abandonments.map { .double($0) }),
        ]
    }
}

extension Explanation.Day {
    init?(_ json: JSONValue) {
        guard let title = json["label"]?.string, let count = json["abandonments"]?.integer else { return nil }
        self.init(title: title, abandonments: count)
    }

    var json: JSONValue { ["label": .string(title), "abandonments": .integer(abandonments)] }
}
