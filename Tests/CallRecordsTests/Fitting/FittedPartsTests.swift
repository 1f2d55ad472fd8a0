import DialerEngine
import DiscreteEvents
import ExactJSON
import ScenarioFile
import Statistics
import Testing

@testable import CallRecords

/// The parts of a fit, each by the rule that the documentation states.
@Suite("Parts of a fit", .timeLimit(.minutes(15)))
struct FittedPartsTests {
    /// Days of calls from one time of the clock to another, in hours after the working day's begin at midnight.
    private func summary(days: Int, from: Double = 9, to: Double = 17, dates: [Int]? = nil) -> CallSummary {
        let recorded = (0..<days).map { day in
            let date = dates?[day] ?? day
            // 2026-03-02 is a Monday.
            let instant = Timestamp(milliseconds: Int64(20_514 + date) * 86_400_000)
            return RecordedDay(
                date: CalendarDate(daysSince1970: 20_514 + date),
                first: instant,
                last: instant,
                begins: from * 3600 + 40,
                ends: to * 3600 - 200
            )
        }
        let empty = RoundedSample(milliseconds: [Int]())
        return CallSummary(
            rows: RowAccount(),
            zone: .utc,
            span: RecordSpan(from: recorded[0].first, to: recorded[days - 1].last, days: days),
            outcomes: [.answered: 300, .noAnswer: 700],
            abandoned: 0,
            hours: [[AttemptOutcome: Int]](repeating: [:], count: 24),
            times: [:],
            patience: PatienceSamples(abandoned: empty, connected: empty),
            days: recorded
        )
    }

    private func agent(_ days: [(day: Int, first: Double, last: Double, gaps: [(Double, Double)])]) -> AgentDays {
        AgentDays(
            days: days.map { day in
                AgentDay(
                    day: day.day,
                    first: day.first * 3600,
                    last: day.last * 3600,
                    gaps: day.gaps.map { AgentDay.Gap(from: $0.0 * 3600, to: $0.1 * 3600) }
                )
            }
        )
    }

