/// The delay system with impatience M/M/n+M: a waiting call gives up after an exponential time.
///
/// Solved as a birth–death process. Rates are per unit of time; results are in that unit. Sources: Palm, Tele 1 (1957);
/// Garnett, Mandelbaum and Reiman, Manuf. Service Oper. Management 4 (2002) 208, doi:10.1287/msom.4.3.208.7753.
package struct ErlangA: Hashable, Sendable {
    /// The number of servers.
    package let servers: Int
    /// Calls per unit of time.
    package let arrivalRate: Double
    /// Calls that a busy server completes per unit of time.
    package let serviceRate: Double
    /// The rate at which one waiting call gives up: 1/(mean patience).
    package let abandonmentRate: Double
    /// The probability that a call finds all servers busy; some of these calls are abandoned.
    package let waitingProbability: Double
    /// The mean number of waiting calls.
    package let meanQueueLength: Double
    /// The share of time that a server is busy.
    package let occupancy: Double

    /// Creates the system; all parameters are positive (a precondition), any load is allowed.
    ///
    /// - Parameters:
    ///   - servers: The number of servers.
    ///   - arrivalRate: Calls per unit of time.
    ///   - serviceRate: Calls that a busy server completes per unit of time.
    ///   - abandonmentRate: The rate at which one waiting call gives up.
    package init(servers: Int, arrivalRate: Double, serviceRate: Double, abandonmentRate: Double) {
        precondition(
            servers > 0 && arrivalRate > 0 && serviceRate > 0 && abandonmentRate > 0,
            "servers and rates are positive"
        )
        self.servers = servers
        self.arrivalRate = arrivalRate
        self.serviceRate = serviceRate
        self.abandonmentRate = abandonmentRate
        let (n, lambda) = (Double(servers), arrivalRate)
        func deathRate(_ calls: Double) -> Double {
            min(calls, n) * serviceRate + max(0, calls - n) * abandonmentRate
        }
        // From a state near the mode, of weight 1, in both directions, so that no weight overflows.
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

        init(servers: Double) { self.servers = servers }

        mutating func add(_ weight: Double, calls: Double) {
            total += weight
            busy += weight * min(calls, servers)
            guard calls >= servers else { return }
            waiting += weight
            queue += weight * (calls - servers)
        }
    }
}
