import RealModule

/// Wald's sequential test between two probabilities of an event, which stops as early as the data allow.
///
/// After each observation the logarithm of the likelihood ratio is compared with ln((1 − β)/α) and ln(β/(1 − α)). Trials
/// must be independent: use replications or whole windows. Single calls of a dialer are not independent, because its
/// abandonments cluster. Source: Wald, Sequential Analysis (1947).
package struct SequentialProbabilityRatioTest: Hashable, Sendable {
    /// What the observations so far say.
    package enum Conclusion: String, Hashable, Sendable {
        /// Neither boundary has been reached.
        case undecided
        /// The probability of the null hypothesis, or a lower one, is accepted.
        case acceptNull
        /// The probability of the alternative, or a higher one, is accepted.
        case acceptAlternative
    }

    /// A boundary: a number of events that grows linearly with the number of trials.
    package struct Boundary: Hashable, Sendable {
        /// Events per trial.
        package var slope: Double
        /// Events at no trial.
        package var intercept: Double

        /// Returns the number of events on the boundary after some trials.
        package func events(trials: Int) -> Double { slope * Double(trials) + intercept }
    }

    package let nullProbability: Double
    package let alternativeProbability: Double
    /// The wanted probability α of accepting the alternative when the null hypothesis is true.
    package let falseAlarm: Double
    /// The wanted probability β of accepting the null hypothesis when the alternative is true.
    package let miss: Double

    /// The number of trials up to the decision.
    package private(set) var trials = 0
    /// The number of events up to the decision.
    package private(set) var events = 0
    /// The first decision; it is final.
    package private(set) var decision = Conclusion.undecided

    /// Creates a test without observations.
    ///
    /// 0 < nullProbability < alternativeProbability < 1; the error probabilities are positive with a sum below 1
    /// (preconditions).
    package init(nullProbability: Double, alternativeProbability: Double, falseAlarm: Double, miss: Double) {
        precondition(
            0 < nullProbability && nullProbability < alternativeProbability && alternativeProbability < 1,
            "the probabilities are between 0 and 1, that of the alternative is larger"
        )
        precondition(falseAlarm > 0 && miss > 0 && falseAlarm + miss < 1, "error probabilities are positive and small")
        self.nullProbability = nullProbability
        self.alternativeProbability = alternativeProbability
        self.falseAlarm = falseAlarm
        self.miss = miss
    }

    /// Adds a trial and returns the decision; after a decision nothing changes.
    @discardableResult
    package mutating func add(event: Bool) -> Conclusion { add(events: event ? 1 : 0, trials: 1) }

    /// Adds a batch of trials, then decides once; after a decision nothing changes.
    ///
    /// Deciding only after batches keeps the error probabilities, and takes more trials.
    @discardableResult
    package mutating func add(events: Int, trials: Int) -> Conclusion {
        precondition(0 <= events && events <= trials, "events are in 0…trials")
        guard decision == .undecided else { return decision }
        self.events += events
        self.trials += trials
        let ratio = logLikelihoodRatio
        if ratio >= upperLogBound {
            decision = .acceptAlternative
        } else if ratio <= lowerLogBound {
            decision = .acceptNull
        }
        return decision
    }

    /// The logarithm of the likelihood of the alternative over that of the null hypothesis.
    package var logLikelihoodRatio: Double { Double(events) * eventStep + Double(trials - events) * otherStep }

    /// At this boundary or above it, the alternative is accepted.
    package var rejectionBoundary: Boundary { boundary(upperLogBound) }

    /// At this boundary or below it, the null hypothesis is accepted.
    package var acceptanceBoundary: Boundary { boundary(lowerLogBound) }

    /// Wald's approximation of the mean number of trials when the null hypothesis is true.
    package var expectedTrialsUnderNull: Double { expectedTrials(nullProbability, rejecting: falseAlarm) }

    /// Wald's approximation of the mean number of trials when the alternative is true.
    package var expectedTrialsUnderAlternative: Double { expectedTrials(alternativeProbability, rejecting: 1 - miss) }

    /// The number of trials of a test with a fixed sample and the same errors, by the normal approximation.
    package var fixedSampleSize: Double {
        let null = -StandardNormal.quantile(falseAlarm) * (nullProbability * (1 - nullProbability)).squareRoot()
        let alternative =
            -StandardNormal.quantile(miss) * (alternativeProbability * (1 - alternativeProbability)).squareRoot()
        let quotient = (null + alternative) / (alternativeProbability - nullProbability)
        return quotient * quotient
    }

    private var upperLogBound: Double { Double.log((1 - miss) / falseAlarm) }
    private var lowerLogBound: Double { Double.log(miss / (1 - falseAlarm)) }
    /// What an event adds to the logarithm of the ratio.
    private var eventStep: Double { Double.log(alternativeProbability / nullProbability) }
    /// What a trial without the event adds.
    private var otherStep: Double { Double.log((1 - alternativeProbability) / (1 - nullProbability)) }

    private func boundary(_ logBound: Double) -> Boundary {
        let scale = eventStep - otherStep
        return Boundary(slope: -otherStep / scale, intercept: logBound / scale)
    }

    private func expectedTrials(_ probability: Double, rejecting: Double) -> Double {
        let meanStep = probability * eventStep + (1 - probability) * otherStep
        return (rejecting * upperLogBound + (1 - rejecting) * lowerLogBound) / meanStep
    }
}
