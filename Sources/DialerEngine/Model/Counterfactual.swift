public import DiscreteEvents

/// A change of what the customers do, with everything else as it was: it shows what one trouble alone costs.
///
/// Random numbers belong to attempt and purpose, so the same customers are met with and without it.
public struct Counterfactual: Hashable, Sendable {
    /// The seconds after which every conversation ends; nil without a limit.
    public var longestTalk: Double?
    /// The probability of an answer, with the answers spread evenly over the attempts; nil for answers by chance.
    public var evenAnswers: Double?

    /// Creates a world in which nothing is changed.
    public init() {}
}

extension Distribution {
    /// Returns the value that a share of all values do not exceed, of 4,096 draws in seconds.
    public func quantile(_ share: Double, seed: UInt32) -> Double {
        let stream = RandomStream(seed: seed, replication: .max)
        let values = (0..<UInt64(4096)).map { index in
            var draws = stream.draws(index: index, purpose: DrawPurpose.history.rawValue)
            return max(0, sample(&draws))
        }.sorted()
        return values[min(values.count - 1, Int(share * Double(values.count)))]
    }
}
