#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The few functions of the C mathematics library that sampling needs.
///
/// Their last bit may differ between C libraries, and with it the last bit of a drawn value.
enum ElementaryFunctions {
    /// Returns the natural logarithm of `x`.
    static func logarithm(_ x: Double) -> Double { log(x) }

    /// Returns the logarithm of `1 + x`, accurate for small `x`.
    static func logarithmOfOnePlus(_ x: Double) -> Double { log1p(x) }

    /// Returns e to the power `x`.
    static func exponential(_ x: Double) -> Double { exp(x) }

    /// Returns `base` to the power `exponent`.
    static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

    /// Returns the complementary error function of `x`.
    static func complementaryError(_ x: Double) -> Double { erfc(x) }

    /// Returns the gamma function of `x`.
    static func gamma(_ x: Double) -> Double { tgamma(x) }
}
