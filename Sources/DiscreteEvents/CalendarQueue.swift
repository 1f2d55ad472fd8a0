/// A fast queue of future events in virtual time, for events that are plain bits.
///
/// Events come out by time, those of equal time by rank, those of equal rank in the order in which they were put in. With
/// rank 0 alone this is the order of ``EventQueue``. `push` and `pop` take constant time on average.
///
/// It is a calendar queue (R. Brown, Comm. ACM 31 (1988) 1220): virtual time is cut into days of equal width, a day is
/// a sorted list, and days one year apart share a bucket. One bit per bucket says whether it holds an event, so that
/// empty days cost almost nothing. The width of a day follows the observed gap between events; it changes the speed but
/// not the order.
public struct CalendarQueue<Event: BitwiseCopyable>: ~Copyable {
    /// Names a waiting event, to remove it.
    public typealias Handle = Int32

    @usableFromInline
    struct Node {
        @usableFromInline var time: Double
        /// Rank in the upper three bits, insertion number below.
        @usableFromInline var order: UInt64
        @usableFromInline var event: Event
        /// The next node of the bucket; undefined in the last one.
        @usableFromInline var next: Int32

        @inlinable
        init(time: Double, order: UInt64, event: Event, next: Int32) {
            self.time = time
            self.order = order
            self.event = event
            self.next = next
        }

        @inlinable
        @inline(__always)
        func isBefore(_ other: Node) -> Bool {
            time < other.time || (time == other.time && order < other.order)
        }
    }

    /// The ends of a bucket's sorted list; undefined if the bit of the bucket is clear.
    @usableFromInline
    struct NodeList {
        @usableFromInline var first: Int32
        @usableFromInline var last: Int32

        @inlinable
        init(first: Int32, last: Int32) {
            self.first = first
            self.last = last
        }
    }

    @usableFromInline var nodes: UnsafeMutableBufferPointer<Node>
    @usableFromInline var unusedNode: Int32 = -1
    @usableFromInline var nodesTouched = 0
    @usableFromInline var buckets: UnsafeMutableBufferPointer<NodeList>
    /// A bit for each bucket: whether it holds an event.
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

    /// The current virtual time in seconds: the starting time, then that of the last event taken out.
    @inlinable public var now: Double { clock }

