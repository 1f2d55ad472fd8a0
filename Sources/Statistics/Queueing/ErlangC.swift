/// The delay system M/M/n: calls wait as long as it takes, in order of arrival.
///
/// Rates are per unit of time; results are in that unit. Source: Erlang, Elektroteknikeren 13 (1917) 5.
package struct ErlangC: Hashable, Sendable {
    /// The number of servers.
    package let servers: Int
    /// Calls per unit of time.
    package let arrivalRate: Double
    /// Calls that a busy server completes per unit of time.
    package let serviceRate: Double
    /// The probability that a call waits.
    package let waitingProbability: Double

    /// Creates the system; it must be stable: arrivalRate < servers × serviceRate (a precondition).
    ///
    /// - Parameters:
    ///   - servers: The number of servers.
    ///   - arrivalRate: Calls per unit of time, positive (a precondition).
    ///   - serviceRate: Calls that a busy server completes per unit of time.
    package init(servers: Int, arrivalRate: Double, serviceRate: Double) {
        precondition(
            arrivalRate > 0 && arrivalRate < Double(servers) * serviceRate,
            "a delay system has less load than servers"
        )
        self.servers = servers
        self.arrivalRate = arrivalRate
        self.serviceRate = serviceRate
        let blocking = ErlangB(servers: servers, offeredLoad: arrivalRate / serviceRate).blocking
        let occupancy = arrivalRate / (Double(servers) * serviceRate)
        waitingProbability = blocking / (1 - occupancy * (1 - blocking))
    }

    /// The share of time that a server is busy.
    package var occupancy: Double { arrivalRate / (Double(servers) * serviceRate) }

    /// The mean time in the queue, over all calls.
    package var meanWait: Double { waitingProbability / (Double(servers) * serviceRate - arrivalRate) }

    /// The mean number of waiting calls.
    package var meanQueueLength: Double { arrivalRate * meanWait }

    /// Returns the probability that a call waits longer than a time.
    package func probabilityOfWait(longerThan time: Double) -> Double {
        waitingProbability
            * ElementaryFunctions.exponential(-(Double(servers) * serviceRate - arrivalRate) * max(0, time))
    }
}
