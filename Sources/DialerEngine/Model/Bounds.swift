/// The values that a parameter may have: one statement for the engine and for the reader of scenarios.
public struct Bounds: Hashable, Sendable, CustomStringConvertible {
    private let low: Double
    private let high: Double
    private let includesLow: Bool
    private let includesHigh: Bool

    /// Both ends are allowed.
    public static func within(_ range: ClosedRange<Double>) -> Bounds {
        Bounds(low: range.lowerBound, high: range.upperBound, includesLow: true, includesHigh: true)
    }

    /// Both ends are allowed.
    public static func within(_ range: ClosedRange<Int>) -> Bounds {
        within(Double(range.lowerBound)...Double(range.upperBound))
    }

    /// Only the upper end is allowed.
    public static func above(_ low: Double, upTo high: Double) -> Bounds {
        Bounds(low: low, high: high, includesLow: false, includesHigh: true)
    }

    /// Only the lower end is allowed.
    public static func from(_ low: Double, below high: Double) -> Bounds {
        Bounds(low: low, high: high, includesLow: true, includesHigh: false)
    }

    /// A share of a whole.
    public static let share = within(0...1)
    /// A share of abandoned calls that a policy aims at: a policy that may abandon every call has no aim.
    public static let abandonTarget = from(0, below: 1)
    /// A duration in seconds: up to some 31 years, so that times computed from it stay exact enough.
    public static let duration = within(0...1e9)

    /// The largest value, allowed or not.
    public var upper: Double { high }

    /// Whether a value is allowed; one that is not a number never is.
    public func contains(_ value: Double) -> Bool {
        (includesLow ? value >= low : value > low) && (includesHigh ? value <= high : value < high)
    }

    /// The bounds as a message states them after "must be": `in 1…1000`.
    public var description: String {
        func text(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
        if includesLow, includesHigh { return "in \(text(low))…\(text(high))" }
        return includesLow
            ? "at least \(text(low)) and below \(text(high))" : "above \(text(low)) and at most \(text(high))"
    }
}

extension SimulationError {
    static func require(_ isSound: Bool, _ message: @autoclosure () -> String) throws(SimulationError) {
        if !isSound { throw SimulationError(.invalid, message()) }
    }

    static func require(_ name: String, _ value: Double, _ bounds: Bounds) throws(SimulationError) {
        try require(bounds.contains(value), "\(name) is \(value); it must be \(bounds)")
    }
}
