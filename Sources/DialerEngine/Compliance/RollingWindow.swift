/// The calls of a window of hours, judged at each live answer.
///
/// An answer is judged once the fate of every call up to it is known. Memory is proportional to the calls of one window.
struct RollingWindow {
    private enum Fate: UInt8 { case open, settled }

    private struct Entry {
        var time: Double
        var fate = Fate.open
        /// Whether it stands in the denominator.
        var counts = false
        /// Whether it stands in the numerator.
        var isAbandoned = false
    }

    private let profile: ComplianceProfile
    private let calendar: CampaignCalendar
    private let length: Double
    private let countsAttempts: Bool
    private var entries: [Entry] = []
    /// The number of the live call that stands first in ``entries``.
    private var firstNumber = 0
    /// Entries before this one have left the window.
    private var start = 0
    /// Entries before this one have been judged.
    private var end = 0
    /// The moments of the attempts, where they are the denominator.
    private var attempts: [Double] = []
    private var attemptsStart = 0
    private var attemptsEnd = 0
    /// The calls of the window that ends with the last judged answer.
    private var inside = ComplianceCount.WindowCount()
    /// All calls whose fate has been judged, and all attempts where they are the denominator.
    private(set) var judged = ComplianceCount.WindowCount()
    /// The answers that have been judged.
    private(set) var judgements = 0
    /// The answers at which the share was too high.
    private(set) var breaches = 0
    /// The highest share of each day, by the day of the answer.
    private(set) var highestOfDays: [Int: ComplianceCount.WindowCount] = [:]

    init(_ profile: ComplianceProfile, calendar: CampaignCalendar) {
        self.profile = profile
        self.calendar = calendar
        length = profile.window.seconds
        countsAttempts = profile.denominator == .attempts
    }

    mutating func attempted(at time: Double) {
        judge(before: time)
        attempts.append(time)
        judged.calls += 1
    }

    mutating func answered(at time: Double) {
        if countsAttempts { judge(before: time) }
        entries.append(Entry(time: time))
    }

    mutating func settled(_ number: Int, counts: Bool, isAbandoned: Bool) {
        let place = number - firstNumber
        entries[place].fate = .settled
        entries[place].counts = counts
        entries[place].isAbandoned = isAbandoned
        if !countsAttempts { judge(before: .infinity) }
        if start > 1024, start * 2 > entries.count {
            entries.removeFirst(start)
            firstNumber += start
            end -= start
            start = 0
        }
        if attemptsStart > 1024, attemptsStart * 2 > attempts.count {
            attempts.removeFirst(attemptsStart)
            attemptsEnd -= attemptsStart
            attemptsStart = 0
        }
    }

    /// Judges the answers before a moment, as far as the fates up to them are known.
    ///
    /// Attempts may be dialled at the very moment of an answer, and stand in its window too.
    mutating func judge(before time: Double) {
        while end < entries.count, entries[end].fate != .open, entries[end].time < time { judgeNext() }
    }

    /// Judges the window that ends with the next answer.
    private mutating func judgeNext() {
        let entry = entries[end]
        end += 1
        judgements += 1
        inside.add(entry.counts, entry.isAbandoned, 1)
        judged.add(entry.counts, entry.isAbandoned, 1)
        while attemptsEnd < attempts.count, attempts[attemptsEnd] <= entry.time {
            attemptsEnd += 1
            inside.calls += 1
        }
        while entries[start].time <= entry.time - length {
            inside.add(entries[start].counts, entries[start].isAbandoned, -1)
            start += 1
        }
        while attemptsStart < attemptsEnd, attempts[attemptsStart] <= entry.time - length {
            inside.calls -= 1
            attemptsStart += 1
        }
        if !profile.complies(abandoned: inside.abandoned, calls: inside.calls) { breaches += 1 }
        guard inside.calls > 0 else { return }
        let day = calendar.day(at: entry.time)
        if let highest = highestOfDays[day], highest.rate >= inside.rate { return }
        highestOfDays[day] = inside
    }
}

extension ComplianceCount.WindowCount {
    fileprivate mutating func add(_ counts: Bool, _ isAbandoned: Bool, _ number: Int) {
        if counts { calls += number }
        if isAbandoned { abandoned += number }
    }
}
