/// A histogram of waiting times with fixed bins: zero, then 128 bins for each doubling from a millisecond to 48 days.
///
/// A quantile is exact to the width of a bin, 0.8 % of the value. Memory is the same for any number of calls.
public struct WaitHistogram: Hashable, Sendable {
    private static let binsPerOctave = 128
    private static let binCount = 2 + 32 * binsPerOctave

    private var bins = [Int](repeating: 0, count: binCount)
    private var longest = 0.0

    /// The number of waiting times.
    public private(set) var count = 0

    mutating func addZeros(_ number: Int) {
        bins[0] += number
        count += number
    }

    mutating func add(_ wait: Double) {
        bins[Self.bin(of: wait)] += 1
        count += 1
        longest = max(longest, wait)
    }

    /// Adds the counts of another histogram.
    public static func += (left: inout WaitHistogram, right: WaitHistogram) {
        for bin in left.bins.indices { left.bins[bin] += right.bins[bin] }
        left.count += right.count
        left.longest = max(left.longest, right.longest)
    }

    /// Returns the waiting time in seconds that a share of the calls do not exceed; linear within a bin, NaN without calls.
    public func quantile(_ share: Double) -> Double {
        guard count > 0 else { return .nan }
        let wanted = share * Double(count)
        var below = 0.0
        for (bin, number) in bins.enumerated() where number > 0 {
            if below + Double(number) >= wanted {
                let (low, high) = Self.bounds(of: bin)
                let place = (wanted - below) / Double(number)
                return min(longest, low + place * (high - low))
            }
            below += Double(number)
        }
        return longest
    }

    /// Returns the share of waiting times that are at most `wait` seconds; linear within a bin, NaN without calls.
    public func share(upTo wait: Double) -> Double {
        let last = Self.bin(of: wait)
        let (low, high) = Self.bounds(of: last)
        let part = high > low ? min(1, (wait - low) / (high - low)) : 1
        let below = bins[..<last].reduce(0, +)
        return (Double(below) + part * Double(bins[last])) / Double(count)
    }

    /// The exponent of the floating-point number and the upper bits of its fraction.
    private static func bin(of wait: Double) -> Int {
        let lowest = 0x1p-10
        guard wait >= lowest else { return wait > 0 ? 1 : 0 }
        let index = Int(truncatingIfNeeded: (wait.bitPattern - lowest.bitPattern) >> 45)
        return min(binCount - 1, 2 + index)
    }

    private static func bounds(of bin: Int) -> (low: Double, high: Double) {
        if bin == 0 { return (0, 0) }
        let lowest = 0x1p-10
        if bin == 1 { return (0, lowest) }
        let low = lowest.bitPattern + UInt64(bin - 2) << 45
        return (Double(bitPattern: low), Double(bitPattern: low + 1 << 45))
    }
}
