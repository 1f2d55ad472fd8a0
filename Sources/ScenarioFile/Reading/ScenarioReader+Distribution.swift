import DiscreteEvents
import ExactJSON

extension ScenarioReader {
    private static let kinds = [
        "constant", "uniform", "exponential", "lognormal", "gamma", "weibull", "empirical",
    ]
    private static let advice = "such as {constant: 2s} or {exponential: {mean: 15s}}"

    /// The optional member of this name.
    mutating func distribution(_ fields: Fields, _ name: String) -> Distribution? {
        fields[name].flatMap { distribution($0) }
    }

    /// The member of this name that must be there.
    mutating func requiredDistribution(_ fields: Fields, _ name: String) -> Distribution? {
        required(fields, name, ": \(Self.advice)").flatMap { distribution($0) }
    }

    /// One kind with its parameters; `shift` stands among them or beside the kind.
    mutating func distribution(_ element: Element) -> Distribution? {
        guard case .mapping = element.node.content else {
            reportType(element, "a distribution \(Self.advice)")
            return nil
        }
        guard let fields = fields(element, known: Self.kinds + ["shift"], of: "distribution") else { return nil }
        let written = fields.members.filter { Self.kinds.contains($0.name) }
        guard let kind = written.first, written.count == 1, let body = fields[kind.name] else {
            let hasUnknown = fields.members.contains { $0.name != "shift" && !Self.kinds.contains($0.name) }
            if written.count > 1 {
                let names = written.map(\.name).joined(separator: " and ")
                report(element, .distributionInvalid, "\(element.name) names \(names); a distribution has one kind")
            } else if !hasUnknown {
                report(element, .distributionInvalid, "\(element.name) names no kind: \(Self.advice)")
            }
            return nil
        }
        switch kind.name {
        case "constant", "empirical":
            if let shift = fields["shift"] {
                report(shift, .distributionInvalid, "\(kind.name) takes no shift; add it to the values")
                return nil
            }
            return kind.name == "constant" ? constant(body) : empirical(body)
        default: return parametric(kind.name, body, shiftBeside: fields["shift"])
        }
    }

    private mutating func constant(_ body: Element) -> Distribution? {
        duration(body, allowsZero: true, DurationText.wanted, .distributionInvalid).map { .constant($0) }
    }

    private mutating func empirical(_ body: Element) -> Distribution? {
        guard let elements = list(body) else { return nil }
        guard !elements.isEmpty else {
            report(body, .distributionInvalid, "empirical must list at least one value")
            return nil
        }
        let values = elements.compactMap { duration($0, allowsZero: true, DurationText.wanted, .distributionInvalid) }
        return values.count == elements.count ? Distribution(.empirical(values)) : nil
    }

    private mutating func parametric(_ kind: String, _ body: Element, shiftBeside: Element?) -> Distribution? {
        let names: [String] =
            switch kind {
            case "uniform": ["min", "max"]
            case "exponential": ["mean"]
            case "weibull": ["mean", "shape"]
            default: ["mean", "sd"]
            }
        guard let fields = fields(body, known: names + ["shift"]) else { return nil }
        let shifts = [shiftBeside, fields["shift"]].compactMap { $0 }
        if shifts.count > 1 { report(shifts[1], .distributionInvalid, "shift stands twice") }
        let shift = shifts.first.map { parameter($0, allowsZero: true) } ?? 0
        guard let shape = shape(kind, fields, body), let shift else { return nil }
        return Distribution(shape, shift: shift)
    }

    private mutating func shape(_ kind: String, _ fields: Fields, _ body: Element) -> Distribution.Shape? {
        switch kind {
        case "uniform":
            let minimum = required(fields, "min").flatMap { parameter($0, allowsZero: true) }
            let maximum = required(fields, "max").flatMap { parameter($0) }
            guard let minimum, let maximum else { return nil }
            guard minimum <= maximum else {
                report(body, .distributionInvalid, "uniform has a min above its max")
                return nil
            }
            return .uniform(min: minimum, max: maximum)
        case "exponential":
            return required(fields, "mean").flatMap { parameter($0) }.map { .exponential(mean: $0) }
        case "weibull":
            let mean = required(fields, "mean").flatMap { parameter($0) }
            let shape = required(fields, "shape").flatMap { weibullShape($0) }
            guard let mean, let shape else { return nil }
            return .weibull(mean: mean, shape: shape)
        default:
            let mean = required(fields, "mean").flatMap { parameter($0) }
            let deviation = required(fields, "sd").flatMap { parameter($0) }
            guard let mean, let deviation else { return nil }
            guard deviation >= mean / 1_000_000, deviation <= mean * 1_000 else {
                report(
                    body,
                    .distributionInvalid,
                    "sd must be between a millionth and a thousand times the mean"
                )
                return nil
            }
            return kind == "gamma" ? .gamma(mean: mean, sd: deviation) : .lognormal(mean: mean, sd: deviation)
        }
    }

    private mutating func parameter(_ element: Element, allowsZero: Bool = false) -> Double? {
        duration(element, allowsZero: allowsZero, DurationText.wanted, .distributionInvalid)
    }

    private mutating func weibullShape(_ element: Element) -> Double? {
        guard let number = number(element)?.doubleValue else { return nil }
        guard number >= 0.05, number <= 1_000 else {
            report(element, .distributionInvalid, "shape must be in 0.05…1000")
            return nil
        }
        return number
    }
}
