import RealModule
import Statistics

/// The loss system M/G/n/n: calls that find all servers busy are lost, for any distribution of service times.
///
/// Source: Erlang, Elektroteknikeren 13 (1917) 5.
package struct ErlangB: Hashable, Sendable {
    package let servers: Int
    /// The offered load in erlangs: calls per mean service time.
    package let offeredLoad: Double
    /// The probability that a call is lost.
    package let blocking: Double

    package init(servers: Int, offeredLoad: Double) {
        precondition(servers >= 0 && offeredLoad >= 0, "servers and load are not negative")
        self.servers = servers
        self.offeredLoad = offeredLoad
        var blocking = 1.0
        for count in 0..<servers { blocking = offeredLoad * blocking / (Double(count + 1) + offeredLoad * blocking) }
        self.blocking = blocking
    }

    /// The share of time that a server is busy.
    package var occupancy: Double { offeredLoad * (1 - blocking) / Double(servers) }

    /// Returns the offered load, in erlangs, at which a given share of calls, between 0 and 1, is lost.
    package static func offeredLoad(servers: Int, blocking: Double) -> Double {
        precondition(servers > 0 && 0 < blocking && blocking < 1, "a share of calls is lost at some servers")
        // At least (load − n)/load of the calls are lost.
        let most = Double(servers) / (1 - blocking)
        return SpecialFunctions.increasingRoot(in: 0...most) {
            ErlangB(servers: servers, offeredLoad: $0).blocking - blocking
        }
    }
}

/// The delay system M/M/n: calls wait as long as it takes, in order of arrival.
///
/// Rates are per unit of time; results are in that unit. Source: Erlang, Elektroteknikeren 13 (1917) 5.
package struct ErlangC: Hashable, Sendable {
    package let servers: Int
    package let arrivalRate: Double
    /// Calls that a busy server completes per unit of time.
    package let serviceRate: Double
    /// The probability that a call waits.
    package let waitingProbability: Double

    /// Creates the system; it must be stable: arrivalRate < servers × serviceRate (a precondition).
    package init(servers: Int, arrivalRate: Double, serviceRate: Double) {
        precondition(arrivalRate > 0 && arrivalRate < Double(servers) * serviceRate, "there is less load than servers")
        self.servers = servers
        self.arrivalRate = arrivalRate
        self.serviceRate = serviceRate
        let blocking = ErlangB(servers: servers, offeredLoad: arrivalRate / serviceRate).blocking
        let occupancy = arrivalRate / (Double(servers) * serviceRate)
        waitingProbability = blocking / (1 - occupancy * (1 - blocking))
    }

    package var occupancy: Double { arrivalRate / (Double(servers) * serviceRate) }

    /// The mean time in the queue, over all calls.
    package var meanWait: Double { waitingProbability / (Double(servers) * serviceRate - arrivalRate) }

    /// The mean number of waiting calls.
    package var meanQueueLength: Double { arrivalRate * meanWait }

    /// Returns the probability that a call waits longer than a time.
    package func probabilityOfWait(longerThan time: Double) -> Double {
        waitingProbability * Double.exp(-(Double(servers) * serviceRate - arrivalRate) * max(0, time))
    }
}

/// The delay system with impatience M/M/n+M: a waiting call gives up after an exponential time.
///
/// Solved as a birth–death process. Rates are per unit of time; results are in that unit. Sources: Palm, Tele 1 (1957);
/// Garnett, Mandelbaum and Reiman, Manuf. Service Oper. Management 4 (2002) 208, doi:10.1287/msom.4.3.208.7753.
package struct ErlangA: Hashable, Sendable {
    package let servers: Int
    package let arrivalRate: Double
    /// Calls that a busy server completes per unit of time.
    package let serviceRate: Double
    /// The rate at which one waiting call gives up: 1/(mean patience).
    package let abandonmentRate: Double
    /// The probability that a call finds all servers busy; some of these calls are abandoned.
    package let waitingProbability: Double
    /// The mean number of waiting calls.
    package let meanQueueLength: Double
    package let occupancy: Double

    /// Creates the system; all parameters are positive (a precondition), any load is allowed.
    package init(servers: Int, arrivalRate: Double, serviceRate: Double, abandonmentRate: Double) {
        precondition(servers > 0 && arrivalRate > 0 && serviceRate > 0 && abandonmentRate > 0, "all are positive")
        self.servers = servers
        self.arrivalRate = arrivalRate
        self.serviceRate = serviceRate
        self.abandonmentRate = abandonmentRate
        let (n, lambda) = (Double(servers), arrivalRate)
        func deathRate(_ calls: Double) -> Double {
            min(calls, n) * serviceRate + max(0, calls - n) * abandonmentRate
        }
        // In both directions from a state near the mode, whose weight is 1, so that no weight overflows.
        let start = n + max(0, ((lambda - n * serviceRate) / abandonmentRate).rounded(.down))
        var weights = Weights(servers: n)
        var (calls, weight) = (start, 1.0)
        while weight > 0 && calls >= 0 {
            weights.add(weight, calls: calls)
            weight *= deathRate(calls) / lambda
            calls -= 1
        }
        (calls, weight) = (start, 1)
        repeat {
            calls += 1
            weight *= lambda / deathRate(calls)
            weights.add(weight, calls: calls)
        } while weight * max(1, calls - n) > 1e-18 * weights.queue || weight > 1e-18 * weights.total
        waitingProbability = weights.waiting / weights.total
        meanQueueLength = weights.queue / weights.total
        occupancy = weights.busy / weights.total / n
    }

    /// The share of calls that give up.
    package var abandonmentProbability: Double { abandonmentRate * meanWait }

    /// The mean time in the queue, over all calls, those that give up included.
    package var meanWait: Double { meanQueueLength / arrivalRate }

    private struct Weights {
        var servers: Double
        var total = 0.0
        var waiting = 0.0
        var queue = 0.0
        var busy = 0.0

        mutating func add(_ weight: Double, calls: Double) {
            total += weight
            busy += weight * min(calls, servers)
            guard calls >= servers else { return }
            waiting += weight
            queue += weight * (calls - servers)
        }
    }
}
