import RealModule
import Testing

@testable import QueueingTheory

@Suite("TransientChain", .timeLimit(.minutes(5)))
struct TransientChainTests {
    /// One server without a queue: busy with probability a(1 − e^(−(λ + μ)t)), where a = λ/(λ + μ).
    @Test(arguments: [(0.4, 0.1, 3.0), (0.02, 0.03, 10), (5, 2, 0.001), (3, 1, 4000)])
    func oneServerWithoutAQueue(arrivals: Double, services: Double, time: Double) {
        let chain = TransientChain(from: [0]) { $0 == 0 ? [(1, arrivals)] : [(0, services)] }
        let course = chain.follow(StateWeights(0), for: time)
        let (rate, share) = (arrivals + services, arrivals / (arrivals + services))
        let gone = -Double.expMinusOne(-rate * time)
        #expect(abs(course.end[1] - share * gone) < 1e-13)
        #expect(abs(course.occupation[1] - share * (time - gone / rate)) < 1e-13 * max(1, time))
        #expect(abs(course.end.values.reduce(0, +) - 1) < 1e-12)
        #expect(abs(course.occupation.values.reduce(0, +) - time) < 1e-12 * max(1, time))
        #expect(course.endError < 1e-15 && course.occupationError < 1e-12 * max(1, time))
    }

    /// Arrivals alone are a Poisson process.
    @Test func arrivalsArePoisson() {
        let chain = TransientChain(from: [0]) { $0 < 80 ? [($0 + 1, 0.5)] : [] }
        let course = chain.follow(StateWeights(0), for: 30)
        var probability = Double.exp(-15)
        for count in 0..<40 {
            #expect(abs(course.end[count] - probability) < 1e-15)
            probability *= 15 / Double(count + 1)
        }
        // Until the third arrival each number lasts 2 time units.
        let start = TransientChain(from: [0]) { $0 < 3 ? [($0 + 1, 0.5)] : [] }
        let times = start.followToTheEnd(StateWeights(0))
        #expect((0..<4).map { times[$0] } == [2, 2, 2, 0])
        #expect(abs(start.follow(StateWeights(0), for: 200).occupation[1] - 2) < 1e-12)
    }

    /// Transitions to the same state and to itself, states without any, and no time at all.
    @Test func unusualChains() {
        let still = TransientChain(from: ["a", "b"]) { _ in [] }
        let course = still.follow(StateWeights("b"), for: 7)
        #expect(course.end["b"] == 1 && course.occupation["b"] == 7 && course.occupation["a"] == 0)
        let split = TransientChain(from: [0]) { $0 == 0 ? [(1, 0.1), (0, 9), (1, 0.3), (2, 0)] : [] }
        #expect(split.states == [0, 1])
        #expect(abs(split.follow(StateWeights(0), for: 5).end[1] + Double.expMinusOne(-2)) < 1e-15)
        #expect(split.follow(StateWeights(0), for: 0).end.values == [1, 0])
    }

    /// What is left out of the Poisson distribution is less than is said.
    @Test(arguments: [0.0, 0.3, 20, 400])
    func truncationIsBounded(mean: Double) {
        let (rough, fine) = (PoissonTerms(mean: mean, tolerance: 1e-6), PoissonTerms(mean: mean, tolerance: 1e-18))
        func sum(_ values: [Double]) -> Double { values.reduce(0, +) }
        let missing = sum(Array(fine.probabilities.dropFirst(rough.probabilities.count)))
        #expect(missing <= rough.missing && rough.missing < 1e-6)
        #expect(sum(fine.later) - sum(rough.later) <= rough.missingLater && rough.missingLater < 1e-2)
        #expect(abs(sum(fine.later) - mean) < 1e-12 * max(1, mean))
    }
}

/// A day with a fixed number of lines.
@Suite("FixedLinesDay", .timeLimit(.minutes(5)))
struct FixedLinesDayTests {
    typealias Group = FixedLinesDay.Group

    struct Reference: Sendable {
        var groups: [Group]
        var lines: Int
        var answers: [(from: Double, probability: Double)]
        var ringing: Double
        var handle: Double
        var shift: Double
        var marks: [Double]
        /// Attempts, answered, abandoned, busy and duty seconds of each interval.
        var intervals: [[Double]]
    }

    /// From a program of its own: every agent by name, those past their duty among them, and matrix exponentials of SciPy.
    static let references = [
        Reference(
            groups: [Group(agents: 2, from: 0, to: 600), Group(agents: 1, from: 0, to: 1200)],
            lines: 2,
            answers: [(0, 0.4)],
            ringing: 20,
            handle: 90,
            shift: 1200,
            marks: [600],
            intervals: [
                [62, 24, 8.8176285176984, 1176.0273928681, 1800],
                [60, 24, 18.721975920609, 594.81189727271, 726.7624992584],
                [0, 0.8, 0.55095652174006, 93.010223459057, 102.50587563298],
            ]
        ),
        Reference(
            groups: [Group(agents: 2, from: 0, to: 1200), Group(agents: 2, from: 300, to: 900)],
            lines: 2,
            answers: [(0, 0.5), (500, 0.2)],
            ringing: 15,
            handle: 120,
            shift: 1200,
            marks: [600],
            intervals: [
                [82, 36.599236419722, 21.934677541198, 1429.8804185763, 1800],
                [80, 16.00076358028, 6.1974390984795, 1321.0515661002, 1936.2666364406],
                [0, 0.4, 0.18794457400463, 210.66066968428, 226.02336641109],
            ]
        ),
        Reference(
            groups: [Group(agents: 1, from: 0, to: 400), Group(agents: 2, from: 400, to: 1000)],
            lines: 3,
            answers: [(0, 0.3)],
            ringing: 12,
            handle: 80,
            shift: 1000,
            marks: [400],
            intervals: [
                [103, 30, 24.979591836735, 333.0612244898, 400],
                [150, 45, 31.103999989, 1045.8135027857, 1268.5335027856],
                [0, 0.9, 0.55914075813145, 161.7066651401, 172.150064271],
            ]
        ),
        Reference(
            groups: [Group(agents: 3, from: 200, to: 700)],
            lines: 1,
            answers: [(0, 0.9), (100, 0.6)],
            ringing: 10,
            handle: 50,
            shift: 900,
            marks: [],
            intervals: [
                [91, 57.29999999997, 36.819221866294, 1022.2425651818, 1596.2805813286],
                [0, 0.6, 0.6, 1.7963415018966, 1.796341501896],
            ]
        ),
    ]

