extension SpecialFunctions {
    /// Returns the value of b₀ + a₁/(b₁ + a₂/(b₂ + …)).
    ///
    /// The modified method of Lentz: Thompson and Barnett, J. Comput. Phys. 64 (1986) 490.
    ///
    /// - Parameters:
    ///   - first: The number b₀.
    ///   - element: Gives (aᵢ, bᵢ) for i = 1, 2, …, given as a floating-point number.
    static func continuedFraction(first: Double, element: (Double) -> (a: Double, b: Double)) -> Double {
        let tiny = 1e-300
        var value = first == 0 ? tiny : first
        var c = value
        var d = 0.0
        var step = 1.0
        while step < 1_000_000 {
            let (a, b) = element(step)
            d = b + a * d
            if abs(d) < tiny { d = tiny }
            d = 1 / d
            c = b + a / c
            if abs(c) < tiny { c = tiny }
            let ratio = c * d
            value *= ratio
            if abs(ratio - 1) <= 0x1p-52 { break }
            step += 1
        }
        return value
    }
}
