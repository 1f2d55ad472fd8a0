/// The mean, or a ratio of totals, of one long correlated stream, with an interval from 20 to 39 batches.
///
/// A batch sums equally many successive observations. Whenever 40 batches are full, neighbours are joined and the batch
/// size doubles, so that memory is constant and batches are as long as the stream allows. Sources: Schmeiser, Operations
/// Research 30 (1982) 556 (10 to 30 batches suffice); Fishman and Yarberry, INFORMS J. Computing 9 (1997) 296. The
/// interval is trustworthy only if ``independence`` is accepted; otherwise the stream is too short.
package struct BatchMeans: Hashable, Sendable {
    /// The least number of full batches that give an interval.
    package static let leastBatches = 20

    /// The number of observations in each full batch, a power of 2.
    package private(set) var batchSize = 1
    /// The number of observations so far.
    package private(set) var count = 0
    /// The sums of the full batches, oldest first; at most 39.
    package private(set) var batches: [RatioObservation] = []
    private var current = RatioObservation(numerator: 0, denominator: 0)
    private var currentCount = 0

    package init() { batches.reserveCapacity(2 * Self.leastBatches) }

    /// Adds a value, to estimate the mean.
    package mutating func add(_ value: Double) { add(RatioObservation(numerator: value, denominator: 1)) }

    /// Adds an observation, to estimate the ratio of totals; its denominator is not negative.
    package mutating func add(_ observation: RatioObservation) {
        current.merge(observation)
        count += 1
        currentCount += 1
        guard currentCount == batchSize else { return }
        batches.append(current)
        current = RatioObservation(numerator: 0, denominator: 0)
        currentCount = 0
        if batches.count == 2 * Self.leastBatches { joinNeighbours() }
    }

    private mutating func joinNeighbours() {
        for index in 0..<Self.leastBatches {
            var joined = batches[2 * index]
            joined.merge(batches[2 * index + 1])
            batches[index] = joined
        }
        batches.removeLast(Self.leastBatches)
        batchSize *= 2
    }

    /// The mean or ratio of the whole stream, with a standard error from the full batches.
    ///
    /// The unfinished batch counts in the value only.
    package var estimate: RatioEstimate {
        var total = current
        for batch in batches { total.merge(batch) }
        let isLongEnough = batches.count >= Self.leastBatches
        return RatioEstimate(
            value: total.denominator > 0 ? total.numerator / total.denominator : nil,
            standardError: isLongEnough ? RatioEstimate(batches).standardError : nil,
            replications: batches.count
        )
    }

    /// The test for correlation between the deviations of neighbouring batches from the mean or ratio.
    ///
    /// Nil with fewer than ``leastBatches`` full batches, or if no batch deviates.
    package var independence: VonNeumannTest? {
        guard batches.count >= Self.leastBatches else { return nil }
        return LinearizedRatio(batches).flatMap { VonNeumannTest($0.influences) }
    }
}

/// A test whether neighbouring members of a short series are positively correlated.
///
/// The statistic C = 1 − Σ(rᵢ − rᵢ₋₁)²/(2Σ(rᵢ − r̄)²) is the lag-1 correlation with a correction for the ends. Without
/// correlation it is nearly normal with mean 0 and variance (k − 2)/(k² − 1). Sources: von Neumann, Ann. Math. Statist.
/// 12 (1941) 367; Fishman, Management Science 24 (1978) 510.
package struct VonNeumannTest: Hashable, Sendable {
    /// The lag-1 autocorrelation Σ(rᵢ − r̄)(rᵢ₋₁ − r̄)/Σ(rᵢ − r̄)².
    package var lag1Correlation: Double
    /// The statistic C.
    package var statistic: Double
    /// The probability of a statistic at least as large without correlation.
    package var pValue: Double

    /// Tests a series; returns nil with fewer than eight members, or if all are equal.
    package init?(_ series: [Double]) {
        guard series.count >= 8 else { return nil }
        let mean = WelfordMoments(series).mean
        let deviations = series.map { $0 - mean }
        let sumOfSquares = deviations.reduce(0) { $0 + $1 * $1 }
        guard sumOfSquares > 0 else { return nil }
        var products = 0.0
        var differences = 0.0
        for (next, previous) in zip(deviations.dropFirst(), deviations) {
            products += next * previous
            differences += (next - previous) * (next - previous)
        }
        let count = Double(series.count)
        lag1Correlation = products / sumOfSquares
        statistic = 1 - differences / (2 * sumOfSquares)
        pValue = StandardNormal.cumulative(-statistic * ((count * count - 1) / (count - 2)).squareRoot())
    }

    /// Whether the test finds no positive correlation at a level of significance.
    package func acceptsIndependence(level: Double = 0.05) -> Bool { pValue > level }
}
