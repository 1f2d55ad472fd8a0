import RealModule

/// The ziggurat method for a decreasing density on the positive numbers: mostly one comparison and one product.
///
/// The area under the density is cut into 256 layers of equal size; the lowest one includes the tail. Source: Marsaglia and
/// Tsang, "The ziggurat method for generating random variables", J. Stat. Softw. 5 (2000) 8; the layer and the place in
/// it come from different bits of the random number (Doornik, "An improved ziggurat method", 2005), and a place has
/// 53 bits.
struct Ziggurat {
    /// The right end of layer i, in falling order; entry 0 is the width of the lowest layer as a rectangle, entry 256 is 0.
    private let ends: UnsafePointer<Double>
    /// The density at the right end of layer i.
    private let heights: UnsafePointer<Double>
    /// Where the tail begins.
    private let tail: Double

    /// The layers of the exponential density of mean 1.
    static let exponential = Ziggurat(
        tail: 7.697_117_470_131_05,
        area: { ($0 + 1) * Double.exp(-$0) },
        density: { Double.exp(-$0) },
        inverse: { -Double.log($0) }
    )

    /// The layers of the normal density, without its constant factor.
    static let normal = Ziggurat(
        tail: 3.654_152_885_361_009,
        area: {
            $0 * Double.exp(-$0 * $0 / 2)
                + (Double.pi / 2).squareRoot() * Double.erfc($0 / 2.0.squareRoot())
        },
        density: { Double.exp(-$0 * $0 / 2) },
        inverse: { (-2 * Double.log($0)).squareRoot() }
    )

    private init(
        tail: Double,
        area: (Double) -> Double,
        density: (Double) -> Double,
        inverse: (Double) -> Double
    ) {
        // The two tables live as long as the program and are never freed.
        let ends = UnsafeMutablePointer<Double>.allocate(capacity: 257)
        let heights = UnsafeMutablePointer<Double>.allocate(capacity: 257)
        let area = area(tail)
        ends[0] = area / density(tail)
        ends[1] = tail
        for layer in 2..<256 { ends[layer] = inverse(area / ends[layer - 1] + density(ends[layer - 1])) }
        ends[256] = 0
        for layer in 0...256 { heights[layer] = density(ends[layer]) }
        self.ends = UnsafePointer(ends)
        self.heights = UnsafePointer(heights)
        self.tail = tail
    }

    /// Returns an exponential number of mean 1; these are the layers of ``exponential``.
    @inline(__always)
    func exponentialNumber(_ draws: inout RandomDraws) -> Double {
        let bits = draws.next()
        let layer = Int(truncatingIfNeeded: bits & 255)
        let x = RandomDraws.uniform(bits) * ends[layer]
        return x < ends[layer + 1] ? x : exponentialNumber(outside: x, layer: layer, &draws)
    }

    /// Returns a standard normal number; these are the layers of ``normal``.
    @inline(__always)
    func normalNumber(_ draws: inout RandomDraws) -> Double {
        let bits = draws.next()
        let layer = Int(truncatingIfNeeded: bits & 255)
        let sign = (bits & 256) &<< 55
        let x = RandomDraws.uniform(bits) * ends[layer]
        if x < ends[layer + 1] { return Double(bitPattern: x.bitPattern | sign) }
        return normalNumber(outside: x, layer: layer, sign: sign, &draws)
    }

    @inline(never)
    private func exponentialNumber(outside first: Double, layer firstLayer: Int, _ draws: inout RandomDraws) -> Double {
        var (x, layer, sum) = (first, firstLayer, 0.0)
        while true {
            if layer == 0 {
                // The tail has the shape of the whole density.
                sum += tail
            } else if isUnderDensity(layer, &draws, Double.exp(-x)) {
                return sum + x
            }
            let bits = draws.next()
            layer = Int(truncatingIfNeeded: bits & 255)
            x = RandomDraws.uniform(bits) * ends[layer]
            if x < ends[layer + 1] { return sum + x }
        }
    }

    @inline(never)
    private func normalNumber(
        outside first: Double,
        layer firstLayer: Int,
        sign firstSign: UInt64,
        _ draws: inout RandomDraws
    ) -> Double {
        var (x, layer, sign) = (first, firstLayer, firstSign)
        while true {
            if layer == 0 {
                return Double(bitPattern: tailNumber(&draws).bitPattern | sign)
            } else if isUnderDensity(layer, &draws, Double.exp(-x * x / 2)) {
                return Double(bitPattern: x.bitPattern | sign)
            }
            let bits = draws.next()
            layer = Int(truncatingIfNeeded: bits & 255)
            sign = (bits & 256) &<< 55
            x = RandomDraws.uniform(bits) * ends[layer]
            if x < ends[layer + 1] { return Double(bitPattern: x.bitPattern | sign) }
        }
    }

    private func isUnderDensity(_ layer: Int, _ draws: inout RandomDraws, _ density: Double) -> Bool {
        heights[layer] + (heights[layer + 1] - heights[layer]) * draws.uniform() < density
    }

    /// Returns a normal number beyond the start of the tail (Marsaglia, Technometrics 6 (1964) 101).
    private func tailNumber(_ draws: inout RandomDraws) -> Double {
        while true {
            let x = -Double.log(draws.openUniform()) / tail
            let y = -Double.log(draws.openUniform())
            if 2 * y > x * x { return tail + x }
        }
    }
}

extension Ziggurat: @unchecked Sendable {}  // Safe: the tables are written once, before they are shared.
