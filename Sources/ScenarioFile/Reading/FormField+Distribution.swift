import DialerEngine
import DiscreteEvents
import ExactJSON
import SimulationAPI

extension FormField {
    private static let kinds = ["constant", "uniform", "exponential", "lognormal", "gamma", "weibull", "empirical"]
    private static let advice = "such as {constant: 2s} or {exponential: {mean: 15s}}"

    /// One kind with its parameters; `shift` stands among them or beside the kind.
    func distribution() -> Distribution? {
        guard isObject else { return wrongType("a distribution \(Self.advice)") }
        return form(of: "distribution") { form in
            let shift = form["shift"]
            let example = "{constant: 2s} or {exponential: {mean: 15s}}"
            guard
                let body = form.one(of: Self.kinds, "kind of distribution", .distributionInvalid, example: example)
            else { return nil }
            guard ["constant", "empirical"].contains(body.name) else { return body.parametric(shiftBeside: shift) }
            if let shift {
                return shift.fail(.distributionInvalid, "\(body.name) takes no shift; add it to the values")
            }
            return body.name == "constant" ? body.parameter(allowsZero: true).map { .constant($0) } : body.empirical()
        }
    }

    private func empirical() -> Distribution? {
        guard let fields = list() else { return nil }
        if fields.isEmpty { return fail(.distributionInvalid, "empirical must list at least one value") }
        let values = fields.compactMap { $0.parameter(allowsZero: true) }
        return values.count == fields.count ? Distribution(.empirical(values)) : nil
    }

    private func parametric(shiftBeside: FormField?) -> Distribution? {
        form { form in
            let shifts = [shiftBeside, form["shift"]].compactMap { $0 }
            if shifts.count > 1 { shifts[1].report(.distributionInvalid, "shift is given twice") }
            let shift = shifts.first.map { $0.parameter(allowsZero: true) } ?? 0
            guard let shape = self.shape(form), let shift else { return nil }
            return Distribution(shape, shift: shift)
        }
    }

    private func shape(_ form: Form) -> Distribution.Shape? {
        switch name {
        case "uniform":
            let minimum = form.required("min")?.parameter(allowsZero: true)
            let maximum = form.required("max")?.parameter()
            guard let minimum, let maximum else { return nil }
            if minimum > maximum { return fail(.distributionInvalid, "uniform has a min above its max") }
            return .uniform(min: minimum, max: maximum)
        case "exponential": return form.required("mean")?.parameter().map { .exponential(mean: $0) }
        case "weibull":
            let mean = form.required("mean")?.parameter()
            let shape = form.required("shape")?.weibullShape()
            guard let mean, let shape else { return nil }
            return .weibull(mean: mean, shape: shape)
        default:
            let mean = form.required("mean")?.parameter()
            let deviation = form.required("sd")?.parameter()
            guard let mean, let deviation else { return nil }
            guard Distribution.spreadBounds.contains(deviation / mean) else {
                return fail(.distributionInvalid, "sd must be between a millionth and a thousand times the mean")
            }
            return name == "gamma" ? .gamma(mean: mean, sd: deviation) : .lognormal(mean: mean, sd: deviation)
        }
    }

    private func parameter(allowsZero: Bool = false) -> Double? {
        duration(allowsZero: allowsZero, DurationText.wanted, .distributionInvalid)
    }

    private func weibullShape() -> Double? {
        guard let number = number()?.doubleValue else { return nil }
        let bounds = Distribution.weibullShapeBounds
        return bounds.contains(number) ? number : fail(.distributionInvalid, "shape must be \(bounds)")
    }
}

extension Form {
    /// The distribution of this name, which must be there.
    func requiredDistribution(_ name: String) -> Distribution? {
        required(name, ": a distribution such as {constant: 2s} or {exponential: {mean: 15s}}")?.distribution()
    }
}
