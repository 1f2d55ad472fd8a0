/// The requirement that at least a given proportion of all windows comply, to be shown with a given confidence.
///
/// A window, simulated as a whole, complies or fails; the number of failures is binomial. If there are few enough failures,
/// the hypothesis that fewer windows comply than required is rejected. Source: Clopper and Pearson, Biometrika 26 (1934) 404; Hahn and
/// Meeker, Statistical Intervals (1991), ch. 6.
package struct ChanceConstraint: Hashable, Sendable {
    /// A plan made before the first window: the number of windows, and the failures that it allows.
    package struct Certificate: Hashable, Sendable {
        package var trials: Int
        /// The largest number of failures with which the requirement counts as shown.
        package var allowedFailures: Int
    }

    /// The proportion of windows that must comply, between 0 and 1.
    package let proportion: Double
    /// The confidence with which this is to be shown, between 0 and 1.
    package let confidence: Double

    package init(proportion: Double = 0.95, confidence: Double = 0.95) {
        precondition(0 < proportion && proportion < 1, "a proportion is between 0 and 1")
        precondition(0 < confidence && confidence < 1, "a confidence is between 0 and 1")
        self.proportion = proportion
        self.confidence = confidence
    }

    /// Returns the plan with the fewest windows for a number of allowed failures.
    ///
    /// Choose the plan beforehand. Going on to a plan that allows more failures raises the probability of a wrong
    /// certificate above 1 − confidence; to do that, use ``escalation(allowedFailures:)``.
    package func certificate(allowedFailures: Int) -> Certificate {
        precondition(allowedFailures >= 0, "a number of failures is not negative")
        var enough = 2 * (allowedFailures + 1)
        while !certifies(failures: allowedFailures, trials: enough) { enough *= 2 }
        var tooFew = allowedFailures
        while enough - tooFew > 1 {
            let middle = tooFew + (enough - tooFew) / 2
            if certifies(failures: allowedFailures, trials: middle) { enough = middle } else { tooFew = middle }
        }
        return Certificate(trials: enough, allowedFailures: allowedFailures)
    }

    /// Returns plans for 0, 1, … allowed failures that may be tried one after the other on the same windows.
    ///
    /// Each is a ``certificate(allowedFailures:)`` of a higher confidence. That confidence is the same for all plans, and
    /// the least one with which ``wrongCertificateProbability(trying:)`` is at most 1 − confidence.
    package func escalation(allowedFailures: Int) -> [Certificate] {
        func plans(_ confidence: Double) -> [Certificate] {
            let strict = ChanceConstraint(proportion: proportion, confidence: confidence)
            return (0...allowedFailures).map { strict.certificate(allowedFailures: $0) }
        }
        let limit = (1 - confidence) * (1 + 1e-10)
        // Plans are strict enough if the sum of their errors is the limit, so the search ends there at the latest.
        var (tooLow, enough) = (confidence, 1 - (1 - confidence) / Double(allowedFailures + 1))
        for _ in 0..<30 {
            let middle = tooLow + (enough - tooLow) / 2
            if wrongCertificateProbability(trying: plans(middle)) <= limit { enough = middle } else { tooLow = middle }
        }
        return plans(enough)
    }

    /// Whether the observed windows show the requirement, in a single test that was planned beforehand.
    ///
    /// The exact binomial test: if exactly the required proportion complies, the probability of no more failures than
    /// observed must be at most 1 − confidence.
    package func certifies(failures: Int, trials: Int) -> Bool {
        // The tolerance is for ties, which rounding must not decide.
        pValue(failures: failures, trials: trials) <= (1 - confidence) * (1 + 1e-10)
    }

    /// Returns the probability of at most this number of failures if exactly the required proportion complies.
    package func pValue(failures: Int, trials: Int) -> Double {
        precondition(0 <= failures && failures <= trials, "failures are in 0…trials")
        if failures == trials { return 1 }
        return SpecialFunctions.incompleteBeta(
            Double(trials - failures),
            Double(failures) + 1,
            proportion,
            complement: 1 - proportion
        )
    }

    /// Returns the one-sided exact lower limit of the proportion that complies; 0 without windows.
    ///
    /// It is at least ``proportion`` if ``certifies(failures:trials:)`` is true.
    package func lowerLimit(failures: Int, trials: Int) -> Double {
        1 - ProportionInterval.clopperPearsonUpperLimit(successes: failures, trials: trials, level: confidence)
    }

    /// Returns the exact probability of a wrong certificate when plans are tried one after the other on the same windows.
    ///
    /// This is the probability that the first `trials` windows of at least one plan meet it, if exactly the required
    /// proportion complies. Plans are ordered by their number of windows (a precondition).
    package func wrongCertificateProbability(trying certificates: [Certificate]) -> Double {
        // More failures than any plan allows can never certify.
        let most = certificates.map(\.allowedFailures).max() ?? 0
        var uncertified = FailureDistribution(failure: 1 - proportion, most: most)
        var wrong = 0.0
        for certificate in certificates {
            uncertified.goOn(to: certificate.trials)
            wrong += uncertified.takeUp(to: certificate.allowedFailures)
        }
        return wrong
    }
}
