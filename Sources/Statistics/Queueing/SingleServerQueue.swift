/// One server with Poisson arrivals and exponential service, M/M/1.
///
/// Rates are per unit of time; results are in that unit. Source: Kleinrock, Queueing Systems 1 (1975), 3.2.
package struct SingleServerQueue: Hashable, Sendable {
    /// Calls per unit of time.
    package let arrivalRate: Double
    /// Calls that the busy server completes per unit of time.
    package let serviceRate: Double

    /// Creates the system; it must be stable: 0 < arrivalRate < serviceRate (a precondition).
    package init(arrivalRate: Double, serviceRate: Double) {
        precondition(0 < arrivalRate && arrivalRate < serviceRate, "the server is faster than the arrivals")
        self.arrivalRate = arrivalRate
        self.serviceRate = serviceRate
    }

    /// The share of time that the server is busy.
    package var occupancy: Double { arrivalRate / serviceRate }
    /// The mean number of calls in the system.
    package var meanCalls: Double { arrivalRate * meanTime }
    /// The mean number of waiting calls.
    package var meanQueueLength: Double { arrivalRate * meanWait }
    /// The mean time in the system.
    package var meanTime: Double { 1 / (serviceRate - arrivalRate) }
    /// The mean time in the queue.
    package var meanWait: Double { occupancy * meanTime }

    /// Returns the probability that a call spends longer than a time in the system.
    package func probabilityOfTime(longerThan time: Double) -> Double {
        ElementaryFunctions.exponential(-(serviceRate - arrivalRate) * max(0, time))
    }

    /// Returns the probability that a call waits longer than a time.
    package func probabilityOfWait(longerThan time: Double) -> Double {
        occupancy * probabilityOfTime(longerThan: time)
    }
}
