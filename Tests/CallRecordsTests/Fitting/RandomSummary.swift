import CallRecords
import DialerEngine
import ExactJSON
import Statistics

/// Summaries of call records that are drawn from a seed: from ordinary ones to such as nobody would expect.
struct RandomSummary {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }
    private mutating func isTrue(_ probability: Double) -> Bool { generator.uniform() < probability }
    private mutating func seconds(_ mean: Double) -> Double { -mean * Double.log1(1 - generator.uniform()) }

    mutating func draw() -> CallSummary {
        let dayCount = number(1...12)
        let startOfDay = Double(number(0...86_399))
        var date = number(0...40_000)
        var days: [RecordedDay] = []
        for _ in 0..<dayCount {
            let begins = min(seconds(30_000), 86_000)
            let ends = min(begins + seconds(20_000), 86_399)
            let instant = Timestamp(milliseconds: Int64(date) * 86_400_000 + Int64(begins * 1000))
            var day = RecordedDay(
                date: CalendarDate(daysSince1970: date),
                first: instant,
                last: instant,
                begins: begins,
                ends: ends
            )
            day.partial = isTrue(0.1)
            days.append(day)
            date += isTrue(0.8) ? 1 : number(1...400)
        }
        let empty = isTrue(0.1)
        let hours = (0..<24).map { _ in
            var hour: [AttemptOutcome: Int] = [:]
            let scale = isTrue(0.3) ? 0 : number(1...2000)
            for outcome in AttemptOutcome.allCases where isTrue(0.7) { hour[outcome] = empty ? 0 : number(0...scale) }
            return hour
        }
        var outcomes: [AttemptOutcome: Int] = [:]
        for hour in hours { outcomes.merge(hour) { $0 + $1 } }
        if outcomes.values.reduce(0, +) == 0 { outcomes[.noAnswer] = 1 }
        var times: [TimeQuantity: RoundedSample] = [:]
        for quantity in TimeQuantity.all where isTrue(0.4) { times[quantity] = sample() }
        var rows = RowAccount()
        rows.used = outcomes.values.reduce(0, +)
        rows.read = rows.used + 3
        rows.skipped = [.timeUnreadable: 3]
        var summary = CallSummary(
            rows: rows,
            zone: .utc,
            span: RecordSpan(from: days[0].first, to: days[dayCount - 1].last, days: dayCount),
            outcomes: outcomes,
            abandoned: number(0...(outcomes[.answered] ?? 0)),
            hours: hours,
            times: times,
            patience: PatienceSamples(abandoned: sample(), connected: sample()),
            startOfDay: startOfDay,
            days: days
        )
        if isTrue(0.7) { summary.agents = (0..<number(1...30)).map { _ in agent(days: dayCount) } }
        if isTrue(0.7) {
            var delays: [ContactList.Ending: RoundedSample] = [:]
            let seen: [(ContactList.Ending, AttemptOutcome)] = [
                (.busySignal, .busy), (.noAnswer, .noAnswer), (.voicemail, .voicemail), (.dialTone, .dialTone),
                (.abandoned, .answered),
            ]
            // An attempt that never came up is never repeated.
            for (ending, outcome) in seen where outcomes[outcome] ?? 0 > 0 { delays[ending] = sample() }
            summary.contacts = ContactSummary(
                contacts: number(1...50_000_000),
                attempts: [1: number(0...100), 7: number(0...3)],
                usualMost: number(1...9),
                retryDelays: delays
            )
        }
        if isTrue(0.3) { summary.agentRows = RowAccount() }
        return summary
    }

    /// A centre without a quiet time, whose agents are seen for minutes anywhere in a day, most of all at its ends.
    mutating func drawRoundTheClock() -> CallSummary {
        var summary = draw()
        // The day begins where the first call is, on a quarter of an hour or off it by what rounding takes away.
        summary.startOfDay = Double(number(0...95) * 900 + number(-440...440))
        if summary.startOfDay < 0 { summary.startOfDay += 86_400 }
        for index in summary.days.indices {
            summary.days[index].partial = false
            (summary.days[index].begins, summary.days[index].ends) = (
                Double(number(0...5)), Double(number(86_390...86_399))
            )
        }
        summary.agents = (0..<number(1...20)).map { _ in
            let place = [number(0...900), number(85_000...86_300), number(0...86_300)][number(0...2)]
            let length = number(0...(86_399 - place))
            return AgentDays(
                days: summary.days.indices.map { day in
                    AgentDay(day: day, first: Double(place), last: Double(place + length))
                }
            )
        }
        return summary
    }

    private mutating func agent(days: Int) -> AgentDays {
        AgentDays(
            days: (0..<days).compactMap { day in
                guard isTrue(0.7) else { return nil }
                var times = (0..<2 * (1 + number(0...9))).map { _ in generator.uniform() * 86_400 }.sorted()
                if isTrue(0.1) { times[0] = times[times.count - 1] }
                times.sort()
                let gaps = stride(from: 1, to: times.count - 1, by: 2).map {
                    AgentDay.Gap(from: times[$0], to: times[$0 + 1])
                }
                return AgentDay(day: day, first: times[0], last: times[times.count - 1], gaps: gaps)
            }
        )
    }

    private mutating func sample() -> RoundedSample {
        let unit = [1, 10, 100, 1000][number(0...3)]
        let mean = [0.0001, 0.3, 20, 300, 40_000][number(0...4)]
        let kind = number(0...5)
        let fixed = Int(seconds(mean) * 1000) / unit * unit
        return RoundedSample(
            milliseconds: (0..<number(0...60)).map { _ in
                switch kind {
                case 0: fixed
                case 1: isTrue(0.6) ? fixed : 0
                case 2: isTrue(0.5) ? fixed + unit : fixed
                default: Int(seconds(mean) * 1000) / unit * unit
                }
            }
        )
    }
}

extension Double {
    /// The natural logarithm, without Foundation.
    fileprivate static func log1(_ value: Double) -> Double {
        // A quantile of the exponential distribution is all that is needed.
        -DurationModel(.exponential, location: 0).quantile(Swift.min(Swift.max(1 - value, 1e-15), 1 - 1e-15))
    }
}
