/// What one replication or batch contributes to a ratio of totals.
package struct RatioObservation: Hashable, Sendable {
    /// The part of the numerator, such as abandoned calls or busy seconds.
    package var numerator: Double
    /// The part of the denominator, such as answered calls or agent seconds.
    package var denominator: Double

    /// Creates an observation.
    package init(numerator: Double, denominator: Double) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Adds another observation, as if both were one.
    package mutating func merge(_ other: RatioObservation) {
        numerator += other.numerator
        denominator += other.denominator
    }
}
