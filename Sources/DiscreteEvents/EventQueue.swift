/// A queue of future events in virtual time.
///
/// Events come out by time; those of equal time in the order in which they were put in. The queue is a binary heap:
/// `push` and `pop` take time logarithmic in the number of waiting events and allocate only when the queue outgrows
/// its largest size so far.
public struct EventQueue<Event> {
    @usableFromInline
    struct ScheduledEvent {
        @usableFromInline var time: Double
        @usableFromInline var number: UInt64
        @usableFromInline var event: Event

        @inlinable
        init(time: Double, number: UInt64, event: Event) {
            self.time = time
            self.number = number
            self.event = event
        }

        @inlinable
        func isBefore(_ other: ScheduledEvent) -> Bool {
            time < other.time || (time == other.time && number < other.number)
        }
    }

    @usableFromInline var heap: [ScheduledEvent] = []
    @usableFromInline var insertions: UInt64 = 0

    /// The current virtual time in seconds: the starting time, then that of the last event taken out.
    @inlinable public var now: Double { clock }
    @usableFromInline var clock: Double

    /// Creates an empty queue that starts at a virtual time in seconds, with memory for some waiting events.
    @inlinable
    public init(startingAt start: Double = 0, capacity: Int = 0) {
        precondition(start.isFinite, "virtual time is finite")
        clock = start
        heap.reserveCapacity(capacity)
    }

    /// The number of waiting events.
    @inlinable public var count: Int { heap.count }

    /// Whether no event waits.
    @inlinable public var isEmpty: Bool { heap.isEmpty }

    /// Puts an event in at a virtual time in seconds that is finite and not before ``now`` (a precondition).
    @inlinable
    public mutating func push(_ event: Event, at time: Double) {
        precondition(time.isFinite, "virtual time is finite")
        precondition(time >= clock, "virtual time never goes back")
        let entry = ScheduledEvent(time: time, number: insertions, event: event)
        insertions &+= 1
        heap.append(entry)
        var hole = heap.count - 1
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard entry.isBefore(heap[parent]) else { break }
            heap[hole] = heap[parent]
            hole = parent
        }
        heap[hole] = entry
    }

    /// Takes out the event that comes next and moves ``now`` to its time.
    ///
    /// - Returns: The event and its virtual time in seconds; nil if no event waits.
    @inlinable
    public mutating func pop() -> (time: Double, event: Event)? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else {
            clock = last.time
            return (last.time, last.event)
        }
        siftDown(last)
        clock = first.time
        return (first.time, first.event)
    }

    /// Puts an event in the place of the root and restores the order of the heap.
    @inlinable
    mutating func siftDown(_ entry: ScheduledEvent) {
        let count = heap.count
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < count else { break }
            if child + 1 < count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(entry) else { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = entry
    }
}

extension EventQueue: Sendable where Event: Sendable {}
extension EventQueue.ScheduledEvent: Sendable where Event: Sendable {}