    @Test("an agent counts on half of the days, times are medians, and equal entries are joined")
    func roster() {
        var summary = summary(days: 4)
        let lunch = (12.0, 12.51)
        let regular = (0..<4).map { (day: $0, first: 9.02, last: 16.97, gaps: [lunch]) }
        summary.agents = [
            agent(regular),
            // Two of four days are half; the third gap of one day is not usual.
            agent([(0, 9.1, 17.05, [lunch]), (2, 9.0, 16.9, [lunch, (14, 14.3)])]),
            // One of four is less.
            agent([(1, 9, 17, [])]),
            // The late shift.
            agent((0..<4).map { (day: $0, first: 11.98 + Double($0) / 100, last: 17, gaps: []) }),
        ]
        let shift = FittedShift(summary)
        #expect(shift.start == 9 * 3600 && shift.length == 8 * 3600)
        #expect(
            shift.roster?.entries == [
                Roster.Entry(agents: 2, from: 0, to: 28_800, breaks: [Roster.Break(from: 10_800, length: 1_800)]),
                Roster.Entry(agents: 1, from: 10_800, to: 28_800),
            ]
        )
        #expect(shift.agents.all == 4 && shift.agents.leftOut == 1)
    }

    @Test("an agent with a gap between most calls is waiting, not on break")
    func idleAgents() {
        var summary = summary(days: 1)
        let gaps: [(Double, Double)] = (0..<9).map { place in
            let from = 9.1 + 0.8 * Double(place)
            return (from, from + 0.4)
        }
        summary.agents = [agent([(0, 9, 17, gaps)])]
        let shift = FittedShift(summary)
        #expect(shift.idleAgents == 1 && shift.roster?.entries == [Roster.Entry(agents: 1, from: 0, to: 28_800)])
    }

    @Test(
        "without a log, someone who is away for more than a quarter of the time on duty waits",
        arguments: [false, true]
    )
    func longGaps(hasLog: Bool) {
        // Six calls in 90 minutes, with two gaps between them that rounding makes quarters or halves of an hour.
        var summary = summary(days: 3, from: 9, to: 10.5)
        if hasLog { summary.agentRows = RowAccount() }
        let gaps = [(9.25, 9.47), (9.75, 10.0)]
        summary.agents = [agent((0..<3).map { (day: $0, first: 9, last: 10.5, gaps: gaps) })]
        let breaks = [Roster.Break(from: 900, length: 900), Roster.Break(from: 2700, length: 900)]
        let shift = FittedShift(summary)
        #expect(shift.idleAgents == (hasLog ? 0 : 1))
        #expect(
            shift.roster?.entries == [Roster.Entry(agents: 1, from: 0, to: 5400, breaks: hasLog ? breaks : [])]
        )
    }

    @Test("a quarter of the time on duty, as a lunch of an hour in four, is a break")
    func longLunch() {
        var summary = summary(days: 1, from: 9, to: 13)
        summary.agents = [agent([(0, 9, 13, [(11, 12)])])]
        let shift = FittedShift(summary)
        #expect(shift.idleAgents == 0)
        #expect(shift.roster?.entries.first?.breaks == [Roster.Break(from: 7200, length: 3600)])
    }

    @Test(
        "breaks that adjoin are one",
        arguments: [
            // In minutes after noon. The first ends when the second begins, after it begins, and before it begins.
            (gaps: [(0, 14), (16, 30)], expected: [Roster.Break(from: 10_800, length: 1800)]),
            (gaps: [(11, 33), (34, 49)], expected: [Roster.Break(from: 11_700, length: 1800)]),
            (
                gaps: [(0, 14), (46, 60)],
                expected: [Roster.Break(from: 10_800, length: 900), Roster.Break(from: 13_500, length: 900)]
            ),
        ]
    )
    func adjoiningBreaks(gaps: [(Int, Int)], expected: [Roster.Break]) {
        var summary = summary(days: 1)
        let hours = gaps.map { (12 + Double($0.0) / 60, 12 + Double($0.1) / 60) }
        summary.agents = [agent([(0, 9, 17, hours)])]
        let shift = FittedShift(summary)
        #expect(shift.roster?.entries == [Roster.Entry(agents: 1, from: 0, to: 28_800, breaks: expected)])
    }

    @Test("days of the calendar and of the week are those of the records")
    func calendar() {
        let week = FittedShift(summary(days: 5))
        #expect(week.days == 5 && week.weekdays == nil && week.date?.description == "2026-03-02")
        let fortnight = FittedShift(summary(days: 10, dates: [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]))
        #expect(fortnight.days == 12 && fortnight.weekdays == [.monday, .tuesday, .wednesday, .thursday, .friday])
    }

    @Test("a shift over midnight belongs to the day on which it began")
    func overMidnight() {
        var summary = summary(days: 2, from: 8, to: 16)
        summary.startOfDay = 36_000
        let shift = FittedShift(summary)
        #expect(shift.start == 64_800 && shift.length == 28_800)
        for (hour, answered) in [18, 19, 20, 21, 22, 23, 0, 1].enumerated() {
            summary.hours[answered] = [.answered: hour < 6 ? 100 : 30, .noAnswer: hour < 6 ? 100 : 170]
        }
        let outcomes = FittedOutcomes(summary, shift: shift, seed: 1)
        #expect(outcomes.differByHour)
        #expect(outcomes.hours.map(\.from) == (0..<8).map { Double($0) * 3600 })
        let schedule = CentreFit(summary).scenario["schedule"]?.elements ?? []
        #expect(schedule.map { $0["from"] } == ["0s", "6h"])
        #expect(schedule.last?["outcomeInjection"]?["answerProbability"]?.double == 0.15)
    }

    @Test("probabilities of six places sum to exactly 1, and what was not seen is 0", arguments: 0..<50)
    func decimals(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let counts = (0..<5).map { _ in
            Int.random(in: 0...3, using: &generator) == 0 ? 0 : Int.random(in: 0...9_999, using: &generator)
        }
        guard counts.reduce(0, +) > 0 else { return }
        let units = FittedOutcomes.decimals(counts)
        #expect(units.reduce(0, +) == 1_000_000)
        for (count, unit) in zip(counts, units) {
            #expect(count > 0 || unit == 0)
            #expect(abs(Double(unit) / 1e6 - Double(count) / Double(counts.reduce(0, +))) <= 1e-6)
        }
    }

    @Test("patience: a dialer's own limit, too few calls, and half of them at once")
    func patience() {
        func fit(_ seconds: [Int], connected: [Int] = []) -> FittedPatience {
            FittedPatience(
                PatienceSamples(
                    abandoned: RoundedSample(milliseconds: seconds.map { $0 * 1000 }),
                    connected: RoundedSample(milliseconds: connected.map { $0 * 1000 })
                )
            )
        }
        let few = fit(Array(repeating: 4, count: 29))
        #expect(few.reason == .fewCalls && few.time.distribution == .constant(2))
        let limit = fit(Array(repeating: 5, count: 51) + (1...49).map { $0 % 4 })
        #expect(limit.reason == .limitOfDialer && limit.time.distribution == .constant(5))
        #expect(fit(Array(repeating: 5, count: 50) + (1...50).map { $0 % 4 }).reason == .fitted)
        let atOnce = fit(
            Array(repeating: 0, count: 60) + (0..<40).map { 1 + $0 % 2 },
            connected: Array(repeating: 0, count: 300)
        )
        #expect(atOnce.reason == .fitted)
        let values = draws(atOnce.time.distribution, 20_001).sorted()
        #expect(values[10_000] > 0 && values[10_000] < 1)
    }

    @Test("voicemail: no simulated duration is negative, and the mean of 100,000 is within 1 %")
    func voicemail() {
        var generator = SplitMix64(seed: 4)
        let sample = RoundedSample(
            milliseconds: (0..<500).map { _ in
                Int((22 + 2 * StandardNormal.quantile(max(1e-15, generator.uniform()))).rounded()) * 1000
            }
        )
        let time = FittedTime(sample, seed: 1)
        let values = draws(time.distribution, 100_000)
        #expect(values.allSatisfy { $0 >= 0 })
        #expect(abs(values.reduce(0, +) / 100_000 / sample.mean - 1) < 0.01)
    }

    @Test("values that no family explains become at most 200 quantiles with their mean")
    func quantiles() throws {
        let sample = RoundedSample(milliseconds: (0..<1001).map { $0 % 2 == 0 ? 4000 : 90_000 + $0 * 10 })
        let time = FittedTime(sample, seed: 1)
        #expect(time.way == .empirical && time.test?.pValue == 0.001)
        guard case .empirical(let values) = time.distribution.shape else {
            Issue.record("\(time.distribution)")
            return
        }
        #expect(values.count == 200 && values == values.sorted())
        #expect(abs(values.reduce(0, +) / 200 / sample.mean - 1) < 1e-5)
        #expect(
            FittedTime(RoundedSample(milliseconds: Array(repeating: 0, count: 40)), seed: 1).distribution
                == .constant(0)
        )
        #expect(
            FittedTime(RoundedSample(milliseconds: [0, 1000, 3000]), seed: 1).distribution.shape
                == .empirical([0, 1, 3])
        )
    }

    @Test("a list has the attempts of 99 % of its contacts, and retries from 20 repeats on")
    func list() throws {
        var summary = summary(days: 1)
        summary.contacts = ContactSummary(
            contacts: 3001,
            attempts: [1: 2000, 4: 1000, 500: 1],
            usualMost: 4,
            retryDelays: [
                .noAnswer: RoundedSample(milliseconds: (0..<21).map { 7_200_000 + $0 * 1000 }),
                .busySignal: RoundedSample(milliseconds: Array(repeating: 600_000, count: 19)),
            ]
        )
        let fitted = try #require(FittedList(summary))
        #expect(fitted.list == ContactList(contacts: 3001, maxAttempts: 4, retry: [.noAnswer: 7210]))
        #expect(fitted.beyond == 1)
        let scenario = CentreFit(summary).scenario
        #expect(scenario["list.retry.noAnswer"] == "2h10s" && scenario["list.retry.busySignal"] == "never")
    }

    @Test("numbers are written to six significant digits, and a shift is rounded down")
    func numbers() throws {
        #expect(
            FittedNumber.rounded(179.312_345_6) == 179.312 && FittedNumber.rounded(0.000_123_456_78) == 0.000_123_457
        )
        #expect(FittedNumber.rounded(1_234_567.8) == 1_234_570 && FittedNumber.rounded(0) == 0)
        #expect([0.0, 90, 3600, 8100, 86_401].map(FittedNumber.shiftTime) == ["0s", "1m30s", "1h", "2h15m", "24h1s"])
        let model = DurationModel(.weibull, location: 2, form: 0.5, shift: 1.499_999_99)
        let distribution = try #require(Distribution(model))
        #expect(distribution.shift == 1.499_999)
        #expect(Distribution(DurationModel(.lognormal, location: 60, form: 1)) == nil)
    }

    private func draws(_ distribution: Distribution, _ count: Int) -> [Double] {
        let sampler = Sampler(distribution)
        return (0..<UInt64(count)).map { index in
            var draws = RandomStream(seed: 1).draws(index: index, purpose: 1)
            return sampler.sample(&draws)
        }
    }
}
