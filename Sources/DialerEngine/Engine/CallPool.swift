/// The calls that exist at a moment, in places that are used again.
struct CallPool: ~Copyable {
    private var storage: UnsafeMutableBufferPointer<Call>
    /// The first free place; `next` of a free place leads to another.
    private var firstFree: CallID = 0
    private(set) var inUse = 0

    init(capacity: Int) {
        storage = Self.places(max(16, capacity))
        linkFree(from: 0)
    }

    deinit { storage.deallocate() }

    subscript(id: CallID) -> Call {
        @inline(__always) unsafeAddress {
            UnsafePointer(storage.baseAddress.unsafelyUnwrapped + Int(id))
        }
        @inline(__always) unsafeMutableAddress {
            storage.baseAddress.unsafelyUnwrapped + Int(id)
        }
    }

    var ids: Range<CallID> { 0..<CallID(storage.count) }

    @inline(__always)
    mutating func take() -> CallID {
        if firstFree < 0 { grow() }
        inUse &+= 1
        let id = firstFree
        firstFree = self[id].next
        return id
    }

    @inline(__always)
    mutating func release(_ id: CallID) {
        self[id].next = firstFree
        firstFree = id
        inUse &-= 1
    }

    private mutating func grow() {
        let old = storage
        storage = Self.places(old.count * 2)
        for place in 0..<old.count { storage[place] = old[place] }
        linkFree(from: old.count)
        firstFree = CallID(old.count)
        old.deallocate()
    }

    /// Allocates places that begin at a cache line.
    private static func places(_ count: Int) -> UnsafeMutableBufferPointer<Call> {
        let size = count * MemoryLayout<Call>.stride
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        return bytes.initializeMemory(as: Call.self, repeating: Call())
    }

    private func linkFree(from first: Int) {
        for place in first..<storage.count {
            storage[place].next = place + 1 < storage.count ? CallID(place + 1) : -1
        }
    }
}
