import DialerEngine
import DiscreteEvents
import Testing

/// Days on which agents come and leave and answers become rarer, against the Markov chain of each day.
///
/// The exact values are from a program of their own, which follows every agent by name with matrix exponentials; the page of
/// `make validation` compares other days with uniformisation.
@Suite("A day with changes", .timeLimit(.minutes(5)))
struct DayTheoryTests {
    struct Day: Sendable {
        var groups: [Roster.Entry]
        var lines: Int
        var answers: [(from: Double, probability: Double)]
        var ringing: Double
        var handling: Double
        var shift: Double
        var interval: Double
        /// Attempts, answered, abandoned, busy and duty seconds of each interval, expected of one day.
        var intervals: [[Double]]
    }

    static let days = [
        // Two of three agents leave in the middle: who has waited longest is busy.
        Day(
            groups: [Roster.Entry(agents: 2, from: 0, to: 600), Roster.Entry(agents: 1, from: 0, to: 1200)],
            lines: 2,
            answers: [(0, 0.4)],
            ringing: 20,
            handling: 90,
            shift: 1200,
            interval: 600,
            intervals: [
                [62, 24, 8.8176285176984, 1176.0273928681, 1800],
                [60, 24, 18.721975920609, 594.81189727271, 726.7624992584],
                [0, 0.8, 0.55095652174006, 93.010223459057, 102.50587563298],
            ]
        ),
        Day(
            groups: [Roster.Entry(agents: 2, from: 0, to: 1200), Roster.Entry(agents: 2, from: 300, to: 900)],
            lines: 2,
            answers: [(0, 0.5), (500, 0.2)],
            ringing: 15,
            handling: 120,
            shift: 1200,
            interval: 600,
            intervals: [
                [82, 36.599236419722, 21.934677541198, 1429.8804185763, 1800],
                [80, 16.00076358028, 6.1974390984795, 1321.0515661002, 1936.2666364406],
                [0, 0.4, 0.18794457400463, 210.66066968428, 226.02336641109],
            ]
        ),
    ]

    @Test(arguments: days)
    func agreesWithTheChain(day: Day) throws {
        var center = ContactCenter.exponential(agents: 1, answering: 0.4, ringing: day.ringing, handling: day.handling)
        center.roster = Roster(day.groups)
        center.outcomes = .answering(day.answers[0].probability)
        let days = 60 * testScale
        var experiment = Experiment(
            center,
            pacing: .fixedLines(day.lines),
            length: .shifts(seconds: day.shift, days: days),
            seed: 17
        )
        experiment.schedule = day.answers.dropFirst().map { from, probability in
            var changed = center
            changed.outcomes = .answering(probability)
            return ScheduleEntry(from: from, center: changed)
        }
        experiment.courseInterval = day.interval
        let results = try replicate(experiment, 12)
        let parts: [(DayInterval) -> Double] = [
            { Double($0.attempted) }, { Double($0.answered) }, { Double($0.abandoned) }, \.busySeconds, \.dutySeconds,
        ]
        for (index, expected) in day.intervals.enumerated() {
            for (part, expected) in zip(parts, expected) {
                let estimate = Estimate(results) {
                    part($0.course[index])
                } per: { _ in
                    Double(days)
                }
                let isConstant = estimate.error == 0 && abs(estimate.value - expected) < 1e-9 * expected
                #expect(isConstant || estimate.agrees(with: expected), "\(index): \(estimate), not \(expected)")
            }
        }
    }
}
