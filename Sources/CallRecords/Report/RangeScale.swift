import RunReport

/// A scale with round steps that need not begin at 0.
struct RangeScale {
    let from: Double
    let to: Double
    private let step: Double

    /// A scale for values between two, in about `steps` steps of 1, 2 or 5 times a power of ten, never below `least`.
    ///
    /// - Parameter floor: What no value can be below.
    init(_ low: Double, _ high: Double, steps: Int, least: Double = 0, floor: Double = 0) {
        let span = max(high - low, 1e-9 * max(1, abs(high)))
        step = AxisScale(upTo: span, steps: steps, least: least).step
        from = max(floor, (low / step + 1e-9).rounded(.down) * step)
        to = max(from + step, (high / step - 1e-9).rounded(.up) * step)
    }

    var marks: [Double] { (0...Int(((to - from) / step).rounded())).map { from + Double($0) * step } }

    /// Where a value lies between 0 at the lower end and 1 at the upper.
    func place(_ value: Double) -> Double { min(1, max(0, (value - from) / (to - from))) }
}
