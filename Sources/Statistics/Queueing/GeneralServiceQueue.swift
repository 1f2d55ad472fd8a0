/// One server with Poisson arrivals and any distribution of service times, M/G/1.
///
/// The Pollaczek–Khinchine formula. Times are in one unit, rates per that unit. Sources: Pollaczek, Math. Z. 32 (1930)
/// 64; Khinchine, Mat. Sbornik 39 (1932) 73.
package struct GeneralServiceQueue: Hashable, Sendable {
    /// Calls per unit of time.
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
