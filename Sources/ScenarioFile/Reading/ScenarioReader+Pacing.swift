import ExactJSON
import SimulationAPI

extension ScenarioReader {
    mutating func pacing(_ element: Element) -> Scenario.Pacing? {
        if let name = element.node.json.string {
            let empty = YAMLNode(.mapping([]), at: element.node.place)
            guard Scenario.Pacing.names.contains(name) else {
                let advice = Suggestion.quoted(name, among: Scenario.Pacing.names)
                report(element, .fieldUnknown, "unknown pacing policy \(advice)")
                return nil
            }
            return policy(name, Element(node: empty, pointer: element.pointer.appending(name)))
        }
        guard case .mapping = element.node.content else {
            reportType(element, "a policy such as progressive or {power: {linesPerAgent: 2}}")
            return nil
        }
        guard let fields = fields(element, known: Scenario.Pacing.names, of: "pacing policy") else { return nil }
        let written = fields.members.filter { Scenario.Pacing.names.contains($0.name) }
        guard let member = written.first, written.count == 1, var body = fields[member.name] else {
            if written.count > 1 {
                let names = written.map(\.name).joined(separator: " and ")
                report(element, .pacingInvalid, "pacing names \(names); a scenario has one policy")
            } else if fields.members.isEmpty {
                report(element, .pacingInvalid, "pacing names no policy, such as progressive")
            }
            return nil
        }
        if body.node.isNull { body.node.content = .mapping([]) }
        return fields.members.count == 1 ? policy(member.name, body) : nil
    }

    private mutating func policy(_ name: String, _ body: Element) -> Scenario.Pacing? {
        switch name {
        case "power":
            return single(body, "linesPerAgent") { $0.number($1, from: 0, to: 1_000, above: true) }
                .map { .power(linesPerAgent: $0) }
        case "fixedLines":
            return single(body, "lines") { $0.integer($1, in: 1...1_000_000) }.map { .fixedLines($0) }
        case "poisson":
            return single(body, "callsPerHour") { $0.number($1, from: 0, to: 1_000_000_000, above: true) }
                .map { .poisson(callsPerHour: $0.doubleValue) }
        case "ratio":
            return single(body, "level") { $0.number($1, from: 0, to: 1_000, above: true) }.map { .ratio(level: $0) }
        case "vicidial": return vicidial(body)
        case "lookahead": return lookahead(body)
        case "feedback": return feedback(body)
        default: return fields(body, known: []).flatMap { $0.members.isEmpty ? .progressive : nil }
        }
    }

    /// A policy with one parameter that must be there.
    private mutating func single<Value>(
        _ body: Element,
        _ name: String,
        _ read: (inout ScenarioReader, Element) -> Value?
    ) -> Value? {
        guard let fields = fields(body, known: [name]) else { return nil }
        let parameter: Element? = required(fields, name)
        return parameter.flatMap { read(&self, $0) }
    }

    private mutating func vicidial(_ body: Element) -> Scenario.Pacing? {
        let known = ["method", "dropLimit", "target", "intensity", "maxLevel", "initialLevel"]
        guard let fields = fields(body, known: known) else { return nil }
        var policy = Scenario.Pacing.Vicidial()
        if let field = fields["method"], let value = choice(field, Scenario.Pacing.Vicidial.Method.self) {
            policy.method = value
        }
        if let field = fields["dropLimit"], let value = rate(field) { policy.dropLimit = value }
        if let field = fields["target"], let value = number(field, from: -1_000, to: 1_000) {
            policy.target = value.doubleValue
        }
        if let field = fields["intensity"], let value = number(field, from: -100, to: 100) {
            policy.intensity = value.doubleValue
        }
        if let field = fields["maxLevel"], let value = number(field, from: 1, to: 1_000) { policy.maxLevel = value }
        if let field = fields["initialLevel"], let value = number(field, from: 1, to: 1_000) {
            policy.initialLevel = value
        }
        if policy.initialLevel > policy.maxLevel {
            let levels = "\(policy.initialLevel.clipped) is above maxLevel \(policy.maxLevel.clipped)"
            report(fields["initialLevel"] ?? body, .pacingInvalid, "initialLevel \(levels)")
        }
        return .vicidial(policy)
    }

    private mutating func lookahead(_ body: Element) -> Scenario.Pacing? {
        guard let fields = fields(body, known: ["abandonTarget", "horizon"]) else { return nil }
        var policy = Scenario.Pacing.Lookahead()
        if let field = fields["abandonTarget"], let value = rate(field) { policy.abandonTarget = value }
        policy.horizon = fields["horizon"].flatMap { duration($0) }
        return .lookahead(policy)
    }

    private mutating func feedback(_ body: Element) -> Scenario.Pacing? {
        guard let fields = fields(body, known: ["abandonTarget", "maxLinesPerAgent", "gain", "pace"]) else {
            return nil
        }
        var policy = Scenario.Pacing.Feedback()
        if let field = fields["abandonTarget"], let value = rate(field) { policy.abandonTarget = value }
        if let field = fields["maxLinesPerAgent"], let value = number(field, from: 1, to: 1_000) {
            policy.maxLinesPerAgent = value
        }
        if let field = fields["gain"], let value = number(field, from: 0, to: 100) { policy.gain = value.doubleValue }
        if let field = fields["pace"], let value = integer(field, in: 1...1_000_000) { policy.pace = value }
        return .feedback(policy)
    }
}
