/// Counts the live calls of one replication under one profile.
///
/// Calls are assigned to windows by the moment of their answer. They arrive when their fate is known, so a few belong to
/// a window that has passed; fixed windows take them at any time, a rolling one waits until every earlier fate is known.
struct ComplianceRecorder {
    /// Moments that should coincide may differ by roundings of this size, in seconds.
    private static let tolerance = 1e-6

    private var count: ComplianceCount
    private let clock: ComplianceProfile.Clock
    private let seconds: Double
    private let countsFalsePositives: Bool
    private let minimumRinging: Double
    private let windowLength: Double
    private var windowStart = 0.0
    private var windowEnd: Double
    private var windowIndex = 0
    private var window = ComplianceCount.Window()
    private let isRolling: Bool
    private var rolling: RollingWindow
    /// The calls of each piece of the course that has ended.
    private(set) var pieces: [ComplianceCount.Window] = []
    private var beforePiece = ComplianceCount.Window()

    init(_ profile: ComplianceProfile) {
        count = ComplianceCount(profile)
        clock = profile.clock
        seconds = profile.seconds + Self.tolerance
        countsFalsePositives = profile.countsFalsePositives
        minimumRinging = profile.minimumRinging ?? 0
        windowLength = profile.window.seconds
        windowEnd = windowLength
        isRolling = profile.window.isRolling
        rolling = RollingWindow(profile)
    }

    /// A person answered: the answers of a campaign are numbered from 0.
    @inline(__always)
    mutating func answered(at time: Double) {
        if isRolling { rolling.answered(at: time) }
    }

    @inline(__always)
    mutating func connected(_ call: borrowing Call, at time: Double) {
        let start =
            switch clock {
            case .answer: call.answeredAt
            case .greetingStart: call.answeredAt + call.screening.greetingStart
            case .greetingEnd: call.answeredAt + call.screening.greetingEnd
            }
        note(call, isAbandoned: time - start > seconds)
    }

    mutating func abandoned(_ call: borrowing Call) { note(call, isAbandoned: true) }

    mutating func droppedAsMachine(_ call: borrowing Call) { note(call, isAbandoned: countsFalsePositives) }

    /// A call ended without an answer after it rang for this many seconds.
    mutating func ended(_ outcome: AttemptOutcome, after seconds: Double) {
        if outcome == .noAnswer, seconds < minimumRinging { count.shortRings += 1 }
    }

    @inline(__always)
    private mutating func note(_ call: borrowing Call, isAbandoned: Bool) {
        if isRolling {
            rolling.settled(call.liveNumber, isAbandoned: isAbandoned)
        } else {
            let answer = call.answeredAt
            if answer >= windowEnd || answer < windowStart { turn(to: answer) }
            window.live &+= 1
            if isAbandoned { window.abandoned &+= 1 }
        }
    }

    /// Makes the window of a moment the current one.
    private mutating func turn(to time: Double) {
        store()
        windowIndex = Int(time / windowLength)
        windowStart = Double(windowIndex) * windowLength
        windowEnd = Double(windowIndex + 1) * windowLength
        window = count.windows.indices.contains(windowIndex) ? count.windows[windowIndex] : ComplianceCount.Window()
    }

    private mutating func store() {
        while count.windows.count <= windowIndex { count.windows.append(ComplianceCount.Window()) }
        count.windows[windowIndex] = window
    }

    /// Returns the calls of the replication until now.
    private mutating func total() -> ComplianceCount.Window {
        if isRolling { return rolling.judged }
        store()
        return count.windows.reduce(into: ComplianceCount.Window()) { total, window in
            total.live += window.live
            total.abandoned += window.abandoned
        }
    }

    mutating func cut() {
        let total = total()
        var piece = total
        piece.live -= beforePiece.live
        piece.abandoned -= beforePiece.abandoned
        pieces.append(piece)
        beforePiece = total
    }

    /// Returns the counts at the end of the replication.
    mutating func finish() -> ComplianceCount {
        let total = total()
        (count.live, count.abandoned) = (total.live, total.abandoned)
        if isRolling {
            (count.judgedWindows, count.breachedWindows) = (total.live, rolling.breaches)
        } else {
            let judged = count.windows.filter { $0.live > 0 }
            count.judgedWindows = judged.count
            count.breachedWindows = judged.count { !count.profile.complies(abandoned: $0.abandoned, live: $0.live) }
        }
        return count
    }
}
