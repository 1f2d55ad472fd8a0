import RealModule

/// A day of dialling with a fixed number of lines, on which agents come and leave and the answer probability changes.
///
/// K lines always ring, exponentially long; nobody waits, and handling times are exponential. A line keeps the answer
/// probability of the moment at which it was dialled, so that a change reaches the answers only as the lines of before end.
/// The agent who has waited longest takes the call. Who leaves while busy finishes that call and takes no other. At the
/// end of the shift dialling stops; agents stay until no line rings, and busy ones until they are free.
///
/// The state is the queue of idle agents, each known by the time at which it leaves, the busy agents of each such time, and
/// the lines dialled before and since the last change: a ``TransientChain`` between any two changes. Agents who left
/// while busy only finish, and are counted apart.
package struct FixedLinesDay: Sendable {
    /// Agents who come and leave together; times are in seconds since the start of the shift.
    package struct Group: Hashable, Sendable {
        package var agents: Int
        package var from: Double
        package var to: Double

        package init(agents: Int, from: Double, to: Double) { (self.agents, self.from, self.to) = (agents, from, to) }
    }

    /// What is expected in a span of the day.
    package struct Totals: Hashable, Sendable {
        package var attempts = 0.0
        package var answered = 0.0
        package var abandoned = 0.0
        /// The time of all agents with a call, in seconds.
        package var busySeconds = 0.0
        /// The time of all agents on duty, in seconds; it includes calls that end after the agent's duty.
        package var dutySeconds = 0.0

        package var connected: Double { answered - abandoned }
        package var abandonment: Double { abandoned / answered }
        package var occupancy: Double { busySeconds / dutySeconds }
        package var connectsPerAgentHour: Double { 3600 * connected / dutySeconds }
        package var dialsPerAgentHour: Double { 3600 * attempts / dutySeconds }
    }

    /// What is expected between any two of the wanted times, and after the shift.
    package private(set) var intervals: [Totals] = []
    /// A bound of the probability that the solution leaves out or puts in a wrong place.
    package private(set) var error = 0.0

    /// What is expected in all of the day.
    package var total: Totals {
        intervals.reduce(into: Totals()) { total, interval in
            total.attempts += interval.attempts
            total.answered += interval.answered
            total.abandoned += interval.abandoned
            total.busySeconds += interval.busySeconds
            total.dutySeconds += interval.dutySeconds
        }
    }

    private let lines: Int
    private let ringingRate: Double
    private let handlingRate: Double
    private let shift: Double
    private var labels: [Double] = []
    /// The answer probability of the lines dialled before the last change, and since.
    private var probabilities: (before: Double, now: Double)
    private var chance: StateWeights<State>
    /// The expected number of agents who finish a call after their duty.
    private var leaving = 0.0

    /// - Parameters:
    ///   - answers: The answer probabilities, each with the time from which it is in force; the first from 0.
    ///   - marks: The times within the shift at which an interval ends.
    package init(
        groups: [Group],
        lines: Int,
        answers: [(from: Double, probability: Double)],
        meanRinging: Double,
        meanHandle: Double,
        shift: Double,
        marks: [Double] = []
    ) {
        precondition(lines > 0 && meanRinging > 0 && meanHandle > 0 && shift > 0, "numbers and times are positive")
        precondition(answers.first?.from == 0, "an answer probability is in force from the start")
        (self.lines, self.shift) = (lines, shift)
        (ringingRate, handlingRate) = (1 / meanRinging, 1 / meanHandle)
        labels = Set(groups.map(\.to)).sorted()
        let first = answers.first?.probability ?? 0
        probabilities = (first, first)
        chance = StateWeights(State(idle: [], busy: labels.map { _ in 0 }, before: 0, now: lines))
        var times = Set(groups.flatMap { [$0.from, $0.to] } + answers.map(\.from) + marks + [0, shift]).sorted()
        times.removeAll { $0 > shift }
        var interval = Totals()
        interval.attempts = Double(lines)
        for (time, next) in zip(times, times.dropFirst()) {
            change(at: time, groups, answers)
            follow(for: next - time, into: &interval)
            if next == shift || marks.contains(next) {
                intervals.append(interval)
                interval = Totals()
            }
        }
        runOut(into: &interval)
        intervals.append(interval)
    }
}

