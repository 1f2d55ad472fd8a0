/// The total variation distance between distributions on the same categories.
package enum TotalVariation {
    /// Returns ½ Σ |pᵢ − qᵢ|, the largest difference in the probability of any set of categories.
    ///
    /// - Parameters:
    ///   - p: The probabilities of one distribution.
    ///   - q: The probabilities of the other, for the same categories (as many, a precondition).
    /// - Returns: A number in 0…1 when both sum to 1.
    package static func distance(_ p: [Double], _ q: [Double]) -> Double {
        precondition(p.count == q.count, "both distributions have the same categories")
        return zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
}
