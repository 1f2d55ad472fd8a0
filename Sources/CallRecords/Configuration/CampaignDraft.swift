import Addresses
import DialerEngine
import ExactJSON
import ScenarioFile

/// A dialer's configuration while it is read: each setting that is taken becomes a value of the scenario.
struct CampaignDraft {
    /// A value with the comment that says which setting it comes from.
    struct DraftPart {
        var value: JSONValue
        var comment: String
    }

    var sheet: SettingsSheet
    /// The policy; progressive, until a setting says otherwise.
    private(set) var policy = PacingName.progressive
    /// Behind the policy.
    var policyComment: String?
    /// Values by their dotted paths.
    private(set) var parts: [String: DraftPart] = [:]
    /// The members of a rule of the dialer's own, in order.
    private(set) var rule: [JSONValue.Member] = []
    /// The setting that the rule comes from.
    private(set) var ruleComment = ""
    /// Paths of values that are written and that nothing supports.
    private(set) var assumed: [String] = []

    init(_ tree: JSONValue, scope: [String]) { sheet = SettingsSheet(tree, scope: scope) }

    // MARK: The policy

    /// The setting that names the policy.
    ///
    /// - Parameter section: The section that names it, if the setting is only the first one there.
    mutating func take(
        _ index: Int?,
        in section: String? = nil,
        _ policy: PacingName,
        _ state: ImportedSetting.State,
        _ why: String
    ) {
        self.policy = policy
        guard let index else {
            policyComment = why
            return
        }
        policyComment = section ?? comment(index)
        let why = section.map { "it stands for its section \($0): \(why)" } ?? why
        sheet.mark(index, state, to: policy == .progressive ? "pacing" : "pacing.\(policy.rawValue)", why)
    }

    /// A dialer that has no agents, or does not dial by itself.
    mutating func refuse(_ index: Int?, in section: String? = nil, _ why: String) {
        take(index, in: section, .progressive, .approximated, why)
        if index == nil { assumed.append("pacing") }
    }

    // MARK: Values

    /// Sets a value that a setting gives.
    mutating func put(
        _ index: Int,
        _ value: JSONValue,
        to path: String,
        _ state: ImportedSetting.State,
        _ why: String
    ) {
        guard parts[path] == nil else {
            sheet.mark(index, .ignored, "another setting of the file gives \(path)")
            return
        }
        parts[path] = DraftPart(value: value, comment: comment(index))
        sheet.mark(index, state, to: path, why)
    }

    /// Sets a value that no setting gives by itself.
    mutating func put(_ value: JSONValue, to path: String, comment: String) {
        parts[path] = DraftPart(value: value, comment: comment)
    }

    mutating func assume(_ path: String) { assumed.append(path) }

    /// The setting as comments name it, with its value.
    func comment(_ index: Int) -> String {
        "\(sheet.title(index)) \(PrintableText.excerpt(sheet.text(index) ?? "", to: 40))"
    }

    // MARK: Numbers

    /// A number within bounds; a setting that is something else is ignored, with the reason.
    mutating func number(_ index: Int?, _ bounds: Bounds) -> ExactDecimal? {
        guard let index else { return nil }
        guard sheet.text(index) != nil else {
            sheet.mark(index, .ignored, "it has no value")
            return nil
        }
        // Scenarios write shares and durations without powers of ten.
        guard let number = sheet.number(index), !number.description.contains("e") else {
            sheet.mark(index, .ignored, "its value cannot be read as a number")
            return nil
        }
        guard bounds.contains(number.doubleValue) else {
            sheet.mark(index, .ignored, "its value must be \(bounds) in a scenario")
            return nil
        }
        return number
    }

    mutating func integer(_ index: Int?, _ range: ClosedRange<Int>) -> Int? {
        guard let number = number(index, .within(range)), let index else { return nil }
        guard let integer = number.integerValue else {
            sheet.mark(index, .ignored, "its value cannot be read as a whole number")
            return nil
        }
        return integer
    }

    /// A number as it stands.
    mutating func putNumber(
        _ index: Int?,
        _ bounds: Bounds,
        to path: String,
        _ state: ImportedSetting.State = .mapped,
        because why: String
    ) {
        guard let index, let number = number(index, bounds) else { return }
        // A factor has nine places; a text such as 1.0 stays as it is.
        guard let billionths = number.units(places: 9), bounds.contains(Double(billionths) / 1e9) else {
            return sheet.mark(index, .ignored, "its value must be \(bounds) in a scenario")
        }
        put(index, .number(number.description), to: path, state, why)
    }

    mutating func putInteger(
        _ index: Int?,
        _ range: ClosedRange<Int>,
        to path: String,
        because why: String
    ) {
        guard let index, let integer = integer(index, range) else { return }
        put(index, .integer(integer), to: path, .mapped, why)
    }

    /// A duration in seconds (`s`) or minutes (`m`).
    mutating func duration(_ index: Int?, unit: String) -> JSONValue? {
        let most = unit == "m" ? 60.0 * 24 * 365 : 86_400
        return number(index, .within(0...most)).map { .string($0.description + unit) }
    }

    /// A number of seconds that is always the same, as the distribution of a time.
    mutating func putConstant(_ index: Int?, to path: String, because why: String) {
        guard let index, let value = duration(index, unit: "s") else { return }
        put(index, ["constant": value], to: path, .mapped, why)
    }

    /// A number of minutes.
    mutating func putMinutes(_ index: Int?, to path: String, because why: String) {
        guard let index, let value = duration(index, unit: "m") else { return }
        put(index, value, to: path, .mapped, why)
    }

    /// A share in percent as a scenario writes it, `3%`; one of 100 % limits nothing.
    ///
    /// - Parameter isTarget: Whether a parameter of the policy comes from it, which has to have a value.
    mutating func percent(_ index: Int?, isTarget: Bool) -> JSONValue? {
        guard let index, let number = number(index, .within(0...100)) else { return nil }
        guard number.doubleValue < 100 else {
            let assumption = isTarget ? "; the policy needs a limit, so its usual one is assumed" : ""
            sheet.mark(index, .ignored, "100 % limits nothing\(assumption)")
            return nil
        }
        return .string(number.description + "%")
    }

    // MARK: A rule of the dialer's own

    /// Adds a member of the rule; the first one is its name.
    mutating func addRule(_ name: String, _ value: JSONValue, from index: Int?) {
        guard !rule.contains(where: { $0.name == name }) else { return }
        rule.append(.init(name, value))
        if let index, ruleComment.isEmpty { ruleComment = comment(index) }
    }
}