extension FixedLinesDay {
    /// Where everybody is.
    struct State: Hashable, Sendable {
        /// The idle agents, who has waited longest first; each as the place of its time of leaving.
        var idle: [UInt8]
        /// The busy agents with each time of leaving.
        var busy: [Int]
        /// Lines in flight that were dialled before the last change.
        var before: Int
        /// Lines in flight that were dialled since.
        var now: Int

        /// A person answers: the agent who has waited longest takes the call, if anybody waits.
        var answered: State {
            var next = self
            guard !idle.isEmpty else { return next }
            next.busy[Int(next.idle.removeFirst())] += 1
            return next
        }
    }

    /// Agents come, the answer probability changes, agents leave.
    private mutating func change(at time: Double, _ groups: [Group], _ answers: [(from: Double, probability: Double)]) {
        for group in groups where group.from == time {
            let label = UInt8(labels.firstIndex(of: group.to) ?? 0)
            chance = chance.map { state in
                var next = state
                next.idle += repeatElement(label, count: group.agents)
                return next
            }
        }
        if time > 0, let answer = answers.first(where: { $0.from == time }) {
            // A line that was dialled two changes ago counts as one dialled before this one; hardly any rings for so long.
            error += chance.sum { $0.before > 0 ? 1 : 0 }
            probabilities = (probabilities.now, answer.probability)
            chance = chance.map { State(idle: $0.idle, busy: $0.busy, before: $0.before + $0.now, now: 0) }
        }
        if let label = labels.firstIndex(of: time), time < shift {
            leaving += chance.sum { Double($0.busy[label]) }
            chance = chance.map { state in
                var next = state
                next.idle.removeAll { $0 == label }
                next.busy[label] = 0
                return next
            }
        }
    }

    private mutating func follow(for time: Double, into interval: inout Totals) {
        let chain = TransientChain(from: chance.states) { transitions(from: $0, isDialling: true) }
        let course = chain.follow(chance, for: time)
        chance = course.end
        error += course.endError
        add(course.occupation, to: &interval)
        interval.attempts += Double(lines) * ringingRate * time
        let finishing = leaving * -Double.expMinusOne(-handlingRate * time) / handlingRate
        interval.busySeconds += finishing
        interval.dutySeconds += finishing
        leaving *= .exp(-handlingRate * time)
    }

    /// After the end of the shift: every step ends a line or a call, so no state comes twice.
    private mutating func runOut(into interval: inout Totals) {
        let chain = TransientChain(from: chance.states) { transitions(from: $0, isDialling: false) }
        add(chain.followToTheEnd(chance), to: &interval)
        interval.busySeconds += leaving / handlingRate
        interval.dutySeconds += leaving / handlingRate
    }

    private func add(_ occupation: StateWeights<State>, to interval: inout Totals) {
        func answers(_ state: State) -> Double {
            ringingRate * (Double(state.before) * probabilities.before + Double(state.now) * probabilities.now)
        }
        func busy(_ state: State) -> Double { Double(state.busy.reduce(0, +)) }
        interval.answered += occupation.sum(answers)
        interval.abandoned += occupation.sum { $0.idle.isEmpty ? answers($0) : 0 }
        interval.busySeconds += occupation.sum(busy)
        interval.dutySeconds += occupation.sum { busy($0) + Double($0.idle.count) }
    }

    private func transitions(from state: State, isDialling: Bool) -> [(state: State, rate: Double)] {
        var transitions: [(state: State, rate: Double)] = []
        func line(_ count: Int, _ probability: Double, _ change: (inout State) -> Void) {
            guard count > 0 else { return }
            for (next, share) in [(state.answered, probability), (state, 1 - probability)] {
                var next = next
                change(&next)
                if isDialling { next.now += 1 }
                // Idle agents go home when no line rings any more.
                if next.before + next.now == 0 { next.idle = [] }
                transitions.append((next, Double(count) * ringingRate * share))
            }
        }
        line(state.before, probabilities.before) { $0.before -= 1 }
        line(state.now, probabilities.now) { $0.now -= 1 }
        for label in labels.indices where state.busy[label] > 0 {
            var next = state
            next.busy[label] -= 1
            if state.before + state.now > 0 { next.idle.append(UInt8(label)) }
            transitions.append((next, Double(state.busy[label]) * handlingRate))
        }
        return transitions
    }
}
