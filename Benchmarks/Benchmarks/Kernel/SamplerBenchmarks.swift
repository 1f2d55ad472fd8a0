internal import Benchmark
internal import DiscreteEvents

/// One number of each distribution, alone and in batches of 125.
enum SamplerBenchmarks {
    static let distributions: [(String, Distribution)] = [
        ("uniform", Distribution(.uniform(min: 2, max: 12))), ("exponential", .exponential(mean: 15)),
        ("lognormal", Distribution(.lognormal(mean: 180, sd: 170))),
        ("gamma, shape 4", Distribution(.gamma(mean: 12, sd: 6))),
        ("gamma, shape 1/2", Distribution(.gamma(mean: 2, sd: 8.0.squareRoot()))),
        ("Weibull", Distribution(.weibull(mean: 10, shape: 2))),
        ("empirical", Distribution(.empirical((0..<100).map(Double.init)))), ("constant", .constant(25)),
    ]

    static func register() {
        let stream = RandomStream(seed: 1)
        for (name, distribution) in distributions {
            let sampler = Sampler(distribution)
            Benchmark("\(name): one at a time") { benchmark in
                var sum = 0.0
                for index in benchmark.scaledIterations {
                    var draws = stream.draws(index: UInt64(index), purpose: 1)
                    sum += sampler.sample(&draws)
                }
                blackHole(sum)
            }
            Benchmark("\(name): in batches of 125") { benchmark in
                let indexes = (0..<125).map { UInt64($0) }
                var numbers = [UInt64](repeating: 0, count: 125)
                var values = [Double](repeating: 0, count: 125)
                benchmark.startMeasurement()
                // A thousand numbers, as a measurement is divided by a thousand.
                for purpose in 0..<8 {
                    var words = numbers.mutableSpan
                    var drawn = values.mutableSpan
                    stream.sample(
                        sampler,
                        of: indexes.span,
                        purpose: UInt32(purpose),
                        using: &words,
                        into: &drawn
                    )
                }
                benchmark.stopMeasurement()
                blackHole(values)
                blackHole(numbers)
            }
        }
    }
}
