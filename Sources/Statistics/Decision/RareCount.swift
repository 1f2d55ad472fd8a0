/// Whether a count of rare things is too high for chance, decided in whole numbers.
///
/// Each trial shows the thing with the chance 1 in `odds`. The probability of a count or a larger one is a fraction, the
/// sum of C(n, j)·(odds − 1)^(n − j) over odds^n, so that a comparison with 1 in 1,000 needs no rounding.
package struct RareCount: Hashable, Sendable {
    /// The number of trials.
    package let trials: Int
    /// The number of trials among which one shows the thing, on average.
    package let odds: UInt32

    /// - Parameters:
    ///   - trials: Not negative.
    ///   - odds: At least 2.
    package init(trials: Int, odds: UInt32 = 20) {
        precondition(trials >= 0 && odds >= 2, "a trial may show the thing or not")
        (self.trials, self.odds) = (trials, odds)
    }

    /// Whether this count or a larger one has a probability below 1 in `limit`.
    package func isBelow(oneIn limit: UInt32 = 1000, atLeast count: Int) -> Bool {
        guard count > 0 else { return false }
        guard count <= trials else { return true }
        // The probability of fewer: each term follows from the one before.
        var (term, fewer, all) = (WholeNumber(1), WholeNumber(0), WholeNumber(1))
        for _ in 0..<trials {
            term.multiply(by: odds - 1)
            all.multiply(by: odds)
        }
        for index in 0..<count {
            fewer.add(term)
            term.multiply(by: UInt32(trials - index))
            term.divide(by: UInt32(index + 1))
            term.divide(by: odds - 1)
        }
        // limit · (all − fewer) < all
        all.multiply(by: limit - 1)
        fewer.multiply(by: limit)
        return all < fewer
    }

    /// The smallest count with a probability below 1 in `limit`, larger counts included; nil if no count is that rare.
    package func fewestBelow(oneIn limit: UInt32 = 1000) -> Int? {
        var (low, high) = (0, trials + 1)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if isBelow(oneIn: limit, atLeast: middle) { high = middle } else { low = middle }
        }
        return high <= trials ? high : nil
    }

    /// The probability of this count or a larger one, rounded.
    package func probability(ofAtLeast count: Int) -> Double {
        guard count > 0 else { return 1 }
        guard count <= trials else { return 0 }
        let share = 1 / Double(odds)
        return SpecialFunctions.incompleteBeta(
            Double(count),
            Double(trials - count + 1),
            share,
            complement: 1 - share
        )
    }
}

/// A whole number of any size.
private struct WholeNumber {
    /// The digits to the base 2³², the lowest first; the highest is not 0.
    private var digits: [UInt32]

    init(_ value: UInt32) { digits = value == 0 ? [] : [value] }

    mutating func multiply(by factor: UInt32) {
        var carry: UInt64 = 0
        for index in digits.indices {
            carry += UInt64(digits[index]) * UInt64(factor)
            digits[index] = UInt32(truncatingIfNeeded: carry)
            carry >>= 32
        }
        if carry > 0 { digits.append(UInt32(carry)) }
        trim()
    }

    /// Divides by a divisor of this number.
    mutating func divide(by divisor: UInt32) {
        var rest: UInt64 = 0
        for index in digits.indices.reversed() {
            rest = rest << 32 | UInt64(digits[index])
            digits[index] = UInt32(rest / UInt64(divisor))
            rest %= UInt64(divisor)
        }
        precondition(rest == 0, "the division leaves no rest")
        trim()
    }

    mutating func add(_ other: WholeNumber) {
        var carry: UInt64 = 0
        for index in 0..<max(digits.count, other.digits.count) {
            if index == digits.count { digits.append(0) }
            carry += UInt64(digits[index]) + UInt64(index < other.digits.count ? other.digits[index] : 0)
            digits[index] = UInt32(truncatingIfNeeded: carry)
            carry >>= 32
        }
        if carry > 0 { digits.append(UInt32(carry)) }
    }

    static func < (left: WholeNumber, right: WholeNumber) -> Bool {
        guard left.digits.count == right.digits.count else { return left.digits.count < right.digits.count }
        return left.digits.reversed().lexicographicallyPrecedes(right.digits.reversed())
    }

    private mutating func trim() {
        while digits.last == 0 { digits.removeLast() }
    }
}
