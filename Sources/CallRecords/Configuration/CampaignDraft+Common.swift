import DialerEngine
import ExactJSON
import ScenarioFile

// What the configurations of several dialers have alike.
extension CampaignDraft {
    // Reasons that several dialers have.
    static let sameTarget = "the dialer's law is not public; this policy has the same target for abandoned calls"
    static let onlyTarget = "the law is not public, so only its target for abandoned calls is the same"
    static let noNumber = "the policy finds the number of calls from its target for abandoned calls"
    static let noAgents = "a campaign without agents abandons no call, because there is no agent to wait for"

    /// The name of the scenario.
    mutating func readName(_ names: String...) {
        guard let index = sheet.first(names, under: nil), let text = sheet.text(index) else { return }
        let name = CommentedScenario.name(text)
        guard !name.isEmpty else { return }
        put(.string(name), to: "name", comment: sheet.title(index))
        sheet.mark(index, .mapped, to: "name", "the name of the scenario")
    }

    /// A limit on abandoned calls in percent: what the policy aims at, if it has an aim, and the limit of a rule.
    ///
    /// - Parameter target: The parameter of the policy; nil for a policy without.
    mutating func readAbandonLimit(
        _ index: Int?,
        target: String?,
        rule name: String,
        window: JSONValue,
        _ state: ImportedSetting.State = .approximated,
        because why: String
    ) {
        guard let index, let limit = percent(index, isTarget: target != nil) else { return }
        addRule("name", .string(name), from: nil)
        addRule("limit", limit, from: index)
        addRule("window", window, from: nil)
        if let target {
            put(index, limit, to: target, state, "\(why); the rule \(name) has the same limit")
        } else {
            sheet.mark(index, state, to: "compliance.0.limit", why)
        }
    }

    /// The seconds of a clock time such as `08:00`, `8:00 AM`, `T09:00`, `0900`; nil for other text.
    static func clock(_ text: String) -> Int? {
        var rest = text.uppercased()[...]
        if rest.hasPrefix("T") { rest.removeFirst() }
        let isAfternoon = rest.hasSuffix("PM")
        let hasHalf = isAfternoon || rest.hasSuffix("AM")
        if hasHalf { rest.removeLast(2) }
        while rest.last == " " || rest.last == "Z" { rest.removeLast() }
        if !rest.contains(":"), (3...4).contains(rest.count) {
            rest.insert(":", at: rest.index(rest.endIndex, offsetBy: -2))
        }
        guard let time = ClockText.seconds(String(rest)) else { return nil }
        let minutes = Int(time / 60)
        guard hasHalf else { return minutes * 60 }
        guard (1...12).contains(minutes / 60) else { return nil }
        return (minutes / 60 % 12 + (isAfternoon ? 12 : 0)) * 3600 + minutes % 60 * 60
    }

    /// A length in whole minutes as a scenario writes it, `8h`, `7h30m`.
    static func lengthText(_ seconds: Int) -> String {
        let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60)
        return (hours > 0 ? "\(hours)h" : "") + (minutes > 0 || hours == 0 ? "\(minutes)m" : "")
    }

    /// A duration of whole seconds as a scenario writes it, `90s`, `2h`.
    static func spanText(_ seconds: Int) -> JSONValue {
        .string(seconds > 0 && seconds % 60 == 0 ? lengthText(seconds) : "\(seconds)s")
    }

    /// The shift between two clock times, over midnight if the second is earlier.
    mutating func readShift(start: Int?, end: Int?) {
        guard let start else {
            if let end { sheet.mark(end, .ignored, "the file does not say when the shift begins") }
            return
        }
        guard let from = sheet.text(start).flatMap(Self.clock), from < 86_400 else {
            sheet.mark(start, .ignored, "its value cannot be read as a clock time, such as 08:00")
            if let end { sheet.mark(end, .ignored, "the file does not say when the shift begins") }
            return
        }
        put(start, .string(ClockText.text(Double(from))), to: "run.start", .mapped, "the start of the shift")
        guard let end else { return }
        guard let to = sheet.text(end).flatMap(Self.clock) else {
            return sheet.mark(end, .ignored, "its value cannot be read as a clock time, such as 08:00")
        }
        let length = (to - from + 86_400) % 86_400
        let shift = length == 0 ? 86_400 : length
        put(end, .string(Self.lengthText(shift)), to: "run.shift", .mapped, "the end of the shift")
    }

    /// A duration that is written as days, hours, minutes and seconds, in whole seconds.
    ///
    /// - Parameter parent: The section that it stands in, if other sections have one of the same name.
    /// - Returns: nil if the setting is missing; a part that cannot be read as a number is ignored, with the reason.
    mutating func span(_ name: String, in parent: String? = nil) -> (seconds: Int, leaves: [Int])? {
        var total = 0
        var leaves: [Int] = []
        let units = ["days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1]
        var all = sheet.all(under: name, in: parent)
        if let single = sheet.first(name, under: parent) { all.append(single) }
        for index in all {
            guard let unit = units[sheet.word(index)] ?? (sheet.word(index) == SettingsSheet.word(name) ? 1 : nil),
                let count = integer(index, 0...10_000_000)
            else { continue }
            total += count * unit
            leaves.append(index)
        }
        guard !leaves.isEmpty, total <= 86_400 * 365 else {
            for index in leaves { sheet.mark(index, .ignored, "it is longer than a year") }
            return nil
        }
        return (total, leaves)
    }

    /// Sets a value that several leaves give together.
    mutating func put(
        _ leaves: [Int],
        _ value: JSONValue,
        to path: String,
        comment: String,
        _ state: ImportedSetting.State,
        _ why: String
    ) {
        put(value, to: path, comment: comment)
        for index in leaves { sheet.mark(index, state, to: path, why) }
    }

    /// One delay for the retries of all outcomes.
    mutating func putRetries(_ leaves: [Int], _ delay: JSONValue, comment: String, _ why: String) {
        for ending in ContactList.Ending.allCases {
            put(delay, to: "list.retry.\(ending.rawValue)", comment: comment)
        }
        for index in leaves { sheet.mark(index, .approximated, to: "list.retry", why) }
    }
}
