extension SpecialFunctions {
    /// Returns the zero of an increasing function.
    ///
    /// Newton's method; a step that would leave the bracket, or that gains less than half, is replaced by a bisection.
    ///
    /// - Parameters:
    ///   - range: A bracket of the zero.
    ///   - start: Where to begin, inside the bracket.
    ///   - function: Gives the value and the derivative at a point inside the bracket.
    static func increasingRoot(
        in range: ClosedRange<Double>,
        start: Double,
        function: (Double) -> (value: Double, derivative: Double)
    ) -> Double {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        var x = start
        var lastStep = upper - lower
        for _ in 0..<1200 {
            let (value, derivative) = function(x)
            if value == 0 { return x }
            if value < 0 { lower = x } else { upper = x }
            var next = x - value / derivative
            if !(next > lower && next < upper) || abs(next - x) > abs(lastStep) / 2 {
                next = lower + (upper - lower) / 2
            }
            lastStep = next - x
            if abs(lastStep) <= abs(next) * 0x1p-52 || next == lower || next == upper { return next }
            x = next
        }
        return x
    }

    /// Returns the zero of an increasing function whose derivative is not known, by bisection.
    ///
    /// - Parameters:
    ///   - range: A bracket of the zero.
    ///   - function: Gives the value at a point inside the bracket.
    static func increasingRoot(in range: ClosedRange<Double>, function: (Double) -> Double) -> Double {
        let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
        // Newton's step with a derivative of 0 always leaves the bracket.
        return increasingRoot(in: range, start: middle) { (function($0), 0) }
    }
}