    /// Whether no event waits.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// Creates an empty queue that starts at a virtual time in seconds, with memory for some waiting events.
    public init(startingAt start: Double = 0, capacity: Int = 64) {
        precondition(start.isFinite, "virtual time is finite")
        clock = start
        reviewClock = start
        nodes = .allocate(capacity: Swift.max(16, capacity))
        (buckets, occupied) = Self.emptyCalendar(buckets: Self.bucketCount(for: nodes.count))
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
    @inline(__always)
    @discardableResult
    public mutating func push(_ event: Event, at time: Double, rank: UInt64 = 0) -> Handle {
        precondition(time >= clock && time < .infinity, "virtual time is finite and never goes back")
        let order = rank &<< 61 | insertions
        insertions &+= 1
        waiting &+= 1
        let index = takeNode()
        insert(index, Node(time: time, order: order, event: event, next: -1))
        return index
    }

    /// Takes out the event that comes next and moves ``now`` to its time.
    ///
    /// - Returns: The event and its virtual time in seconds; nil if no event waits.
    @inlinable
    @inline(__always)
    public mutating func pop() -> (time: Double, event: Event)? {
        guard waiting > 0 else { return nil }
        if popsUntilReview == 0 { review() }
        popsUntilReview &-= 1
        waiting &-= 1
        let number = findFirst()
        let bucket = buckets.baseAddress.unsafelyUnwrapped + number
        let index = bucket.pointee.first
        let node = nodes.baseAddress.unsafelyUnwrapped + Int(index)
        // Without a branch: whether it was the only one cannot be predicted.
        let bit: UInt64 = index == bucket.pointee.last ? 1 : 0
        occupied.baseAddress.unsafelyUnwrapped[number &>> 6] ^= bit &<< UInt64(number & 63)
        bucket.pointee.first = node.pointee.next
        node.pointee.next = unusedNode
        unusedNode = index
        clock = node.pointee.time
        return (clock, node.pointee.event)
    }

    /// Removes an event that still waits.
    ///
    /// - Parameter handle: The name that ``push(_:at:rank:)`` gave; the event still waits (a precondition).
    public mutating func remove(_ handle: Handle) {
        let number = day(of: nodes[Int(handle)].time) & (buckets.count - 1)
        precondition(isOccupied(number), "a removed event waits in the queue")
        let (first, last) = (buckets[number].first, buckets[number].last)
        if first == handle {
            if last == handle { markEmpty(number) } else { buckets[number].first = nodes[Int(handle)].next }
        } else {
            var previous = first
            while nodes[Int(previous)].next != handle {
                precondition(previous != last, "a removed event waits in the queue")
                previous = nodes[Int(previous)].next
            }
            nodes[Int(previous)].next = nodes[Int(handle)].next
            if last == handle { buckets[number].last = previous }
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
        occupied.update(repeating: 0)
        clock = start
        reviewClock = start
        popsUntilReview = popsPerReview
        today = day(of: start)
    }
}

extension CalendarQueue: @unchecked Sendable where Event: Sendable {}  // Safe: the memory belongs to one value.

extension CalendarQueue {
    /// The day in which a moment lies.
    ///
    /// Adding 2⁵² leaves the nearest integer in the fraction of the number. Beyond 2⁵² days, days become longer, but the
    /// bits still rise with time, and the queue needs no more than that.
    @inlinable
    @inline(__always)
    func day(of time: Double) -> Int {
        Int(truncatingIfNeeded: (time * daysPerSecond + 0x1p52).bitPattern)
    }

    @inlinable
    @inline(__always)
    mutating func takeNode() -> Int32 {
        let index = unusedNode
        if index >= 0 {
            unusedNode = nodes.baseAddress.unsafelyUnwrapped[Int(index)].next
            return index
        }
        if nodesTouched == nodes.count { grow() }
        nodesTouched &+= 1
        return Int32(truncatingIfNeeded: nodesTouched &- 1)
    }

    @inlinable
    @inline(__always)
    func isOccupied(_ bucket: Int) -> Bool {
        occupied.baseAddress.unsafelyUnwrapped[bucket &>> 6] & (1 &<< UInt64(bucket & 63)) != 0
    }

    @inlinable
    @inline(__always)
    mutating func markEmpty(_ bucket: Int) {
        occupied.baseAddress.unsafelyUnwrapped[bucket &>> 6] &= ~(1 &<< UInt64(bucket & 63))
    }

    /// Puts a node into the sorted list of its bucket.
    @inlinable
    @inline(__always)
    mutating func insert(_ index: Int32, _ node: Node) {
        let nodes = nodes.baseAddress.unsafelyUnwrapped
        nodes[Int(index)] = node
        let number = day(of: node.time) & (buckets.count &- 1)
        let bucket = buckets.baseAddress.unsafelyUnwrapped + number
        if !isOccupied(number) {
            occupied.baseAddress.unsafelyUnwrapped[number &>> 6] |= 1 &<< UInt64(number & 63)
            bucket.pointee = NodeList(first: index, last: index)
        } else if !node.isBefore(nodes[Int(bucket.pointee.last)]) {
            nodes[Int(bucket.pointee.last)].next = index
            bucket.pointee.last = index
        } else {
            insert(index, beforeTheLastOf: bucket)
        }
    }

    /// Mutating, like all functions of the fast path: a call that borrows the queue would copy it first.
    @inlinable
    @inline(never)
    mutating func insert(_ index: Int32, beforeTheLastOf bucket: UnsafeMutablePointer<NodeList>) {
        let nodes = nodes.baseAddress.unsafelyUnwrapped
        let new = nodes + Int(index)
        var next = bucket.pointee.first
        if new.pointee.isBefore(nodes[Int(next)]) {
            bucket.pointee.first = index
        } else {
            var previous = next
            while true {
                next = nodes[Int(previous)].next
                if new.pointee.isBefore(nodes[Int(next)]) { break }
                previous = next
            }
            nodes[Int(previous)].next = index
        }
        new.pointee.next = next
    }

    /// The first node of a bucket that is not empty.
    @inlinable
    @inline(__always)
    func first(in bucket: Int) -> UnsafeMutablePointer<Node> {
        nodes.baseAddress.unsafelyUnwrapped + Int(buckets.baseAddress.unsafelyUnwrapped[bucket].first)
    }

    /// Returns the bucket whose first event comes next and moves ``today`` to it; the queue is not empty.
    @inlinable
    @inline(__always)
    mutating func findFirst() -> Int {
        let occupied = occupied.baseAddress.unsafelyUnwrapped
        let mask = self.buckets.count &- 1
        var candidate = today
        repeat {
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
        } while candidate &- today <= mask
        return findFirstFarAhead()
    }

    /// Looks at every bucket, because no event lies within a year.
    @usableFromInline
    @inline(never)
    mutating func findFirstFarAhead() -> Int {
        var best = -1
        for bucket in 0..<buckets.count where isOccupied(bucket) {
            if best < 0 || first(in: bucket).pointee.isBefore(first(in: best).pointee) { best = bucket }
        }
        today = day(of: first(in: best).pointee.time)
        return best
    }
}
