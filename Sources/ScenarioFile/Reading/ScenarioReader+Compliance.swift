import ExactJSON
import SimulationAPI

extension ScenarioReader {
    mutating func compliance(_ element: Element) -> [Scenario.ComplianceRule]? {
        guard let elements = list(element) else { return nil }
        var rules: [Scenario.ComplianceRule] = []
        for element in elements {
            guard let rule = complianceRule(element) else { continue }
            if rules.contains(where: { $0.name == rule.name }) {
                report(element, .complianceDuplicate, "\"\(rule.name)\" stands twice")
            }
            rules.append(rule)
        }
        return rules
    }

    private mutating func complianceRule(_ element: Element) -> Scenario.ComplianceRule? {
        let names = Scenario.ComplianceProfileName.allCases.map(\.rawValue)
        if let name = element.node.json.string {
            if let profile = Scenario.ComplianceProfileName(rawValue: name) { return .named(profile) }
            report(element, .complianceProfile, "unknown compliance profile \(Suggestion.quoted(name, among: names))")
            return nil
        }
        guard case .mapping = element.node.content else {
            reportType(element, "the name of a profile, or a definition")
            return nil
        }
        return complianceDefinition(element, builtIn: names).map { .custom($0) }
    }

    private mutating func complianceDefinition(
        _ element: Element,
        builtIn: [String]
    ) -> Scenario.ComplianceDefinition? {
        let known = ["name", "limit", "window", "clockFrom", "seconds", "countFalsePositives"]
        guard let fields = fields(element, known: known) else { return nil }
        let name = required(fields, "name").flatMap { identifier($0, longest: 64) }
        if let name, builtIn.contains(name), let field = fields["name"] {
            report(field, .complianceDuplicate, "\"\(name)\" is a profile of its own; choose another name")
        }
        let limit = required(fields, "limit").flatMap { rate($0) }
        let window = required(fields, "window").flatMap { self.window($0) }
        let clock = fields["clockFrom"].flatMap { choice($0, Scenario.ComplianceDefinition.Clock.self) }
        let seconds = fields["seconds"].flatMap { duration($0, allowsZero: true) }
        let countsFalsePositives = fields["countFalsePositives"].flatMap { boolean($0) }
        guard let name, let limit, let window else { return nil }
        var definition = Scenario.ComplianceDefinition(name: name, limit: limit, window: window)
        if let clock { definition.clockFrom = clock }
        if let seconds { definition.seconds = seconds }
        if let countsFalsePositives { definition.countFalsePositives = countsFalsePositives }
        return definition
    }

    /// `calendarDay`, or `{rollingHours: 24}`; without a number rolling hours are 24.
    private mutating func window(_ element: Element) -> Scenario.ComplianceDefinition.Window? {
        let words = ["campaign30dBlocks", "calendarDay", "calendarMonth", "rollingHours"]
        if case .mapping = element.node.content {
            guard let fields = fields(element, known: ["rollingHours"]), fields.members.count <= 1 else { return nil }
            return required(fields, "rollingHours").flatMap { number($0, from: 0, to: 720, above: true) }
                .map { .rollingHours($0.doubleValue) }
        }
        let wanted = "campaign30dBlocks, calendarDay, calendarMonth or {rollingHours: 24}"
        guard let word = text(element, wanted) else { return nil }
        switch word {
        case "campaign30dBlocks": return .campaign30DayBlocks
        case "calendarDay": return .calendarDay
        case "calendarMonth": return .calendarMonth
        case "rollingHours": return .rollingHours(24)
        default:
            report(element, .fieldType, "window must be \(wanted), not \(Suggestion.quoted(word, among: words))")
            return nil
        }
    }
}
