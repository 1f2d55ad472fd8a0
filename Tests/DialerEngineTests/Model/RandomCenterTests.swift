import DialerEngine
import DiscreteEvents
import RandomCenters
import Testing

/// What holds in every run: agents who come and go, schedules, lists, calendars and rules drawn from seeds.
@Suite("Random contact centres", .timeLimit(.minutes(5)))
struct RandomCenterTests {
    static let seeds = 0..<UInt64(8 * testScale)

    /// Seeds for each policy, others for each.
    private static func seeds(_ pacing: Pacing) -> Range<UInt64> {
        let first = UInt64(AccountingTests.policies.firstIndex(of: pacing) ?? 0) * 10_000
        return first..<first + UInt64(8 * testScale)
    }

    /// Runs an experiment with a trace; gives nil where nobody is there to dial, or the warm-up is longer than the list.
    private static func trace(_ experiment: Experiment) throws -> (events: [TraceEvent], result: ReplicationResult)? {
        var events: [TraceEvent] = []
        do {
            let result = try Replication.run(experiment, number: 0, trace: TraceHandler { events.append($0) })
            return (events, result)
        } catch  where [.neverDials, .warmUpOutlastsRun].contains(error.code) {
            return nil
        }
    }

    @Test(arguments: AccountingTests.policies)
    func identitiesHold(pacing: Pacing) throws {
        for seed in Self.seeds(pacing) {
            var experiment = RandomCenter.experiment(seed, pacing: pacing)
            experiment.courseInterval = max(60, (experiment.shift ?? 0) / 7)
            guard let (events, result) = try Self.trace(experiment) else { continue }
            let all = result.allCalls
            #expect(all.attempted == all.outcomes.total && all.attempted > 0, "seed \(seed)")
            #expect(all.answered == all.connected + all.abandoned + all.falsePositives, "seed \(seed)")
            #expect(abs(result.busyIntegral - all.handlingSeconds) <= 1e-9 * all.handlingSeconds, "seed \(seed)")
            #expect(abs(result.lineIntegral - all.lineSeconds) <= 1e-9 * all.lineSeconds, "seed \(seed)")
            // The course of the day leaves nothing out, and counts nothing twice.
            #expect(result.course.reduce(0) { $0 + $1.attempted } == all.attempted, "seed \(seed)")
            #expect(result.course.reduce(0) { $0 + $1.answered } == all.answered, "seed \(seed)")
            let unserved = all.abandoned + all.falsePositives
            #expect(result.course.reduce(0) { $0 + $1.abandoned } == unserved, "seed \(seed)")
            let course = result.course.reduce(into: (busy: 0.0, lines: 0.0)) { sum, row in
                sum = (sum.busy + row.busySeconds, sum.lines + row.lineSeconds)
            }
            #expect(abs(course.busy - result.busyIntegral) <= 1e-6 * max(1, course.busy), "seed \(seed)")
            #expect(abs(course.lines - result.lineIntegral) <= 1e-6 * max(1, course.lines), "seed \(seed)")
            if let roster = experiment.center.roster {
                var replay = DutyReplay(experiment, roster, exhaustedAt: result.list?.exhaustedAt)
                for event in events { replay.take(event) }
                #expect(replay.faults.isEmpty && replay.isOver, "seed \(seed): \(replay.faults.prefix(3))")
                let duty = result.measures.agentSeconds
                #expect(abs(replay.dutySeconds - duty) <= 1e-6 * max(1, duty), "seed \(seed)")
                #expect(abs(replay.dutySeconds - replay.idleSeconds - replay.busySeconds) <= 1e-6 * max(1, duty))
                #expect(abs(replay.busySeconds - result.measures.busySeconds) <= 1e-6 * max(1, duty), "seed \(seed)")
            }
            if let list = experiment.list {
                var replay = ContactReplay(list)
                for event in events { replay.take(event) }
                let differences = replay.differences(from: try #require(result.list))
                #expect(differences.isEmpty, "seed \(seed): \(differences.prefix(3))")
                #expect(result.list?.attempts == all.attempted, "seed \(seed)")
            }
            #expect(try Replication.run(experiment) == result, "a trace changes nothing, seed \(seed)")
            experiment.courseInterval = nil
            #expect(try Self.trace(experiment)?.events == events, "looking at the day changes nothing, seed \(seed)")
        }
    }

    /// What differs from a moment on leaves everything before it alone, random numbers included.
    @Test(arguments: AccountingTests.policies)
    func aLaterChangeLeavesThePastAlone(pacing: Pacing) throws {
        var events = 0
        for seed in Self.seeds(pacing) {
            var first = RandomCenter.experiment(seed, pacing: pacing)
            let shift = first.shift ?? 0
            first.length = .shifts(seconds: shift, days: 1)
            first.calendar.weekdays = Set(Weekday.allCases)
            var second = first
            var changed = first.schedule.last?.center ?? first.center
            changed.outcomes = .answering(0.9)
            changed.talk = .constant(7)
            let moment = ((first.schedule.last?.from ?? 0) + shift) / 2
            second.schedule.append(ScheduleEntry(from: moment, center: changed))
            // Who would stay leaves.
            if var roster = first.center.roster,
                let last = roster.entries.indices.last(where: { index in
                    roster.entries[index].to > moment && roster.entries[index].from < moment
                        && roster.entries[index].breaks.allSatisfy { $0.from + $0.length <= moment }
                })
            {
                roster.entries[last].to = moment
                second.center.roster = roster
                for index in second.schedule.indices { second.schedule[index].center.roster = roster }
            }
            guard let before = try Self.trace(first)?.events, let after = try Self.trace(second)?.events else {
                continue
            }
            let past = before.filter { $0.time < moment }
            #expect(past == after.filter { $0.time < moment }, "seed \(seed)")
            events += past.count
        }
        #expect(events > 1000)
    }

    /// Random numbers belong to an attempt, not to a stream: an entry of the schedule that changes nothing leaves all alone.
    @Test(arguments: seeds)
    func anEntryThatChangesNothing(seed: UInt64) throws {
        let plain = RandomCenter.experiment(seed)
        var changed = plain
        for moment in stride(from: 100, to: plain.shift ?? 0, by: 333) {
            let before = plain.schedule.last { $0.from <= moment }
            if before?.from == moment { continue }
            changed.schedule.append(ScheduleEntry(from: moment, center: before?.center ?? plain.center))
        }
        changed.schedule.sort { $0.from < $1.from }
        #expect(try Self.trace(changed)?.events == Self.trace(plain)?.events)
    }

    /// One entry for the whole shift is as good as no roster.
    @Test(arguments: AccountingTests.policies)
    func agentsAreOneEntryOfARoster(pacing: Pacing) throws {
        for seed in Self.seeds(pacing) {
            var plain = RandomCenter.experiment(seed, pacing: pacing)
            plain.center.agents = plain.center.agents
            let entry = Roster.Entry(agents: plain.center.agents, from: 0, to: plain.shift ?? 0)
            var rostered = plain
            rostered.center.roster = Roster([entry])
            for index in plain.schedule.indices {
                plain.schedule[index].center.agents = plain.center.agents
                rostered.schedule[index].center.roster = rostered.center.roster
            }
            guard let one = try Self.trace(plain)?.result, let other = try Self.trace(rostered)?.result else {
                continue
            }
            #expect(one.measures == other.measures && one.allCalls == other.allCalls, "seed \(seed)")
            #expect(one.compliance == other.compliance && one.gauges == other.gauges, "seed \(seed)")
            #expect(one.list == other.list && one.waits == other.waits, "seed \(seed)")
        }
    }

    @Test(arguments: seeds)
    func threadsAndPartsChangeNothing(seed: UInt64) async throws {
        let experiment = RandomCenter.experiment(seed)
        let alone = try await Replications.run(experiment, count: 5, threads: 1)
        #expect(try await Replications.run(experiment, count: 5, threads: 3) == alone)
        let parts = try await Replications.run(experiment, numbers: 3..<5, threads: 2)
        #expect(Array(alone[3...]) == parts)
    }
}
