import DialerEngine
package import ExactJSON
import RunReport
import ScenarioFile
import Statistics

/// The course of a day: what happens in each interval of it, averaged over the days, with intervals over replications.
package struct DayCourse: Hashable, Sendable {
    /// One interval of the day.
    package struct Row: Hashable, Sendable {
        /// Seconds since the start of the shift; `to` is nil for the time after the shift.
        package let from: Double
        package let to: Double?
        /// Agents on duty, the mean over the interval.
        package let agents: Estimate
        /// Calls dialled, answered by a person, and answered but not served, on a day.
        package let attempts: Estimate
        package let answered: Estimate
        package let abandoned: Estimate
        package let abandonmentRate: Estimate
        package let occupancy: Estimate
        /// Calls that ring, wait or talk, the mean over the interval.
        package let lines: Estimate
        /// Open contacts at the end of the interval; nil without a list, and after the shift.
        package let contactsLeft: Estimate?
    }

    /// The length of an interval in seconds.
    package let interval: Double
    package let rows: [Row]
    /// The clock time at which the shift starts, in seconds after midnight; 09:00 unless the scenario says it.
    package let startOfShift: Double

    /// - Parameters:
    ///   - courses: The intervals of each replication.
    ///   - hasList: Whether contacts come from a list.
    init?(_ courses: [[DayInterval]], every interval: Double?, of experiment: Experiment) {
        guard let interval, let shift = experiment.shift, let count = courses.first?.count, count > 0 else {
            return nil
        }
        self.interval = interval
        startOfShift = experiment.calendar.startOfShift ?? CampaignCalendar.usualStartOfShift
        let hasList = experiment.list != nil
        var rows: [Row] = []
        for index in 0..<count {
            let pieces = courses.map { $0[index] }.filter { $0.days > 0 }
            let (from, to) = (Double(index) * interval, min(Double(index + 1) * interval, shift))
            let isOvertime = index == count - 1
            guard !pieces.isEmpty, !isOvertime || pieces.contains(where: { $0.busySeconds > 0 }) else { continue }
            func perDay(_ value: (DayInterval) -> Double) -> Estimate {
                Estimate(MeanEstimate(pieces.map { value($0) / Double($0.days) }), within: 0...Double.infinity)
            }
            // After the shift no mean over time makes sense: no day ends at the same moment as another.
            func perSecond(_ value: (DayInterval) -> Double) -> Estimate {
                isOvertime ? Estimate(mean: nil) : perDay { value($0) / (to - from) }
            }
            func ratio(_ numerator: (DayInterval) -> Double, _ denominator: (DayInterval) -> Double) -> Estimate {
                Estimate(
                    RatioEstimate(
                        pieces.map { RatioObservation(numerator: numerator($0), denominator: denominator($0)) }
                    ),
                    within: 0...1
                )
            }
            rows.append(
                Row(
                    from: isOvertime ? shift : from,
                    to: isOvertime ? nil : to,
                    agents: perSecond { $0.dutySeconds },
                    attempts: perDay { Double($0.attempted) },
                    answered: perDay { Double($0.answered) },
                    abandoned: perDay { Double($0.abandoned) },
                    abandonmentRate: ratio({ Double($0.abandoned) }, { Double($0.answered) }),
                    occupancy: ratio({ $0.busySeconds }, { $0.dutySeconds }),
                    lines: perSecond { $0.lineSeconds },
                    contactsLeft: hasList && !isOvertime ? perDay { Double($0.contactsLeft) } : nil
                )
            )
        }
        self.rows = rows
    }

    /// Reads the intervals of a document; nil if it has none.
    init?(_ json: JSONValue?) {
        let rows = (json?.elements ?? []).compactMap { row -> Row? in
            guard let from = row["from"]?.double else { return nil }
            return Row(
                from: from,
                to: row["to"]?.double,
                agents: Estimate(row["agents"]),
                attempts: Estimate(row["attempts"]),
                answered: Estimate(row["answered"]),
                abandoned: Estimate(row["abandoned"]),
                abandonmentRate: Estimate(row["abandonmentRate"]),
                occupancy: Estimate(row["occupancy"]),
                lines: Estimate(row["lines"]),
                contactsLeft: row["contactsLeft"]?.isObject == true ? Estimate(row["contactsLeft"]) : nil
            )
        }
        guard let first = rows.first, let to = first.to, to > first.from else { return nil }
        self.rows = rows
        interval = to - first.from
        // The start of the shift stands in the label of the first interval.
        let clock = (json?.elements?.first?["label"]?.string ?? "").prefix(5).split(separator: ":").compactMap {
            Double($0)
        }
        startOfShift = clock.count == 2 ? clock[0] * 3600 + clock[1] * 60 : CampaignCalendar.usualStartOfShift
    }

    /// The rows that lie in the shift.
    package var shiftRows: [Row] { rows.filter { $0.to != nil } }

    /// Returns a moment of the shift by the clock, such as `09:30`; the days of a long shift are not told apart.
    package func clock(_ seconds: Double) -> String { ClockText.nearest(startOfShift + seconds) }

    package func title(_ row: Row) -> String {
        row.to.map { "\(clock(row.from))–\(clock($0))" } ?? "after \(clock(row.from))"
    }

    package var json: JSONValue {
        .array(
            rows.map { row in
                [
                    "from": .double(row.from), "to": .optional(row.to), "label": .string(title(row)),
                    "agents": row.agents.json, "attempts": row.attempts.json, "answered": row.answered.json,
                    "abandoned": row.abandoned.json, "abandonmentRate": row.abandonmentRate.json,
                    "occupancy": row.occupancy.json, "lines": row.lines.json,
                    "contactsLeft": row.contactsLeft?.json ?? .null,
                ]
            }
        )
    }

    /// The rows as comma-separated values: each figure with its mean and the ends of its 95 % interval.
    package var csv: String {
        let names = [
            "agents", "attempts", "answered", "abandoned", "abandonmentRate", "occupancy", "lines", "contactsLeft",
        ]
        let head = ["interval", "fromSeconds", "toSeconds"] + names.flatMap { [$0, "\($0)Low", "\($0)High"] }
        let lines = rows.map { row in
            let estimates = [
                row.agents, row.attempts, row.answered, row.abandoned, row.abandonmentRate, row.occupancy, row.lines,
                row.contactsLeft ?? Estimate(mean: nil),
            ]
            let numbers = [row.from, row.to] + estimates.flatMap { [$0.mean, $0.interval?.lower, $0.interval?.upper] }
            return [title(row)] + numbers.map { $0.map { JSONValue.double($0).text } ?? "" }
        }
        return ([head] + lines).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}
