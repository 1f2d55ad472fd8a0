/// The source of every random number of one replication.
///
/// It holds no state: the numbers of an entity and a purpose are found by their place in the counter, so they do not
/// depend on the order in which entities ask. Two configurations run with the same stream therefore see the same
/// customers (common random numbers), on any number of threads.
public struct RandomStream: Hashable, Sendable {
    /// The seed of the experiment, the first key word of ``Philox4x32``.
    public var seed: UInt32
    /// The replication within the experiment, from 0; the second key word.
    public var replication: UInt32

    /// Creates the stream of a replication.
    public init(seed: UInt32, replication: UInt32 = 0) {
        self.seed = seed
        self.replication = replication
    }

    /// Returns the random numbers of one entity for one purpose, from the first on.
    ///
    /// - Parameters:
    ///   - index: The entity, for example the index of a call attempt.
    ///   - purpose: What the numbers decide; different purposes are independent.
    @inlinable
    public func draws(index: UInt64, purpose: UInt32) -> RandomDraws {
        RandomDraws(key: SIMD2(seed, replication), index: index, purpose: purpose)
    }
}
