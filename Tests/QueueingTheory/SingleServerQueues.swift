import RealModule

/// One server with Poisson arrivals and exponential service, M/M/1.
///
/// Rates are per unit of time; results are in that unit. Source: Kleinrock, Queueing Systems 1 (1975), 3.2.
package struct SingleServerQueue: Hashable, Sendable {
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
        Double.exp(-(serviceRate - arrivalRate) * max(0, time))
    }

    /// Returns the probability that a call waits longer than a time.
    package func probabilityOfWait(longerThan time: Double) -> Double {
        occupancy * probabilityOfTime(longerThan: time)
    }
}

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
        // Weights ρᵏ, from the likelier end downward, so that no weight overflows.
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

/// One server with Poisson arrivals and any distribution of service times, M/G/1.
///
/// The Pollaczek–Khinchine formula. Times are in one unit, rates per that unit. Sources: Pollaczek, Math. Z. 32 (1930)
/// 64; Khinchine, Mat. Sbornik 39 (1932) 73.
package struct GeneralServiceQueue: Hashable, Sendable {
    package let arrivalRate: Double
    /// The mean service time.
    package let meanService: Double
    /// The squared coefficient of variation of the service time: 0 if it is constant (M/D/1), 1 if exponential.
    package let squaredVariation: Double

    /// Creates the system; it must be stable: 0 < arrivalRate × meanService < 1 (a precondition).
    package init(arrivalRate: Double, meanService: Double, squaredVariation: Double) {
        precondition(
            arrivalRate > 0 && meanService > 0 && arrivalRate * meanService < 1 && squaredVariation >= 0,
            "the server is faster than the arrivals"
        )
        self.arrivalRate = arrivalRate
        self.meanService = meanService
        self.squaredVariation = squaredVariation
    }

    /// The share of time that the server is busy.
    package var occupancy: Double { arrivalRate * meanService }
    /// The mean time in the queue.
    package var meanWait: Double {
        occupancy / (1 - occupancy) * (1 + squaredVariation) / 2 * meanService
    }
    /// The mean time in the system.
    package var meanTime: Double { meanWait + meanService }
    /// The mean number of waiting calls.
    package var meanQueueLength: Double { arrivalRate * meanWait }
    /// The mean number of calls in the system.
    package var meanCalls: Double { arrivalRate * meanTime }
}
