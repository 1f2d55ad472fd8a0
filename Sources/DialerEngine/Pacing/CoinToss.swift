/// An unequal coin toss, to be added to a number whose distribution is known.
struct CoinToss {
    /// The probability that it counts 1.
    let heads: Double

    /// Turns the distribution of a number into that of its sum with the toss.
    ///
    /// - Parameter masses: The probabilities of 0, 1, …; the last is 0 and makes room.
    @inline(__always)
    func add(to masses: inout MutableSpan<Double>) {
        let tails = 1 - heads
        masses.withUnsafeMutableBufferPointer { masses in
            var below = 0.0
            var place = 0
            // Four at a time, always the same four: what the last toss stored is found again in one piece.
            while place + 4 <= masses.count, let first = masses.baseAddress {
                let four = UnsafeMutableRawPointer(first + place)
                let here = four.loadUnaligned(as: SIMD4<Double>.self)
                let shifted = SIMD4(below, here.x, here.y, here.z)
                four.storeBytes(of: here * tails + shifted * heads, as: SIMD4<Double>.self)
                below = here.w
                place += 4
            }
            while place < masses.count {
                let here = masses[place]
                masses[place] = here * tails + below * heads
                below = here
                place += 1
            }
        }
    }
}
