/// The number of busy agents who are free within a horizon, each of them improbable: a sum of unequal coin tosses.
///
/// The probabilities are the coefficients of `Π(1 − p + p·z) = Π(1 − p)·Π(1 + o·z)` with the odds `o = p/(1 − p)`. They
/// follow from the sums of the powers of the odds, `Tᵣ = Σ oʳ`, by Newton's identities `k·eₖ = Σ (−1)ʳ⁻¹·Tᵣ·eₖ₋ᵣ`. So an
/// agent costs one addition of a few numbers, and only as much of the distribution is computed as is asked for. The
/// fifteen powers that are kept give nine digits.
struct FreedAgents: Sendable {
    /// The highest probability of an agent: beyond it the powers of the odds fall too slowly.
    static let highestProbability = 0.2

    /// One agent, or the totals of several.
    struct Terms: BitwiseCopyable {
        /// A power of two that keeps products of many probabilities within the numbers that there are.
        static let scale = 0x1p600
        /// The number of powers.
        static let powers = 15

        /// The sums of the powers of the odds, with the signs of Newton's identities; the last lane is for ``busy``.
        private(set) var sums = SIMD16<Double>()
        /// Π(1 − p), times ``scale`` for each of ``scalings``.
        private(set) var busy = 1.0
        private(set) var scalings = 0

        /// Nobody.
        init() {}

        /// An agent who is free with this probability, below 1.
        static func agent(freeWith probability: Double) -> SIMD16<Double> {
            let odds = probability / (1 - probability)
            var terms = SIMD16<Double>()
            var power = odds
            for lane in 0..<powers {
                terms[lane] = power
                power *= -odds
            }
            terms[powers] = 1 - probability
            return terms
        }

        /// Adds an agent; ``rescale()`` follows after at most 64.
        @inline(__always)
        mutating func add(_ agent: SIMD16<Double>) {
            sums += agent
            busy *= agent[Self.powers]
        }

        mutating func rescale() {
            if busy < 1 / Self.scale {
                busy *= Self.scale
                scalings &+= 1
            }
        }
    }

    /// The totals of all agents; none is added after the first question.
    var terms = Terms()
    var count = 0
    /// The coefficients e₀, e₁, … that have been computed, scaled down by ``Terms/scale`` as often as it says.
    private var coefficients: [Double] = []
    private var scalings = 0

    /// Starts anew without agents; the memory is kept.
    mutating func startAnew() {
        terms = Terms()
        count = 0
        coefficients.removeAll(keepingCapacity: true)
        scalings = 0
    }

    /// Returns `Σ P(k agents are free)·weight(k)` for the first numbers k of agents.
    @inline(__always)
    mutating func sum(over numbers: Int, _ weight: (Int) -> Double) -> Double {
        let numbers = max(0, min(numbers, count + 1))
        while coefficients.count < numbers { appendCoefficient() }
        var sum = 0.0
        for number in 0..<numbers { sum += coefficients[number] * weight(number) }
        return switch terms.scalings - scalings {
        case -1: sum * (terms.busy * Terms.scale)
        case 0: sum * terms.busy
        case 1: sum * (terms.busy / Terms.scale)
        default: 0
        }
    }

    @inline(never)
    private mutating func appendCoefficient() {
        let number = coefficients.count
        guard number > 0 else { return coefficients.append(1) }
        var sum = 0.0
        withUnsafeBytes(of: terms.sums) { bytes in
            let sums = bytes.assumingMemoryBound(to: Double.self)
            coefficients.withUnsafeBufferPointer { coefficients in
                for lane in 0..<min(number, Terms.powers) { sum += sums[lane] * coefficients[number &- 1 &- lane] }
            }
        }
        coefficients.append(sum / Double(number))
        if sum > Terms.scale {
            for number in coefficients.indices { coefficients[number] /= Terms.scale }
            scalings += 1
        }
    }
}
