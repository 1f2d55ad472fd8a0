/// Counts the calls of one replication under one profile.
///
/// Answered calls belong to the window of their answer, attempts to that of their dialling. The fate of a call is known
/// later, so a few belong to a window that has passed; fixed windows take them at any time, a rolling one waits until every
/// earlier fate is known.
struct ComplianceRecorder {
    /// Moments that should coincide may differ by roundings of this size, in seconds.
    private static let tolerance = 1e-6

    private var count: ComplianceCount
    private let clock: ComplianceProfile.Clock
    private let seconds: Double
    private let falsePositives: ComplianceProfile.FalsePositives
    private let countsEarlyHangUps: Bool
    private let denominator: ComplianceProfile.Denominator
    private let minimumRinging: Double
    private let calendar: CampaignCalendar
    private var window: CalendarWindow
    private var windowCount = ComplianceCount.WindowCount()
    private let isRolling: Bool
    private var rolling: RollingWindow
    private var attemptLimit: AttemptLimitRecorder?
    /// The calls of each piece of the course that has ended.
    private(set) var pieces: [ComplianceCount.WindowCount] = []
    private var beforePiece = ComplianceCount.WindowCount()

    init(_ profile: ComplianceProfile, calendar: CampaignCalendar) {
        count = ComplianceCount(profile)
        clock = profile.clock
        seconds = profile.seconds + Self.tolerance
        falsePositives = profile.falsePositives
        countsEarlyHangUps = profile.countsEarlyHangUps
        denominator = profile.denominator
        minimumRinging = profile.minimumRinging ?? 0
        self.calendar = calendar
        window = calendar.window(profile.window, at: 0)
        isRolling = profile.window.isRolling
        rolling = RollingWindow(profile, calendar: calendar)
        attemptLimit = profile.attemptLimit.map { AttemptLimitRecorder($0) }
    }

    /// A call was dialled; the contact is -1 without a list.
    mutating func dialled(contact: Int32, at time: Double) {
        attemptLimit?.dialled(contact, at: time)
        guard attemptLimit == nil, denominator == .attempts else { return }
        if isRolling {
            rolling.attempted(at: time)
        } else {
            turn(to: time)
            windowCount.calls &+= 1
        }
    }

    /// A person answered: the answers of a campaign are numbered from 0.
    @inline(__always)
    mutating func answered(at time: Double) {
        if isRolling { rolling.answered(at: time) }
    }

    @inline(__always)
    mutating func connected(_ call: borrowing Call, at time: Double) {
        settle(call, counts: denominator != .attempts, isAbandoned: time - clockStart(call) > seconds)
    }

    mutating func abandoned(_ call: borrowing Call, at time: Double) {
        let isLate = time - clockStart(call) > seconds
        settle(call, counts: denominator == .live, isAbandoned: isLate || countsEarlyHangUps)
    }

    mutating func droppedAsMachine(_ call: borrowing Call) {
        settle(
            call,
            counts: denominator == .live && falsePositives != .leftOut,
            isAbandoned: falsePositives == .abandoned
        )
    }

    /// A call ended without an answer after it rang for this many seconds.
    mutating func ended(_ outcome: AttemptOutcome, after seconds: Double) {
        if outcome == .noAnswer, seconds < minimumRinging { count.shortRings += 1 }
    }

    @inline(__always)
    private func clockStart(_ call: borrowing Call) -> Double {
        switch clock {
        case .answer: call.answeredAt
        case .greetingStart: call.answeredAt + call.screening.greetingStart
        case .greetingEnd: call.answeredAt + call.screening.greetingEnd
        }
    }

    /// The fate of an answered call is known: whether it stands in the denominator, and whether in the numerator.
    @inline(__always)
    private mutating func settle(_ call: borrowing Call, counts: Bool, isAbandoned: Bool) {
        if isRolling {
            rolling.settled(call.liveNumber, counts: counts, isAbandoned: isAbandoned)
        } else {
            turn(to: call.answeredAt)
            if counts { windowCount.calls &+= 1 }
            if isAbandoned { windowCount.abandoned &+= 1 }
        }
    }

    /// Makes the window of a moment the current one.
    @inline(__always)
    private mutating func turn(to time: Double) {
        if time >= window.end || time < window.start { changeWindow(to: time) }
    }

    @inline(never)
    private mutating func changeWindow(to time: Double) {
        store()
        window = calendar.window(count.profile.window, at: time)
        let index = window.index
        windowCount = count.windows.indices.contains(index) ? count.windows[index] : ComplianceCount.WindowCount()
    }

    private mutating func store() {
        while count.windows.count <= window.index { count.windows.append(ComplianceCount.WindowCount()) }
        count.windows[window.index] = windowCount
    }

    /// Returns the calls of the replication until now.
    private mutating func total() -> ComplianceCount.WindowCount {
        if isRolling {
            rolling.judge(before: .infinity)
            return rolling.judged
        }
        store()
        return count.windows.reduce(into: ComplianceCount.WindowCount()) { total, window in
            total.calls += window.calls
            total.abandoned += window.abandoned
        }
    }

    mutating func cut() {
        let total = total()
        var piece = total
        piece.calls -= beforePiece.calls
        piece.abandoned -= beforePiece.abandoned
        pieces.append(piece)
        beforePiece = total
    }

    /// Returns the counts at the end of the replication.
    mutating func finish() -> ComplianceCount {
        if let attemptLimit {
            (count.judgedWindows, count.breachedWindows) = (attemptLimit.contacts, attemptLimit.contactsOver)
            return count
        }
        let total = total()
        (count.calls, count.abandoned) = (total.calls, total.abandoned)
        if isRolling {
            (count.judgedWindows, count.breachedWindows) = (rolling.judgements, rolling.breaches)
            count.highestOfDays = rolling.highestOfDays
        } else {
            let judged = count.windows.filter { $0.calls > 0 || $0.abandoned > 0 }
            count.judgedWindows = judged.count
            count.breachedWindows = judged.count { !count.profile.complies(abandoned: $0.abandoned, calls: $0.calls) }
        }
        return count
    }
}
