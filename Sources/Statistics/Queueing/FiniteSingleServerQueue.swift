/// One server with Poisson arrivals, exponential service and room for `K` calls, M/M/1/K.
///
/// A call that finds K calls in the system is lost. Source: Kleinrock, Queueing Systems 1 (1975), 3.6.
package struct FiniteSingleServerQueue: Hashable, Sendable {
    /// The offered load in erlangs: calls per mean service time.
    package let offeredLoad: Double
    /// The largest number of calls in the system, the one in service included.
    package let capacity: Int
    /// The probability that a call is lost.
    package let blocking: Double
    /// The mean number of calls in the system.
    package let meanCalls: Double

    /// Creates the system; load and capacity are positive (a precondition), any load is allowed.
    package init(offeredLoad: Double, capacity: Int) {
        precondition(offeredLoad > 0 && capacity > 0, "load and capacity are positive")
        self.offeredLoad = offeredLoad
        self.capacity = capacity
        // Weights ρᵏ, from the likelier end downward, so that none overflows.
        let growth = min(offeredLoad, 1 / offeredLoad)
        var (weight, total, calls, last) = (1.0, 0.0, 0.0, 0.0)
        for step in 0...capacity {
            let state = offeredLoad > 1 ? capacity - step : step
            total += weight
            calls += weight * Double(state)
            if state == capacity { last = weight }
            weight *= growth
        }
        blocking = last / total
        meanCalls = calls / total
    }

    /// The share of time that the server is busy.
    package var occupancy: Double { offeredLoad * (1 - blocking) }
}
