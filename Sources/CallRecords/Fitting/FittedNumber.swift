import DialerEngine
package import DiscreteEvents
package import ExactJSON
import RunReport
package import Statistics

/// Numbers of a fit as a scenario writes them.
package enum FittedNumber {
    /// The value to six significant digits, which is far beyond what records can tell.
    package static func rounded(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return value }
        // The text of the scaled number is exact, so the result is the double nearest to the decimal.
        let digits = "\(abs(value))"
        guard let magnitude = Double(digits), magnitude < 1e12, magnitude > 1e-9 else { return value }
        var scale = 0
        var scaled = magnitude
        while scaled < 100_000 { (scaled, scale) = (scaled * 10, scale - 1) }
        while scaled >= 1_000_000 { (scaled, scale) = (scaled / 10, scale + 1) }
        let text = "\(value < 0 ? "-" : "")\(Int(scaled.rounded()))e\(scale)"
        return Double(text) ?? value
    }

    /// A duration in seconds as a scenario writes it, always in seconds: `179.3s`.
    package static func duration(_ seconds: Double) -> JSONValue { .string(NumberText.short(seconds, 9) + "s") }

    /// A time of a shift as a scenario writes it: `2h`, `90m` as `1h30m`, `0s`.
    package static func shiftTime(_ seconds: Double) -> JSONValue {
        let whole = Int(seconds.rounded())
        guard whole > 0 else { return "0s" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        let parts = [(hours, "h"), (minutes, "m"), (rest, "s")].filter { $0.0 > 0 }
        return .string(parts.map { "\($0.0)\($0.1)" }.joined())
    }
}

extension Distribution {
    /// The distribution of a fitted model with numbers as they are written; nil if a scenario may not say it.
    package init?(_ model: DurationModel) {
        // Rounded down, the shift stays below the smallest value.
        let shift = (model.shift * 1e6).rounded(.down) / 1e6
        let mean = FittedNumber.rounded(model.unshiftedMean)
        let deviation = FittedNumber.rounded(model.standardDeviation)
        guard shift >= 0, (1e-6...1e8).contains(mean), deviation <= 1e8 else { return nil }
        let isSpread = deviation > 1e-6 && Distribution.spreadBounds.contains(deviation / mean)
        switch model.family {
        case .exponential: self.init(.exponential(mean: mean), shift: shift)
        case .gamma where isSpread: self.init(.gamma(mean: mean, sd: deviation), shift: shift)
        case .lognormal where isSpread: self.init(.lognormal(mean: mean, sd: deviation), shift: shift)
        case .weibull:
            let shape = FittedNumber.rounded(model.weibullShape ?? 0)
            guard Distribution.weibullShapeBounds.contains(shape) else { return nil }
            self.init(.weibull(mean: mean, shape: shape), shift: shift)
        default: return nil
        }
    }

    /// The parameters with their names, in seconds; those of an empirical distribution are its values.
    package var parameters: JSONValue {
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ value: Double) { members.append(.init(name, .double(value))) }
        switch shape {
        case .constant(let value): add("value", value)
        case .uniform(let min, let max):
            add("min", min)
            add("max", max)
        case .exponential(let mean): add("mean", mean)
        case .lognormal(let mean, let sd), .gamma(let mean, let sd):
            add("mean", mean)
            add("sd", sd)
        case .weibull(let mean, let shape):
            add("mean", mean)
            add("shape", shape)
        case .empirical(let values): members.append(.init("values", .array(values.map { .double($0) })))
        }
        add("shift", shift)
        return .object(members)
    }

    /// The distribution as a scenario writes it.
    package var written: JSONValue {
        func seconds(_ value: Double) -> JSONValue { FittedNumber.duration(value) }
        let shifted: [JSONValue.Member] = shift == 0 ? [] : [.init("shift", seconds(shift))]
        func family(_ name: String, _ parameters: [JSONValue.Member]) -> JSONValue {
            .object([.init(name, .object(parameters + shifted))])
        }
        switch shape {
        case .constant(let value): return .object([.init("constant", seconds(value))])
        case .uniform(let min, let max):
            return family("uniform", [.init("min", seconds(min)), .init("max", seconds(max))])
        case .exponential(let mean): return family("exponential", [.init("mean", seconds(mean))])
        case .lognormal(let mean, let sd):
            return family("lognormal", [.init("mean", seconds(mean)), .init("sd", seconds(sd))])
        case .gamma(let mean, let sd): return family("gamma", [.init("mean", seconds(mean)), .init("sd", seconds(sd))])
        case .weibull(let mean, let shape):
            return family("weibull", [.init("mean", seconds(mean)), .init("shape", .double(shape))])
        case .empirical(let values):
            return .object([.init("empirical", .array(values.map { .number(NumberText.short($0, $0 < 1 ? 6 : 3)) }))])
        }
    }
}
