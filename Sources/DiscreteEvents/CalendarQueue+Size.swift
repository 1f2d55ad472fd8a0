/// The calendar follows the number of events and the gaps between them; this never changes their order.
extension CalendarQueue {
    /// Makes room for more events, in memory and in the calendar.
    @usableFromInline
    @inline(never)
    mutating func grow() {
        let larger = UnsafeMutableBufferPointer<Node>.allocate(capacity: nodes.count * 2)
        precondition(larger.count <= Int(Int32.max), "an event queue holds fewer than 2³¹ events")
        for index in 0..<nodesTouched { larger[index] = nodes[index] }
        nodes.deallocate()
        nodes = larger
        rebuild(daysPerSecond: daysPerSecond)
    }

    /// Sets the width of a day to a quarter of the observed gap between events, if it is off by more than a factor of 1.5.
    @usableFromInline
    @inline(never)
    mutating func review() {
        let elapsed = clock - reviewClock
        let pops = Double(popsPerReview)
        reviewClock = clock
        popsPerReview = Swift.min(1 << 16, popsPerReview * 2)
        popsUntilReview = popsPerReview
        guard elapsed > 0 else { return }
        let wanted = Swift.min(1e9, Swift.max(1e-9, 4 * pops / elapsed))
        let ratio = wanted / daysPerSecond
        if ratio > 1.5 || ratio < 1 / 1.5 { rebuild(daysPerSecond: wanted) }
    }

    /// Puts every event into a new calendar that fits the number of events.
    mutating func rebuild(daysPerSecond: Double) {
        let (oldBuckets, oldOccupied) = (buckets, occupied)
        self.daysPerSecond = daysPerSecond
        (buckets, occupied) = Self.emptyCalendar(buckets: Self.bucketCount(for: nodes.count))
        today = day(of: clock)
        for number in 0..<oldBuckets.count where oldOccupied[number >> 6] & (1 << UInt64(number & 63)) != 0 {
            var index = oldBuckets[number].first
            while true {
                let next = nodes[Int(index)].next
                insert(index, nodes[Int(index)])
                if index == oldBuckets[number].last { break }
                index = next
            }
        }
        oldBuckets.deallocate()
        oldOccupied.deallocate()
    }

    /// A power of two: many buckets for each of a few events, at least two for each of many.
    static func bucketCount(for events: Int) -> Int {
        let wanted = Swift.max(64, Swift.min(16 * events, 1 << 16), 2 * events)
        return 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    }

    static func emptyCalendar(
        buckets count: Int
    ) -> (UnsafeMutableBufferPointer<NodeList>, UnsafeMutableBufferPointer<UInt64>) {
        let buckets = UnsafeMutableBufferPointer<NodeList>.allocate(capacity: count)
        buckets.initialize(repeating: NodeList(first: -1, last: -1))
        let occupied = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: count / 64)
        occupied.initialize(repeating: 0)
        return (buckets, occupied)
    }
}
