/// Since when each line is in flight and each busy agent is connected, for policies that ask for it.
struct ActivityAges: ~Copyable {
    /// Moments in seconds since the start of the shift, in no particular order.
    ///
    /// They are valid during one question to a policy. (Pointers and not arrays, so that a view is plain bits and costs
    /// nothing if it is not read.)
    struct Lists {
        /// The moment of dialling of each line in flight.
        var dialTimes = UnsafeBufferPointer<Double>(start: nil, count: 0)
        /// The moment of connection of each call whose agent is busy.
        var connectionTimes = UnsafeBufferPointer<Double>(start: nil, count: 0)
        /// How often the connection times have changed.
        var connectionChanges = 0
    }

    /// The calls in flight, with the moment of dialling.
    var dialled = CallMoments()
    /// The calls whose agent is busy, with the moment of connection.
    var connected = CallMoments()

    var lists: Lists {
        Lists(
            dialTimes: dialled.moments,
            connectionTimes: connected.moments,
            connectionChanges: connected.changes
        )
    }
}

/// Some of the calls of a ``CallPool``, each with a moment; the moments stand side by side.
struct CallMoments: ~Copyable {
    private var times = UnsafeMutableBufferPointer<Double>.allocate(capacity: 16)
    /// The call of each moment.
    private var owners = UnsafeMutableBufferPointer<CallID>.allocate(capacity: 16)
    /// The place of the moment of each call that has one.
    private var places = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 16)
    private var count = 0
    /// How often a call was added or taken out.
    private(set) var changes = 0

    deinit {
        times.deallocate()
        owners.deallocate()
        places.deallocate()
    }

    /// The calls that have a moment.
    var calls: [CallID] { Array(owners[0..<count]) }

    var moments: UnsafeBufferPointer<Double> { UnsafeBufferPointer(times.extracting(0..<count)) }

    /// Adds a call that has no moment.
    mutating func insert(_ id: CallID, at time: Double) {
        while Int(id) >= places.count { grow() }
        times[count] = time
        owners[count] = id
        places[Int(id)] = Int32(count)
        count += 1
        changes += 1
    }

    /// Takes out a call, if it has a moment; the last one takes its place.
    mutating func remove(_ id: CallID) {
        let place = Int(places[Int(id)])
        guard place < count, owners[place] == id else { return }
        count -= 1
        changes += 1
        times[place] = times[count]
        owners[place] = owners[count]
        places[Int(owners[place])] = Int32(place)
    }

    private mutating func grow() {
        times = Self.doubled(times)
        owners = Self.doubled(owners)
        places = Self.doubled(places)
    }

    private static func doubled<Element: BitwiseCopyable>(
        _ old: UnsafeMutableBufferPointer<Element>
    ) -> UnsafeMutableBufferPointer<Element> {
        let larger = UnsafeMutableBufferPointer<Element>.allocate(capacity: 2 * old.count)
        _ = larger.update(fromContentsOf: old)
        old.deallocate()
        return larger
    }
}
