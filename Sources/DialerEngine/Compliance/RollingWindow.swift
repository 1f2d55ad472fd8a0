/// The live calls of a window of hours, judged at each live answer.
///
/// An answer is judged once the fate of every call up to it is known. Memory is proportional to the live calls of one
/// window.
struct RollingWindow {
    private enum Fate: UInt8 { case open, connected, abandoned }

    private struct Entry {
        var time: Double
        var fate: Fate
    }

    private let profile: ComplianceProfile
    private let length: Double
    private var entries: [Entry] = []
    /// The number of the live call that stands first in ``entries``.
    private var firstNumber = 0
    /// Entries before this one have left the window.
    private var start = 0
    /// Entries before this one have been judged.
    private var end = 0
    private var abandonedInside = 0
    /// The live calls that have been judged.
    private(set) var judged = ComplianceCount.Window()
    /// The answers at which the share was too high.
    private(set) var breaches = 0

    init(_ profile: ComplianceProfile) {
        self.profile = profile
        length = profile.window.seconds
    }

    mutating func answered(at time: Double) { entries.append(Entry(time: time, fate: .open)) }

    mutating func settled(_ number: Int, isAbandoned: Bool) {
        entries[number - firstNumber].fate = isAbandoned ? .abandoned : .connected
        while end < entries.count, entries[end].fate != .open { judge() }
        if start > 1024, start * 2 > entries.count {
            entries.removeFirst(start)
            firstNumber += start
            end -= start
            start = 0
        }
    }

    /// Judges the window that ends with the next answer.
    private mutating func judge() {
        let entry = entries[end]
        end += 1
        judged.live += 1
        if entry.fate == .abandoned {
            judged.abandoned += 1
            abandonedInside += 1
        }
        while entries[start].time <= entry.time - length {
            if entries[start].fate == .abandoned { abandonedInside -= 1 }
            start += 1
        }
        if !profile.complies(abandoned: abandonedInside, live: end - start) { breaches += 1 }
    }
}
