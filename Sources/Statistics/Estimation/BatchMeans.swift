/// The mean, or a ratio of totals, of one long correlated stream, with an interval from 20 to 39 batches.
///
/// A batch sums equally many successive observations. Whenever 40 batches are full, neighbours are joined and the batch
/// size doubles, so that memory is constant and batches are as long as the stream allows. Sources: Schmeiser, Operations
/// Research 30 (1982) 556 (10 to 30 batches suffice); Fishman and Yarberry, INFORMS J. Computing 9 (1997) 296. The
/// interval is trustworthy only where ``independence`` is accepted; otherwise the stream is too short.
package struct BatchMeans: Hashable, Sendable {
    /// The number of full batches below which there is no interval.
    package static let leastBatches = 20

    /// The number of observations in each full batch, a power of 2.
    package private(set) var batchSize = 1
    /// The number of observations so far.
    package private(set) var count = 0
    /// The sums of the full batches, oldest first; at most 39.
    package private(set) var batches: [RatioObservation] = []
    private var current = RatioObservation(numerator: 0, denominator: 0)
    private var currentCount = 0

    /// Creates the statistics of an empty stream.
    package init() { batches.reserveCapacity(2 * Self.leastBatches) }

    /// Adds a value of which the mean is wanted.
    package mutating func add(_ value: Double) { add(RatioObservation(numerator: value, denominator: 1)) }

    /// Adds an observation of which the ratio of totals is wanted; its denominator is not negative.
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

    /// The test for correlation between neighbouring batches, of what each deviates from the mean or ratio.
    ///
    /// Nil with fewer than ``leastBatches`` full batches, or when no batch deviates.
    package var independence: VonNeumannTest? {
        guard batches.count >= Self.leastBatches else { return nil }
        return LinearizedRatio(batches).flatMap { VonNeumannTest($0.influences) }
    }
}
