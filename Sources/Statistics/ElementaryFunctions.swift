#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The few functions of the C mathematics library that this module needs.
enum ElementaryFunctions {
    /// Returns the natural logarithm of `x`.
    static func logarithm(_ x: Double) -> Double { log(x) }

    /// Returns the logarithm of `1 + x`, accurate for small `x`.
    static func logarithmOfOnePlus(_ x: Double) -> Double { log1p(x) }

    /// Returns e to the power `x`.
    static func exponential(_ x: Double) -> Double { exp(x) }

    /// Returns e to the power `x`, less one, accurate for small `x`.
    static func exponentialMinusOne(_ x: Double) -> Double { expm1(x) }

    /// Returns the complementary error function of `x`.
    static func complementaryError(_ x: Double) -> Double { erfc(x) }
}
