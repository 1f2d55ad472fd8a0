internal import DiscreteEvents

/// The times between the calls of an open loop, drawn many at a time.
struct Interarrivals: ~Copyable {
    private static let batchSize = 64

    private let stream: RandomStream
    private let sampler: Sampler
    private var place = batchSize
    private var firstOfNextBatch: UInt64 = 0
    private let values: UnsafeMutableBufferPointer<Double>
    // Scratch space: the arrivals and their random bits.
    private let indexes: UnsafeMutableBufferPointer<UInt64>
    private let numbers: UnsafeMutableBufferPointer<UInt64>

    /// - Parameter rate: Calls per second.
    init(rate: Double, stream: RandomStream) {
        self.stream = stream
        sampler = Sampler(.exponential(mean: 1 / rate))
        values = .allocate(capacity: Self.batchSize)
        values.initialize(repeating: 0)
        indexes = .allocate(capacity: Self.batchSize)
        indexes.initialize(repeating: 0)
        numbers = .allocate(capacity: Self.batchSize)
        numbers.initialize(repeating: 0)
    }

    deinit {
        values.deallocate()
        indexes.deallocate()
        numbers.deallocate()
    }

    /// Returns the seconds to the next call; the first is that to call 0.
    mutating func next() -> Double {
        if place == Self.batchSize { drawBatch() }
        place += 1
        return values[place - 1]
    }

    private mutating func drawBatch() {
        place = 0
        for place in 0..<Self.batchSize { indexes[place] = firstOfNextBatch &+ UInt64(truncatingIfNeeded: place) }
        var words = numbers.mutableSpan
        var drawn = values.mutableSpan
        let purpose = DrawPurpose.interarrival.rawValue
        stream.sample(sampler, of: indexes.span, purpose: purpose, using: &words, into: &drawn)
        firstOfNextBatch += UInt64(Self.batchSize)
    }
}
