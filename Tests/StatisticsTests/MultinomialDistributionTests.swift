import Testing

@testable import Statistics

@Suite("MultinomialDistribution", .timeLimit(.minutes(15)))
struct MultinomialDistributionTests {
    @Test func tableCount() {
        #expect(MultinomialDistribution(trials: 10, probabilities: [0.2, 0.3, 0.5]).tableCount == 66)
        #expect(MultinomialDistribution(trials: 0, probabilities: [0.5, 0.5]).tableCount == 1)
        #expect(MultinomialDistribution(trials: 7, probabilities: [1]).tableCount == 1)
        // C(126, 4).
        let probabilities = [0.2, 0.2, 0.2, 0.2, 0.2]
        #expect(MultinomialDistribution(trials: 122, probabilities: probabilities).tableCount == 10_009_125)
    }

    /// Means and variances of the drawn counts within four standard errors, small and large numbers of trials.
    @Test(arguments: [3, 40, 2000, 1_000_000])
    func drawnCountsHaveMultinomialMoments(trials: Int) {
        let probabilities = [0.0005, 0.0295, 0.3, 0.67]
        let distribution = MultinomialDistribution(trials: trials, probabilities: probabilities)
        var generator = SplitMix64(seed: 77)
        var table = [0, 0, 0, 0]
        let samples = 1500
        var sums = [0.0, 0, 0, 0]
        var squares = [0.0, 0, 0, 0]
        for _ in 0..<samples {
            distribution.draw(into: &table, probabilities, &generator)
            #expect(table.reduce(0, +) == trials && table.allSatisfy { $0 >= 0 })
            for category in table.indices {
                let deviation = Double(table[category]) - Double(trials) * probabilities[category]
                sums[category] += deviation
                squares[category] += deviation * deviation
            }
        }
        for category in table.indices {
            let p = probabilities[category]
            let variance = Double(trials) * p * (1 - p)
            #expect(abs(sums[category]) < 4 * (variance * Double(samples)).squareRoot())
            // The fourth central moment of a binomial number is 3v² + v(1 − 6pq).
            let fourth = 3 * variance * variance + variance * (1 - 6 * p * (1 - p))
            let error = ((fourth - variance * variance) / Double(samples)).squareRoot()
            #expect(abs(squares[category] / Double(samples) - variance) < 4 * error)
        }
    }
}
