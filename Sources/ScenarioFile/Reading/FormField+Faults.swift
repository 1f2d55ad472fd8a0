import ExactJSON
import SimulationAPI

extension FormField {
    /// Every fault that a word alone stands for.
    private static let plainFaults: [FaultPlan.Fault] = [
        .reset, .resetAfterCommit, .hang, .emptyResponse, .malformedJSON, .truncatedBody, .expireToken, .drop,
        .duplicate, .reorder, .badSignature, .stall,
    ]

    /// What a sandbox does wrong on purpose.
    func faultPlan() -> FaultPlan? {
        form { form in
            let seed = form["seed"].map { $0.integer(in: 0...Int(UInt32.max)) } ?? 1
            let rules = form.required("faults")?.list()?.compactMap { $0.faultRule() }
            guard let seed, let rules else { return nil }
            return FaultPlan(seed: UInt32(seed), rules: rules)
        }
    }

    private func faultRule() -> FaultPlan.Rule? {
        form { form in
            let point = form.required("on")?.choice(FaultPlan.Point.self)
            let when = form["when"].map { $0.faultTiming() } ?? .always
            let field = form.required("fault")
            guard let field, let fault = field.fault(), let point, let when else { return nil }
            let names = FaultPlan.Fault.names(at: point)
            guard names.contains(fault.name) else {
                let possible = names.joined(separator: ", ")
                return field.fail(
                    .faultInvalid,
                    "\(fault.name) cannot happen on \(point.rawValue); possible faults are \(possible)"
                )
            }
            return FaultPlan.Rule(on: point, when: when, fault)
        }
    }

    private func faultTiming() -> FaultPlan.When? {
        if json == "always" { return .always }
        guard isObject else { return wrongType("always, {first: n}, {every: n}, {nth: n} or {probability: p}") }
        return form { form in
            let names = ["first", "every", "nth", "probability"]
            guard let field = form.one(of: names, "of them", .faultInvalid, example: "first") else { return nil }
            let counts = 1...1_000_000_000
            switch field.name {
            case "first": return field.integer(in: counts).map { .first($0) }
            case "every": return field.integer(in: counts).map { .every($0) }
            case "nth": return field.integer(in: counts).map { .nth($0) }
            default: return field.share(.probabilityRange).map { .probability($0.doubleValue) }
            }
        }
    }

    private func fault() -> FaultPlan.Fault? {
        let valued = ["status", "delay", "slowBody", "late", "failSimulation"]
        if let word = json.string {
            let words = Self.plainFaults.map(\.name) + valued
            return Self.plainFaults.first { $0.name == word }
                ?? fail(.fieldUnknown, "unknown fault \(Suggestion.quoted(word, among: words))")
        }
        guard isObject else { return wrongType("a fault such as reset or {status: 503}") }
        return form(of: "fault") { form in
            let retryAfter = form["retryAfter"]
            guard let field = form.one(of: valued, "fault", .faultInvalid, example: "status") else { return nil }
            if let retryAfter, field.name != "status" {
                return retryAfter.fail(.faultInvalid, "retryAfter goes with status alone")
            }
            switch field.name {
            case "status":
                let pause = retryAfter?.duration(allowsZero: true)
                return field.integer(in: 200...599).map { .status($0, retryAfter: pause) }
            case "delay": return field.duration(allowsZero: true).map { .delay($0) }
            case "late": return field.duration().map { .late($0) }
            case "failSimulation": return field.identifier(longest: 64).map { .failSimulation($0) }
            default:
                return field.form {
                    $0.required("bytesPerSecond")?.integer(in: 1...1_000_000_000).map { .slowBody(bytesPerSecond: $0) }
                }
            }
        }
    }
}
