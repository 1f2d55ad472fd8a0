import DialerEngine
import ExactJSON

/// What a day counts of an attempt.
struct DayRow: BitwiseCopyable {
    /// Milliseconds since 1970.
    var time: Int64
    var ring: CellDuration
    var wait: CellDuration
    var talk: CellDuration
    var wrap: CellDuration
    var isAttempt = true
    var isAnswered: Bool
    var isConnected: Bool

    /// What a day counts of a conversation that only a log of agents knows.
    init(conversation row: RecordRow) {
        time = row.time
        (ring, wait, talk, wrap) = (.missing, .missing, row.talk, row.wrap)
        (isAttempt, isAnswered, isConnected) = (false, false, false)
    }

    init(_ attempt: JoinedAttempt, isConnected: Bool) {
        let row = attempt.row
        time = row.time
        ring = row.ring
        isAnswered = attempt.outcome == .answered
        self.isConnected = isConnected
        wait = isAnswered ? row.wait : .missing
        talk = isConnected ? row.talk : .missing
        wrap = isConnected ? row.wrap : .missing
    }
}

/// Whether the values of a column are all the same.
struct ValueRange {
    private(set) var count = 0
    private(set) var least = Int.max
    private(set) var most = 0

    mutating func add(_ value: CellDuration) {
        guard let milliseconds = value.milliseconds else { return }
        count += 1
        least = min(least, milliseconds)
        most = max(most, milliseconds)
    }

    mutating func add(_ other: ValueRange) {
        count += other.count
        least = min(least, other.least)
        most = max(most, other.most)
    }

    /// Whether a day's values are the same and say something; that nobody waited is nothing strange.
    var isConstantDay: Bool { isConstant && least > 0 }

    /// Whether all of 30 or more values are the same, which does not happen by chance.
    var isConstant: Bool { count >= 30 && least == most }
}

/// The working days of records.
struct RecordedDays {
    /// The columns that hold durations.
    static let columns: [RecordField] = [.ringSeconds, .waitSeconds, .talkSeconds, .wrapSeconds]

    /// When a working day begins, in seconds after midnight.
    let startOfDay: Int
    var days: [RecordedDay] = []
    /// The place of each day by its number.
    var places: [Int: Int] = [:]
    /// The values of each column, day by day.
    var ranges: [[ValueRange]] = []

    /// The number of the working day to which a time of the clock belongs, in milliseconds.
    func number(_ clock: Int64) -> Int {
        Int((clock - Int64(startOfDay) * 1000).dividedDown(by: 86_400_000))
    }

    /// Seconds of the clock since a working day began.
    func seconds(_ clock: Int64, day: Int) -> Double {
        Double(clock - Int64(day) * 86_400_000 - Int64(startOfDay) * 1000) / 1000
    }

    /// Says of the first and the last day whether they begin or end more than an hour inside the median day.
    mutating func markPartial() {
        guard days.count > 1 else { return }
        let begins = (days.map(\.begins).median ?? 0) + 3600
        let ends = (days.map(\.ends).median ?? 0) - 3600
        for place in [0, days.count - 1] {
            days[place].partial = days[place].begins > begins || days[place].ends < ends
        }
    }
}

extension RecordSummarizer {
    /// What is known of a day before its attempts are in order.
    private struct Counted {
        var day: RecordedDay?
        var ranges = [ValueRange](repeating: ValueRange(), count: RecordedDays.columns.count)
        // Conversations that only a log of agents knows.
        var talkSeconds = 0.0
        var wrapSeconds = 0.0

        mutating func add(_ row: DayRow, _ seconds: Double) {
            ranges[0].add(row.ring)
            ranges[1].add(row.wait)
            ranges[2].add(row.talk)
            ranges[3].add(row.wrap)
            guard row.isAttempt else {
                talkSeconds += row.talk.seconds
                wrapSeconds += row.wrap.seconds
                return
            }
            let time = Timestamp(milliseconds: row.time)
            var known =
                day
                ?? RecordedDay(
                    date: CalendarDate(daysSince1970: 0),
                    first: time,
                    last: time,
                    begins: seconds,
                    ends: seconds
                )
            known.attempts += 1
            if row.isAnswered { known.answered += 1 }
            if row.isConnected { known.connected += 1 }
            known.abandoned = known.answered - known.connected
            known.talkSeconds += row.talk.seconds
            known.wrapSeconds += row.wrap.seconds
            known.first = min(known.first, time)
            known.last = max(known.last, time)
            known.begins = min(known.begins, seconds)
            known.ends = max(known.ends, seconds)
            day = known
        }
    }

    /// Counts the attempts of each working day.
    func countDays(_ startOfDay: Int) throws(RecordsError) -> RecordedDays {
        var found = RecordedDays(startOfDay: startOfDay)
        var counted: [Counted] = []
        var places: [Int: Int] = [:]
        try dayRows.forEach { row in
            let shown = clock(row.time)
            let number = found.number(shown)
            let place: Int
            if let known = places[number] {
                place = known
            } else {
                place = counted.count
                places[number] = place
                counted.append(Counted())
            }
            counted[place].add(row, found.seconds(shown, day: number))
        }
        for (number, place) in places.sorted(by: { $0.key < $1.key }) {
            guard var day = counted[place].day else { continue }
            day.talkSeconds += counted[place].talkSeconds
            day.wrapSeconds += counted[place].wrapSeconds
            let shown = clock(day.first.milliseconds)
            day.date = CalendarDate(daysSince1970: Int(shown.dividedDown(by: 86_400_000)))
            found.places[number] = found.days.count
            found.days.append(day)
            found.ranges.append(counted[place].ranges)
        }
        return found
    }
}
