import DialerEngine
import ExactJSON
import SimulationAPI

/// How the times of a shift are read: its length, and the time of the clock at its start.
struct ShiftClock {
    /// When a shift starts unless something else is written, in seconds after midnight.
    static let usualStart = 9 * 3_600.0

    /// When the shift starts, in seconds after midnight.
    let start: Double
    /// How long the shift is, in seconds; nil if that is not known.
    var shift: Double?

    /// - Parameter run: The part of the document that says so; what is wrong with it is reported where it is read.
    init(_ run: FormField?) {
        let silent = FormReport()
        func field(_ name: String) -> FormField? { run?.json[name].map { FormField($0, silent) } }
        start = field("start")?.clockTime() ?? Self.usualStart
        shift = field("shift")?.shift()
    }

    /// The time since the start of the shift of a time by the clock; one before the start belongs to the next date.
    func seconds(at clockTime: Double) -> Double {
        clockTime >= start ? clockTime - start : clockTime + 86_400 - start
    }

    /// A time since the start of the shift, for people: `2 h (11:00)`.
    func text(_ seconds: Double) -> String {
        "\(Duration.text(seconds: seconds)) (\(ClockText.text(start + seconds)))"
    }
}

extension FormField {
    /// A time of a shift, in seconds since its start: a duration, or a time by the clock such as "13:30".
    func shiftTime(_ clock: ShiftClock) -> Double? {
        if let text = json.string, text.utf8.contains(0x3A) {
            guard let time = ClockText.seconds(text) else { return wrongType(Self.wantedTime) }
            return clock.seconds(at: time)
        }
        return duration(allowsZero: true, Self.wantedTime)
    }

    private static let wantedTime = "a time since the start of the shift such as 2h, or by the clock such as \"13:30\""

    /// The time at which a shift starts, in seconds after midnight.
    func clockTime() -> Double? {
        guard let time = json.string.flatMap(ClockText.seconds), time < 86_400 else {
            return wrongType("a time of the clock such as \"09:00\"")
        }
        return time
    }

    /// The length of a shift, in seconds.
    func shift() -> Double? {
        guard let seconds = duration() else { return nil }
        return seconds <= Experiment.longestShift
            ? seconds : fail(.fieldRange, "shift must be at most 30 days (720h)")
    }
}

/// Times of the clock as people write them: `09:00`, `9:00` or `13:30:15`; `24:00` is the end of the day.
package enum ClockText {
    /// The seconds after midnight, 0…86,400; nil if the text is not a time of the clock.
    package static func seconds(_ text: String) -> Double? {
        let parts = text.utf8.split(separator: 0x3A, omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, (1...2).contains(parts[0].count),
            parts.dropFirst().allSatisfy({ $0.count == 2 }),
            parts.joined().allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let numbers = parts.map { $0.reduce(0) { 10 * $0 + Int($1) - 0x30 } }
        guard numbers.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
        let seconds = 3600 * numbers[0] + 60 * numbers[1] + (numbers.count == 3 ? numbers[2] : 0)
        return seconds <= 86_400 ? Double(seconds) : nil
    }

    /// The time of the clock at a number of seconds after a midnight: `13:30`.
    package static func text(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
        let minutes = Int(seconds / 60) % 1_440
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(padded(minutes / 60)):\(padded(minutes % 60))"
    }

    /// The minute of the clock that is nearest to a number of seconds after a midnight.
    package static func nearest(_ seconds: Double) -> String { text(60 * (seconds / 60).rounded()) }
}
