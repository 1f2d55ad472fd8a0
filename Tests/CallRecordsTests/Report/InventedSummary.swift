import CallRecords
import DialerEngine
import ExactJSON
import Statistics

/// What records of an invented centre say together: five days from 09:00 to 17:00, twelve agents.
enum InventedSummary {
    static func summary(seed: UInt64 = 7, calls: Int = 4_000) throws -> CallSummary {
        var random = SplitMix64(seed: seed)
        func unit() -> Double { Double.random(in: 0.000_001..<1, using: &random) }
        func normal() -> Double { StandardNormal.quantile(unit()) }
        func sample(_ count: Int, _ draw: () -> Double) -> RoundedSample {
            RoundedSample(milliseconds: (0..<count).map { _ in Int(max(0, draw().rounded())) * 1000 })
        }
        var hours = [[AttemptOutcome: Int]](repeating: [:], count: 24)
        var outcomes: [AttemptOutcome: Int] = [:]
        for hour in 9..<17 {
            let attempts = calls / 8 + Int(unit() * 60)
            for _ in 0..<attempts {
                let answer = 0.18 + (hour < 13 ? 0 : 0.08)
                let place = unit()
                let outcome: AttemptOutcome =
                    place < answer
                    ? .answered
                    : place < answer + 0.08
                        ? .busy : place < answer + 0.45 ? .noAnswer : place < 0.98 ? .voicemail : .dialTone
                hours[hour][outcome, default: 0] += 1
                outcomes[outcome, default: 0] += 1
            }
        }
        let answered = outcomes[.answered] ?? 0
        var times: [TimeQuantity: RoundedSample] = [
            .talk: sample(answered) { exp2(7 + 1.2 * normal()) },
            .wrap: sample(answered) { -30 * Self.logarithm(unit()) },
            .ringing(.answered): sample(answered) { 3 - 9 * Self.logarithm(unit()) },
            .ringing(.noAnswer): sample(outcomes[.noAnswer] ?? 0) { 25 },
            // Two kinds of mailboxes: no family explains them.
            .ringing(.voicemail): sample(outcomes[.voicemail] ?? 0) { unit() < 0.4 ? 4 + normal() : 22 + 2 * normal() },
        ]
        times[.ringing(.busy)] = sample(12) { 2 + 3 * unit() }
        let abandoned = 90
        var rows = RowAccount()
        rows.used = outcomes.values.reduce(0, +)
        rows.skipped = [.headerRepeated: 1, .timeUnreadable: 2, .inbound: 31]
        rows.read = rows.used + 34
        let start = 9 * 3600.0
        let agents = (0..<12).map { agent in
            AgentDays(
                days: (0..<5).map { day in
                    let late = agent < 8 ? 0.0 : 3 * 3600
                    return AgentDay(
                        day: day,
                        first: start + late + 60 * unit(),
                        last: 17 * 3600 - 120 * unit(),
                        gaps: [.init(from: 12.5 * 3600 + 300 * unit(), to: 13 * 3600 + 300 * unit())]
                    )
                }
            )
        }
        let monday = 20_514
        func stamp(_ text: String) throws -> Timestamp {
            guard let stamp = Timestamp(text) else { throw InventedError.stamp }
            return stamp
        }
        let days = try (0..<5).map { day -> RecordedDay in
            let date = CalendarDate(daysSince1970: monday + day)
            return RecordedDay(
                date: date,
                first: try stamp("\(date)T08:00:00Z"),
                last: try stamp("\(date)T16:00:00Z"),
                begins: start,
                ends: 17 * 3600
            )
        }
        return CallSummary(
            rows: rows,
            warnings: [RecordWarning("column.missing", "The records have no column for the wait.")],
            zone: .utc,
            span: RecordSpan(from: try stamp("2026-03-02T09:00:00Z"), to: try stamp("2026-03-06T17:00:00Z"), days: 5),
            outcomes: outcomes,
            abandoned: abandoned,
            hours: hours,
            times: times,
            patience: PatienceSamples(
                abandoned: sample(abandoned) { -6 * Self.logarithm(unit()) },
                connected: sample(answered - abandoned) { unit() < 0.7 ? 0 : -3 * Self.logarithm(unit()) }
            ),
            agents: agents,
            contacts: ContactSummary(
                contacts: 2_400,
                attempts: [1: 1_500, 2: 600, 3: 290, 4: 8, 9: 2],
                usualMost: 3,
                retryDelays: [
                    .noAnswer: sample(900) { 7_200 + 900 * normal() }, .busySignal: sample(150) { 600 + 30 * unit() },
                ]
            ),
            days: days
        )
    }

    enum InventedError: Error { case stamp }

    private static func exp2(_ exponent: Double) -> Double {
        // 2^x by its natural logarithm, without Foundation.
        var (result, term) = (1.0, 1.0)
        let x = exponent * 0.693_147_180_559_945
        for step in 1...80 {
            term *= x / Double(step)
            result += term
        }
        return result
    }

    /// The natural logarithm of a share, without Foundation: −ln u is a sum of an exponential's quantile.
    private static func logarithm(_ share: Double) -> Double {
        -DurationModel(.exponential, location: 0).quantile(1 - share)
    }
}
