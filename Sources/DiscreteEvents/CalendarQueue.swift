/// A fast queue of future events in virtual time, for events that are plain bits.
///
/// Events come out by time, those of equal time by rank, those of equal rank in the order in which they were put in: for
/// rank 0 alone the order of ``EventQueue``. `push` and `pop` take constant time on average.
///
/// It is a calendar queue (R. Brown, Comm. ACM 31 (1988) 1220): virtual time is cut into days of equal width, a day is
/// a sorted list, and days one year apart share a bucket. A bit per bucket says whether it holds anything, so that
/// empty days cost almost nothing. The width of a day follows the observed gap between events; it changes the speed,
/// never the order.
public struct CalendarQueue<Event: BitwiseCopyable>: ~Copyable {
    /// Names a waiting event, so that it can be removed.
    public typealias Handle = Int32

    @usableFromInline
    struct Node {
        @usableFromInline var time: Double
        /// Rank in the upper three bits, insertion number below.
        @usableFromInline var order: UInt64
        @usableFromInline var event: Event
        /// The next node of the bucket; the last leads back to the first.
        @usableFromInline var next: Int32

        @inlinable
        init(time: Double, order: UInt64, event: Event, next: Int32) {
            self.time = time
            self.order = order
            self.event = event
            self.next = next
        }

        @inlinable
        func isBefore(_ other: Node) -> Bool {
            time < other.time || (time == other.time && order < other.order)
        }
    }

    /// The largest rank of an event.
    @inlinable public static var maximumRank: UInt64 { 7 }

    @usableFromInline var nodes: UnsafeMutableBufferPointer<Node>
    @usableFromInline var unusedNode: Int32 = -1
    @usableFromInline var nodesTouched = 0
    /// The last node of each bucket, whose list is a ring; -1 when it is empty.
    @usableFromInline var buckets: UnsafeMutableBufferPointer<Int32>
    @usableFromInline var occupied: UnsafeMutableBufferPointer<UInt64>
    /// Days per second of virtual time.
    @usableFromInline var daysPerSecond = 1.0
    /// The day of ``now``; no event lies before it.
    @usableFromInline var today = 0
    @usableFromInline var insertions: UInt64 = 0
    @usableFromInline var clock: Double
    @usableFromInline var reviewClock: Double
    @usableFromInline var popsUntilReview = 128
    @usableFromInline var popsPerReview = 128

    @usableFromInline var waiting = 0
    /// The number of waiting events.
    @inlinable public var count: Int { waiting }

    /// The current virtual time in seconds: that of the last event taken out, at first the starting time.
    @inlinable public var now: Double { clock }

    /// Whether no event waits.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// Creates an empty queue.
    ///
    /// - Parameters:
    ///   - start: The virtual time in seconds at which the simulation starts.
    ///   - capacity: The number of waiting events for which memory is reserved.
    public init(startingAt start: Double = 0, capacity: Int = 64) {
        precondition(start.isFinite, "virtual time is finite")
        clock = start
        reviewClock = start
        nodes = .allocate(capacity: Swift.max(16, capacity))
        (buckets, occupied) = Self.emptyCalendar(buckets: Self.bucketCount(for: capacity))
        today = day(of: start)
    }

    deinit {
        nodes.deallocate()
        buckets.deallocate()
        occupied.deallocate()
    }

    /// Puts an event in.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - time: Its virtual time in seconds: finite and not before ``now`` (a precondition).
    ///   - rank: Its place among events of the same time, the smallest first; at most 7.
    /// - Returns: A name for the event that is valid until it is taken out or removed.
    @inlinable
    @discardableResult
    public mutating func push(_ event: Event, at time: Double, rank: UInt64 = 0) -> Handle {
        precondition(time >= clock && time < .infinity, "virtual time is finite and never goes back")
        if count >= buckets.count { rebuild(daysPerSecond: daysPerSecond) }
        let order = rank &<< 61 | insertions
        insertions &+= 1
        waiting &+= 1
        let index = takeNode()
        nodes.baseAddress.unsafelyUnwrapped[Int(index)] = Node(time: time, order: order, event: event, next: -1)
        insert(index)
        return index
    }

