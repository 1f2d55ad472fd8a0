import ExactJSON
import SimulationAPI

extension ScenarioReader {
    /// The names of all faults that are written as a word alone.
    private static let plainFaults: [FaultPlan.Fault] = [
        .reset, .resetAfterCommit, .hang, .emptyResponse, .malformedJSON, .truncatedBody, .expireToken, .drop,
        .duplicate, .reorder, .badSignature, .stall,
    ]

    mutating func faultPlan(_ element: Element) -> FaultPlan? {
        guard let fields = fields(element, known: ["seed", "faults"]) else { return nil }
        let seed = fields["seed"].map { integer($0, in: 0...Int(UInt32.max)) } ?? 1
        let rules = required(fields, "faults").flatMap { list($0) }?.map { faultRule($0) }
        guard let seed, let rules, !rules.contains(nil) else { return nil }
        return FaultPlan(seed: UInt32(seed), rules: rules.compactMap { $0 })
    }

    private mutating func faultRule(_ element: Element) -> FaultPlan.Rule? {
        guard let fields = fields(element, known: ["on", "when", "fault"]) else { return nil }
        let point = required(fields, "on").flatMap { choice($0, FaultPlan.Point.self) }
        let when = fields["when"].map { faultTiming($0) } ?? .always
        guard let place = required(fields, "fault"), let fault = fault(place) else { return nil }
        guard let point, let when else { return nil }
        let names = FaultPlan.Fault.names(at: point)
        guard names.contains(fault.name) else {
            report(
                place,
                .faultInvalid,
                "\(fault.name) cannot happen on \(point.rawValue); there it is \(names.joined(separator: ", "))"
            )
            return nil
        }
        return FaultPlan.Rule(on: point, when: when, fault)
    }

    private mutating func faultTiming(_ element: Element) -> FaultPlan.When? {
        if element.node.json == "always" { return .always }
        let known = ["first", "every", "nth", "probability"]
        guard case .mapping = element.node.content, let fields = fields(element, known: known) else {
            reportType(element, "always, {first: n}, {every: n}, {nth: n} or {probability: p}")
            return nil
        }
        guard fields.members.count == 1, let member = fields.members.first, let value = fields[member.name] else {
            report(element, .faultInvalid, "when names one of \(known.joined(separator: ", "))")
            return nil
        }
        let counts = 1...1_000_000_000
        switch member.name {
        case "first": return integer(value, in: counts).map { .first($0) }
        case "every": return integer(value, in: counts).map { .every($0) }
        case "nth": return integer(value, in: counts).map { .nth($0) }
        case "probability": return rate(value, .probabilityRange).map { .probability($0.doubleValue) }
        default: return nil
        }
    }

    private mutating func fault(_ element: Element) -> FaultPlan.Fault? {
        let valued = ["status", "delay", "slowBody", "late", "failSimulation"]
        let words = Self.plainFaults.map(\.name)
        if let word = element.node.json.string {
            if let fault = Self.plainFaults.first(where: { $0.name == word }) { return fault }
            let advice = Suggestion.quoted(word, among: words + valued)
            report(element, .fieldUnknown, "unknown fault \(advice)")
            return nil
        }
        guard case .mapping = element.node.content else {
            reportType(element, "a fault such as reset or {status: 503}")
            return nil
        }
        let known = valued + ["retryAfter"]
        guard let fields = fields(element, known: known, of: "fault") else { return nil }
        let names = fields.members.map(\.name).filter { valued.contains($0) }
        guard names.count == 1, let name = names.first, let value = fields[name] else {
            if fields.members.allSatisfy({ known.contains($0.name) }) {
                report(element, .faultInvalid, "fault names one of \((words + valued).joined(separator: ", "))")
            }
            return nil
        }
        if let retryAfter = fields["retryAfter"], name != "status" {
            report(retryAfter, .faultInvalid, "retryAfter goes with status alone")
            return nil
        }
        return valuedFault(name, value, fields)
    }

    private mutating func valuedFault(_ name: String, _ value: Element, _ fields: Fields) -> FaultPlan.Fault? {
        switch name {
        case "status":
            let retryAfter = fields["retryAfter"].map { duration($0, allowsZero: true) }
            guard let status = integer(value, in: 200...599) else { return nil }
            if case .some(.none) = retryAfter { return nil }
            return .status(status, retryAfter: retryAfter ?? nil)
        case "delay": return duration(value, allowsZero: true).map { .delay($0) }
        case "late": return duration(value).map { .late($0) }
        case "failSimulation": return identifier(value, longest: 64).map { .failSimulation($0) }
        case "slowBody":
            guard let body = self.fields(value, known: ["bytesPerSecond"]) else { return nil }
            let rate = required(body, "bytesPerSecond").flatMap { integer($0, in: 1...1_000_000_000) }
            return rate.map { .slowBody(bytesPerSecond: $0) }
        default: return nil
        }
    }
}
