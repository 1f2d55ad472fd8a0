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
    }

    private var dialTimes = UnsafeMutableBufferPointer<Double>.allocate(capacity: 16)
    private var connectionTimes = UnsafeMutableBufferPointer<Double>.allocate(capacity: 16)

    deinit {
        dialTimes.deallocate()
        connectionTimes.deallocate()
    }

    /// Collects the moments of all calls of a shift that began at `start`.
    mutating func collect(from calls: borrowing CallPool, since start: Double) -> Lists {
        if dialTimes.count < calls.ids.count {
            dialTimes.deallocate()
            connectionTimes.deallocate()
            dialTimes = .allocate(capacity: calls.ids.count)
            connectionTimes = .allocate(capacity: calls.ids.count)
        }
        var (lines, agents) = (0, 0)
        for id in calls.ids {
            switch calls[id].phase {
            case .inFlight:
                dialTimes[lines] = calls[id].dialledAt - start
                lines += 1
            case .talking, .wrapping:
                connectionTimes[agents] = calls[id].connectedAt - start
                agents += 1
            case .none, .waiting: break
            }
        }
        return Lists(
            dialTimes: UnsafeBufferPointer(dialTimes.extracting(0..<lines)),
            connectionTimes: UnsafeBufferPointer(connectionTimes.extracting(0..<agents))
        )
    }
}
