import DiscreteEvents
import Testing

/// What is computed eight at a time against one at a time.
@Suite("Batches", .timeLimit(.minutes(5)))
struct BatchTests {
    let stream = RandomStream(seed: 0xFFFF_FFFF, replication: 0x8000_0001)
    static let indexes: [UInt64] = (0..<61).map { $0 * 0x1234_5678_9ABC % 0xFFFF_FFFF_FFFF } + [.max, 0, 1 << 32]

    @Test(arguments: [0, 1, 8, 13, 64])
    func firstNumbersAreThoseOfTheDraws(count: Int) {
        let indexes = Array(Self.indexes.prefix(count))
        var numbers = [UInt64](repeating: 0, count: indexes.count)
        var span = numbers.mutableSpan
        stream.firstNumbers(of: indexes.span, purpose: 0xDEAD_BEEF, into: &span)
        let expected = indexes.map { index in
            var draws = stream.draws(index: index, purpose: 0xDEAD_BEEF)
            return draws.next()
        }
        #expect(numbers == expected)
    }

    @Test(arguments: [
        Distribution.constant(3), Distribution(.uniform(min: 1, max: 9)), .exponential(mean: 12),
        Distribution(.lognormal(mean: 180, sd: 240), shift: 2), Distribution(.gamma(mean: 3, sd: 9)),
        Distribution(.gamma(mean: 9, sd: 3)), Distribution(.weibull(mean: 4, shape: 0.7)),
        Distribution(.empirical([1, 5, 9])),
    ])
    func valuesAreThoseOfTheSampler(_ distribution: Distribution) {
        let sampler = Sampler(distribution)
        let indexes = (0..<2003 as Range<UInt64>).map { $0 }
        var numbers = [UInt64](repeating: 0, count: indexes.count)
        var values = [Double](repeating: 0, count: indexes.count)
        var numberSpan = numbers.mutableSpan
        var valueSpan = values.mutableSpan
        stream.sample(sampler, of: indexes.span, purpose: 4, using: &numberSpan, into: &valueSpan)
        for (index, value) in zip(indexes, values) {
            var (one, other) = (stream.draws(index: index, purpose: 4), stream.draws(index: index, purpose: 4))
            #expect(value.bitPattern == sampler.sample(&one).bitPattern)
            #expect(value.bitPattern == distribution.sample(&other).bitPattern)
        }
    }
}
