/// The source of every random number of one replication.
///
/// It holds no state: entity and purpose determine the place of their numbers in the counter, so the numbers do not
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

    /// Returns the random numbers of one entity, such as a call attempt, for one purpose, from the first on.
    ///
    /// Different purposes are independent.
    @inlinable
    public func draws(index: UInt64, purpose: UInt32) -> RandomDraws {
        RandomDraws(key: SIMD2(seed, replication), index: index, purpose: purpose)
    }
}

extension RandomStream {
    /// Computes the first random bits of many entities for one purpose, eight at a time.
    ///
    /// Each is the first number of ``draws(index:purpose:)``; there is one for each index (a precondition).
    public func firstNumbers(of indexes: Span<UInt64>, purpose: UInt32, into numbers: inout MutableSpan<UInt64>) {
        precondition(indexes.count == numbers.count, "there is one number for each index")
        let key = SIMD2(seed, replication)
        indexes.withUnsafeBufferPointer { indexes in
            numbers.withUnsafeMutableBufferPointer { numbers in
                var start = 0
                while start + 8 <= indexes.count {
                    let lanes = UnsafeRawPointer(indexes.baseAddress.unsafelyUnwrapped + start)
                        .loadUnaligned(as: SIMD8<UInt64>.self)
                    let first = Philox4x32.firstNumbers(of: lanes, purpose: purpose, key: key)
                    UnsafeMutableRawPointer(numbers.baseAddress.unsafelyUnwrapped + start)
                        .storeBytes(of: first, as: SIMD8<UInt64>.self)
                    start += 8
                }
                if start < indexes.count {
                    var lanes = SIMD8<UInt64>(repeating: 0)
                    for lane in start..<indexes.count { lanes[lane - start] = indexes[lane] }
                    let first = Philox4x32.firstNumbers(of: lanes, purpose: purpose, key: key)
                    for lane in start..<indexes.count { numbers[lane] = first[lane - start] }
                }
            }
        }
    }

    /// Draws one value for each of many entities, eight at a time.
    ///
    /// Each value has the same bits as that of ``Sampler/sample(_:)`` with ``draws(index:purpose:)``. There is one value
    /// for each index, and room for as many random numbers (preconditions).
    public func sample(
        _ sampler: Sampler,
        of indexes: Span<UInt64>,
        purpose: UInt32,
        using numbers: inout MutableSpan<UInt64>,
        into values: inout MutableSpan<Double>
    ) {
        precondition(indexes.count == values.count, "there is one value for each index")
        if let constant = sampler.constantValue {
            for place in 0..<values.count { values[place] = constant }
            return
        }
        firstNumbers(of: indexes, purpose: purpose, into: &numbers)
        sampler.fill(&values) { place in
            RandomDraws(
                key: SIMD2(seed, replication),
                index: indexes[place],
                purpose: purpose,
                first: numbers[place]
            )
        }
    }
}
