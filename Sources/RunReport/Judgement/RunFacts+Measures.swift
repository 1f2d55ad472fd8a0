import ExactJSON
import SimulationAPI
import Statistics

extension RunFacts {
    /// Ended calls of each outcome, in the order of ``CallOutcome``.
    var outcomeCounts: [Int] { CallOutcome.allCases.map { calls.outcomes[$0] ?? 0 } }

    /// The injected probability of each outcome, in the order of ``CallOutcome``.
    var injectedProbabilities: [Double] {
        CallOutcome.allCases.map { max(0, payload.outcomes.probability(of: $0).doubleValue) }
    }

    /// 1 − total variation distance between injected and observed outcomes, 0…1.
    ///
    /// `nil` where nothing can be compared: no ended call told its outcome, or injection is off. Rounded to twelve
    /// digits, so that a share that meets a limit exactly is not lost to binary rounding.
    public var accuracyRate: Double? {
        let counts = outcomeCounts
        let total = counts.reduce(0, +)
        guard total > 0, payload.outcomes.enabled else { return nil }
        let distance = TotalVariation.distance(injectedProbabilities, counts.map { Double($0) / Double(total) })
        return min(1, max(0, ((1 - distance) * 1e12).rounded() / 1e12))
    }

    /// The share of calls answered by a person that were abandoned; `nil` without answered calls.
    public var abandonmentRate: Double? {
        let answered = calls.outcomes[.answered] ?? 0
        return answered > 0 ? Double(calls.abandoned) / Double(answered) : nil
    }

    /// How long the run took, in seconds of real time.
    public var durationSeconds: Double { Double(finishedAt.milliseconds - startedAt.milliseconds) / 1000 }

    /// Calls that were dialled, as the status tells it, else as events were seen.
    public var callsAttempted: Int { status?.callsAttempted ?? calls.seen }

    /// The most calls at once that either the events or the status show.
    var peakConcurrency: Int { max(calls.peakConcurrency, status?.peakConcurrency ?? 0) }
}