    /// Takes out the event that comes next and moves ``now`` to its time.
    ///
    /// - Returns: The event and its virtual time in seconds, `nil` when none waits.
    @inlinable
    public mutating func pop() -> (time: Double, event: Event)? {
        guard count > 0 else { return nil }
        if popsUntilReview == 0 { review() }
        popsUntilReview &-= 1
        let bucket = findFirst()
        let nodes = nodes.baseAddress.unsafelyUnwrapped
        let last = buckets.baseAddress.unsafelyUnwrapped[bucket]
        let index = nodes[Int(last)].next
        if index == last { empty(bucket) } else { nodes[Int(last)].next = nodes[Int(index)].next }
        nodes[Int(index)].next = unusedNode
        unusedNode = index
        waiting &-= 1
        clock = nodes[Int(index)].time
        return (clock, nodes[Int(index)].event)
    }

    /// Removes a waiting event before its time.
    ///
    /// - Parameter handle: The name that ``push(_:at:rank:)`` gave; the event still waits (a precondition).
    public mutating func remove(_ handle: Handle) {
        let bucket = day(of: nodes[Int(handle)].time) & (buckets.count - 1)
        let last = buckets[bucket]
        precondition(last >= 0, "a removed event waits in the queue")
        var previous = last
        while nodes[Int(previous)].next != handle {
            previous = nodes[Int(previous)].next
            precondition(previous != last, "a removed event waits in the queue")
        }
        if previous == handle {
            empty(bucket)
        } else {
            nodes[Int(previous)].next = nodes[Int(handle)].next
            if last == handle { buckets[bucket] = previous }
        }
        nodes[Int(handle)].next = unusedNode
        unusedNode = handle
        waiting -= 1
    }

    /// Removes every event and sets ``now``, to any finite time.
    public mutating func removeAll(restartingAt start: Double) {
        precondition(start.isFinite, "virtual time is finite")
        waiting = 0
        unusedNode = -1
        nodesTouched = 0
        buckets.update(repeating: -1)
        occupied.update(repeating: 0)
        clock = start
        reviewClock = start
        popsUntilReview = popsPerReview
        today = day(of: start)
    }
}

// Safe: the memory belongs to this value alone, which cannot be copied.
extension CalendarQueue: @unchecked Sendable where Event: Sendable {}

extension CalendarQueue {
    /// The day in which a moment lies.
    ///
    /// Adding 2⁵² leaves the nearest integer in the fraction of the number. Beyond 2⁵² days they become longer and the
    /// bits still rise with time, which is all that the queue needs.
    @inlinable
    @inline(__always)
    func day(of time: Double) -> Int {
        Int(truncatingIfNeeded: (time * daysPerSecond + 0x1p52).bitPattern)
    }

    @inlinable
    mutating func takeNode() -> Int32 {
        let index = unusedNode
        if index >= 0 {
            unusedNode = nodes.baseAddress.unsafelyUnwrapped[Int(index)].next
            return index
        }
        if nodesTouched == nodes.count { growNodes() }
        nodesTouched &+= 1
        return Int32(truncatingIfNeeded: nodesTouched &- 1)
    }

    @inlinable
    mutating func empty(_ bucket: Int) {
        buckets.baseAddress.unsafelyUnwrapped[bucket] = -1
        occupied.baseAddress.unsafelyUnwrapped[bucket &>> 6] &= ~(1 &<< UInt64(bucket & 63))
    }

