internal import DialerEngine
internal import DiscreteEvents
import QueueingTheory

extension DialingFamilies {
    /// A day on which agents come and leave, or the answer probability changes.
    private struct Day {
        var groups: [FixedLinesDay.Group]
        var lines: Int
        var answers: [(from: Double, probability: Double)]
        var ringing: Double
        var handle: Double
        var shift: Double
        /// The length of the intervals of which the share of abandoned calls is compared.
        var interval: Double
        /// The days of a replication.
        var days: Int
        var text: String

        /// The same day for the engine.
        var experiment: Experiment {
            let entries = groups.map { Roster.Entry(agents: $0.agents, from: $0.from, to: $0.to) }
            var center = ContactCenter.exponential(
                agents: 1,
                answering: answers.first?.probability ?? 0,
                ringing: ringing,
                handle: handle
            )
            center.roster = Roster(entries)
            var experiment = Experiment(
                center,
                pacing: .fixedLines(lines),
                length: .shifts(seconds: shift, days: days),
                seed: Simulator.seed(of: "a day with changes, \(text)")
            )
            experiment.schedule = answers.dropFirst().map { from, probability in
                var changed = center
                changed.outcomes = .answering(probability)
                return ScheduleEntry(from: from, center: changed)
            }
            experiment.courseInterval = interval
            return experiment
        }

        /// The exact values.
        var theory: FixedLinesDay {
            FixedLinesDay(
                groups: groups,
                lines: lines,
                answers: answers,
                meanRinging: ringing,
                meanHandle: handle,
                shift: shift,
                marks: Array(stride(from: interval, to: shift, by: interval))
            )
        }
    }

    private static let days: [Day] = [
        Day(
            groups: [.init(agents: 7, from: 0, to: 7200)],
            lines: 5,
            answers: [(0, 0.2), (2400, 0.08), (4800, 0.35)],
            ringing: 18,
            handle: 140,
            shift: 7200,
            interval: 2400,
            days: 120,
            text: "7 agents, K = 5, p = 0.2, from 40 min 0.08, from 80 min 0.35"
        ),
        Day(
            groups: [.init(agents: 4, from: 0, to: 5400), .init(agents: 5, from: 1800, to: 5400)],
            lines: 4,
            answers: [(0, 0.3)],
            ringing: 14,
            handle: 95,
            shift: 5400,
            interval: 1800,
            days: 160,
            text: "4 agents, 5 more from 30 min, K = 4, p = 0.3"
        ),
        Day(
            groups: [.init(agents: 6, from: 0, to: 3600), .init(agents: 8, from: 3600, to: 7200)],
            lines: 7,
            answers: [(0, 0.18)],
            ringing: 16,
            handle: 130,
            shift: 7200,
            interval: 1800,
            days: 120,
            text: "6 agents until 60 min, 8 others from then on, K = 7, p = 0.18"
        ),
        Day(
            groups: [.init(agents: 3, from: 0, to: 2700), .init(agents: 4, from: 0, to: 5400)],
            lines: 3,
            answers: [(0, 0.35), (2000, 0.25)],
            ringing: 20,
            handle: 180,
            shift: 5400,
            interval: 900,
            days: 200,
            text: "7 agents, 3 of them leave at 45 min, K = 3, p = 0.35, from 2,000 s 0.25"
        ),
        Day(
            groups: [.init(agents: 2, from: 60, to: 480), .init(agents: 3, from: 240, to: 600)],
            lines: 9,
            answers: [(0, 0.1), (300, 0.45)],
            ringing: 12,
            handle: 240,
            shift: 600,
            interval: 120,
            days: 1200,
            text: "short day of 10 min, 2 agents from 1 to 8 min, 3 from 4 to 10 min, K = 9, p = 0.1, from 5 min 0.45"
        ),
    ]

    /// Agents who come and leave, and answers that become rarer or more frequent.
    static func changes(_ simulator: Simulator) async throws -> Family {
        var comparisons: [Comparison] = []
        for day in days {
            let (theory, results) = (day.theory, try await simulator.run(day.experiment, days: day.days))
            var exact: [(Quantity, Double)] = [
                (.abandonment, theory.total.abandonment), (.occupancy, theory.total.occupancy),
                (.dials, theory.total.dialsPerAgentHour), (.connects, theory.total.connectsPerAgentHour),
            ]
            for (index, interval) in theory.intervals.enumerated() where interval.dutySeconds > 0 {
                let end = index == theory.intervals.count - 1
                let name = end ? "after the shift" : "interval \(index + 1)"
                exact += [
                    (.abandonment(in: index, name), interval.abandonment),
                    (.occupancy(in: index, name), interval.occupancy),
                ]
            }
            comparisons.append(
                Comparison(
                    model: "fixedLines, a day",
                    parameters: day.text,
                    quantity: "probability that the exact values leave out",
                    exact: "< 1e-12",
                    estimate: digits(theory.error, 3),
                    test: .identity(holds: theory.error < 1e-12),
                    source: "bound of the Poisson tail"
                )
            )
            comparisons += exact.map { quantity, exact in
                Comparison(
                    "fixedLines, a day",
                    day.text,
                    quantity.name,
                    exact: exact,
                    estimate: quantity.estimate(results),
                    source: "uniformisation: Jensen 1953, Reibman and Trivedi 1989"
                )
            }
        }
        return Family(
            title: "A day with changes",
            introduction:
                "K lines always ring, exponentially long, nobody waits, and the agents of a roster come and leave "
                + "while the answer probability changes. Each day starts empty and ends with overtime, which counts. A line "
                + "keeps the probability of the moment at which it was dialled; who leaves while busy finishes the call, "
                + "which counts as time on duty. Between changes the queue of idle agents with their "
                + "times of leaving, the busy agents and the lines of before and after the last change are a Markov chain; it "
                + "is followed by uniformisation.",
            comparisons: comparisons
        )
    }
}