    @Test(arguments: references)
    func agreesWithAnIndependentProgram(_ reference: Reference) {
        let day = FixedLinesDay(
            groups: reference.groups,
            lines: reference.lines,
            answers: reference.answers,
            meanRinging: reference.ringing,
            meanHandle: reference.handle,
            shift: reference.shift,
            marks: reference.marks
        )
        #expect(day.intervals.count == reference.intervals.count && day.error < 1e-12)
        for (interval, expected) in zip(day.intervals, reference.intervals) {
            let found = [
                interval.attempts, interval.answered, interval.abandoned, interval.busySeconds, interval.dutySeconds,
            ]
            for (value, expected) in zip(found, expected) { #expect(abs(value - expected) < 1e-9 * max(1, expected)) }
        }
    }

    /// Hours after the start the agents are Erlang's loss system; so they are at once after a change that lines up.
    @Test func becomesErlangB() {
        let day = FixedLinesDay(
            groups: [Group(agents: 5, from: 0, to: 20_000), Group(agents: 3, from: 9000, to: 20_000)],
            lines: 3,
            answers: [(0, 0.25)],
            meanRinging: 15,
            meanHandle: 110,
            shift: 20_000,
            marks: [6000, 9000, 15_000]
        )
        for (interval, agents) in [(1, 5), (3, 8)] {
            let limit = ErlangB(servers: agents, offeredLoad: 3 * 0.25 / 15 * 110)
            #expect(abs(day.intervals[interval].abandonment - limit.blocking) < 1e-9)
            #expect(abs(day.intervals[interval].occupancy - limit.occupancy) < 1e-9)
        }
        // Who takes the calls does not matter for the sums while all stay.
        let split = FixedLinesDay(
            groups: [Group(agents: 2, from: 0, to: 6000), Group(agents: 3, from: 0, to: 6001)],
            lines: 3,
            answers: [(0, 0.25)],
            meanRinging: 15,
            meanHandle: 110,
            shift: 6001,
            marks: [6000]
        )
        #expect(abs(split.intervals[0].abandoned - day.intervals[0].abandoned) < 1e-9 * day.intervals[0].abandoned)
        #expect(
            abs(split.intervals[0].busySeconds - day.intervals[0].busySeconds) < 1e-9 * day.intervals[0].busySeconds
        )
    }

    /// With an agent for every line nobody is abandoned at first; a change reaches the answers as the old lines end.
    @Test func aChangeTakesATime() {
        let day = FixedLinesDay(
            groups: [Group(agents: 40, from: 0, to: 900)],
            lines: 4,
            answers: [(0, 0.5), (300, 0.1)],
            meanRinging: 20,
            meanHandle: 30,
            shift: 900,
            marks: [300, 350]
        )
        #expect(abs(day.intervals[0].answered - 4 * 0.5 / 20 * 300) < 1e-9)
        let old = -Double.expMinusOne(-50.0 / 20)
        #expect(abs(day.intervals[1].answered - 4 * (0.1 * 50 / 20 + (0.5 - 0.1) * old)) < 1e-9)
        #expect(day.total.abandoned < 1e-9)
        // Every answer is a call of 30 s, and after the shift each of the four lines answers with probability 0.1.
        #expect(abs(day.total.busySeconds - 30 * day.total.answered) < 1e-6)
        #expect(abs((day.intervals.last?.answered ?? 0) - 0.4) < 1e-9)
    }
}

@Suite("RepeatedAttempts", .timeLimit(.minutes(5)))
struct RepeatedAttemptsTests {
    @Test(arguments: [(0.3, 0.5, 4), (0.1, 0.9, 6), (0.25, 0, 3), (0, 0.7, 1)])
    func isTheSumOverAttempts(reached: Double, retried: Double, limit: Int) {
        let model = RepeatedAttempts(reached: reached, retried: retried, limit: limit)
        let probabilities = (0..<limit).map { attempt in (0..<attempt).reduce(1.0) { product, _ in product * retried } }
        let attempts = probabilities.reduce(0, +)
        #expect(abs(model.attemptsPerContact - attempts) < 1e-14 * attempts)
        #expect(abs(model.reachedShare - reached * attempts) < 1e-14)
        // Each contact is reached, has had all attempts, or ended otherwise.
        let otherwise = (1 - reached - retried) * attempts
        #expect(abs(model.reachedShare + model.exhaustedShare + otherwise - 1) < 1e-14)
    }

    @Test func withoutALimitItIsGeometric() {
        #expect(RepeatedAttempts(reached: 0.2, retried: 0.75).attemptsPerContact == 4)
        #expect(RepeatedAttempts(reached: 0.2, retried: 0.75).reachedShare == 0.8)
        #expect(RepeatedAttempts(reached: 0, retried: 1, limit: 5).attemptsPerContact == 5)
    }
}