    /// Puts a node into the sorted ring of its bucket.
    @inlinable
    mutating func insert(_ index: Int32) {
        let nodes = nodes.baseAddress.unsafelyUnwrapped
        let new = nodes + Int(index)
        let bucket = day(of: new.pointee.time) & (buckets.count &- 1)
        let place = buckets.baseAddress.unsafelyUnwrapped + bucket
        let last = place.pointee
        if last < 0 {
            new.pointee.next = index
            place.pointee = index
            occupied.baseAddress.unsafelyUnwrapped[bucket &>> 6] |= 1 &<< UInt64(bucket & 63)
            return
        }
        var previous = last
        if new.pointee.isBefore(nodes[Int(last)]) {
            // The walk ends before the last node.
            while !new.pointee.isBefore(nodes[Int(nodes[Int(previous)].next)]) { previous = nodes[Int(previous)].next }
        } else {
            place.pointee = index
        }
        new.pointee.next = nodes[Int(previous)].next
        nodes[Int(previous)].next = index
    }

    /// The node that comes first in a bucket that is not empty.
    @inlinable
    @inline(__always)
    func first(in bucket: Int) -> UnsafeMutablePointer<Node> {
        let nodes = nodes.baseAddress.unsafelyUnwrapped
        return nodes + Int(nodes[Int(buckets.baseAddress.unsafelyUnwrapped[bucket])].next)
    }

    /// Returns the bucket whose first event comes next and moves ``today`` to it; the queue is not empty.
    @inlinable
    mutating func findFirst() -> Int {
        let occupied = occupied.baseAddress.unsafelyUnwrapped
        let mask = self.buckets.count &- 1
        var candidate = today
        while candidate &- today <= mask {
            let bucket = candidate & mask
            let bits = occupied[bucket &>> 6] &>> UInt64(bucket & 63)
            if bits == 0 {
                candidate &+= 64 &- (bucket & 63)
                continue
            }
            candidate &+= bits.trailingZeroBitCount
            let found = candidate & mask
            if day(of: first(in: found).pointee.time) == candidate {
                today = candidate
                return found
            }
            candidate &+= 1
        }
        return findFirstFarAhead()
    }

    /// Looks at every bucket: nothing lies within a year.
    @usableFromInline
    mutating func findFirstFarAhead() -> Int {
        var best = -1
        for bucket in 0..<buckets.count where buckets[bucket] >= 0 {
            if best < 0 || first(in: bucket).pointee.isBefore(first(in: best).pointee) { best = bucket }
        }
        today = day(of: first(in: best).pointee.time)
        return best
    }

    @usableFromInline
    mutating func growNodes() {
        let larger = UnsafeMutableBufferPointer<Node>.allocate(capacity: nodes.count * 2)
        precondition(larger.count <= Int(Int32.max), "an event queue holds fewer than 2³¹ events")
        for index in 0..<nodesTouched { larger[index] = nodes[index] }
        nodes.deallocate()
        nodes = larger
    }

    /// Sets the width of a day to a quarter of the observed gap between events, when it is off by more than a factor of 1.5.
    @usableFromInline
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

    /// Files every event anew, in a calendar that fits their number.
    @usableFromInline
    mutating func rebuild(daysPerSecond: Double) {
        let old = buckets
        occupied.deallocate()
        self.daysPerSecond = daysPerSecond
        (buckets, occupied) = Self.emptyCalendar(buckets: Self.bucketCount(for: count + 1))
        today = day(of: clock)
        for last in old where last >= 0 {
            var index = nodes[Int(last)].next
            while true {
                let next = nodes[Int(index)].next
                insert(index)
                if index == last { break }
                index = next
            }
        }
        old.deallocate()
    }

    /// A power of two, sixteen to thirty-two times the number of events.
    static func bucketCount(for events: Int) -> Int {
        let wanted = Swift.max(64, 16 * Swift.max(1, events))
        return 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    }

    static func emptyCalendar(
        buckets count: Int
    ) -> (UnsafeMutableBufferPointer<Int32>, UnsafeMutableBufferPointer<UInt64>) {
        let buckets = UnsafeMutableBufferPointer<Int32>.allocate(capacity: count)
        buckets.initialize(repeating: -1)
        let occupied = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: Swift.max(1, count / 64))
        occupied.initialize(repeating: 0)
        return (buckets, occupied)
    }
}
