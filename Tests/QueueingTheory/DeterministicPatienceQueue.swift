import RealModule
import Statistics

/// The delay system M/M/n+D: a waiting call gives up after a fixed time, as under a two-second rule.
///
/// With 𝓔 = 1/B(n − 1, λ/μ), d = λ − nμ and J = (e^(dD) − 1)/d + e^(dD)/(nμ): P(wait) = λJ/(𝓔 + λJ) and
/// P(abandoned) = (1 + dJ)/(𝓔 + λJ). Rates are per unit of time; results are in that unit. Sources: Baccelli and
/// Hébuterne, Performance '81, 159; Zeltyn and Mandelbaum, Queueing Systems 51 (2005) 361,
/// doi:10.1007/s11134-005-3699-8.
package struct DeterministicPatienceQueue: Hashable, Sendable {
    package let servers: Int
    package let arrivalRate: Double
    /// Calls that a busy server completes per unit of time.
    package let serviceRate: Double
    /// How long a call waits before it gives up; with 0 the system is that of ``ErlangB``.
    package let patience: Double
    /// The probability that a call finds all servers busy; some of these calls are abandoned.
    package let waitingProbability: Double
    /// The share of calls that give up.
    package let abandonmentProbability: Double
    /// The mean time in the queue, over all calls; that of a call that gives up is the patience.
    package let meanWait: Double

    /// Creates the system; any load is allowed.
    ///
    /// Servers and rates are positive, and the patience is finite and not negative (preconditions).
    package init(servers: Int, arrivalRate: Double, serviceRate: Double, patience: Double) {
        precondition(
            servers > 0 && arrivalRate > 0 && serviceRate > 0 && patience >= 0 && patience < .infinity,
            "servers and rates are positive, and patience is finite"
        )
        self.servers = servers
        self.arrivalRate = arrivalRate
        self.serviceRate = serviceRate
        self.patience = patience
        let capacity = Double(servers) * serviceRate
        let exponent = (arrivalRate - capacity) * patience
        // All terms are divided by the larger of 1 and e^(dD), so that no term overflows.
        let scale = Double.exp(-max(0, exponent))
        let growth = Double.exp(min(0, exponent))
        let integral = patience * Self.meanPower(exponent) + growth / capacity
        let waitIntegral = patience * (patience * Self.meanMoment(exponent, scale: scale) + growth / capacity)
        let lossInverse = 1 / ErlangB(servers: servers - 1, offeredLoad: arrivalRate / serviceRate).blocking
        let total = lossInverse * scale + arrivalRate * integral
        waitingProbability = arrivalRate * integral / total
        // 1 + dJ, without the cancellation.
        abandonmentProbability = growth * arrivalRate / capacity / total
        meanWait = arrivalRate * waitIntegral / total
    }

    /// The share of time that a server is busy.
    package var occupancy: Double {
        arrivalRate * (1 - abandonmentProbability) / (Double(servers) * serviceRate)
    }

    /// The mean number of waiting calls.
    package var meanQueueLength: Double { arrivalRate * meanWait }

    /// Returns the arrival rate at which a given share of calls, between 0 and 1, gives up.
    package static func arrivalRate(servers: Int, serviceRate: Double, patience: Double, abandonment: Double) -> Double
    {
        precondition(0 < abandonment && abandonment < 1, "a share of calls gives up")
        let most = Double(servers) * serviceRate / (1 - abandonment)
        return SpecialFunctions.increasingRoot(in: 0...most) { rate in
            DeterministicPatienceQueue(
                servers: servers,
                arrivalRate: rate,
                serviceRate: serviceRate,
                patience: patience
            ).abandonmentProbability - abandonment
        }
    }

    /// Returns ∫₀¹ e^(xu) du, times the scale: e^(−x) for a positive `x`, else 1.
    private static func meanPower(_ x: Double) -> Double {
        x == 0 ? 1 : Double.expMinusOne(-abs(x)) / -abs(x)
    }

    /// Returns ∫₀¹ u e^(xu) du, times the same scale.
    private static func meanMoment(_ x: Double, scale: Double) -> Double {
        if abs(x) > 1 { return (Double.exp(min(0, x)) - meanPower(x)) / x }
        // Σ xᵏ/(k!(k + 2)): near 0 the difference above would cancel.
        var (sum, power) = (0.0, 1.0)
        for index in 0..<24 {
            sum += power / Double(index + 2)
            power *= x / Double(index + 1)
        }
        return sum * scale
    }
}
