/// Finds the boldest of ordered settings that is certified, without a correction for many tests.
///
/// Settings are tested from the most cautious one upward, each with the same plans. The first setting that is not
/// certified ends the search. The probability of certifying any setting that fails the requirement is then at most 1 − confidence.
/// Source: Maurer, Hothorn and Lehmacher, in Biometrie in der chemisch-pharmazeutischen Industrie 6 (1995) 3; Westfall
/// and Krishen, J. Statist. Plann. Inference 99 (2001) 25.
package struct FixedSequenceTest: Hashable, Sendable {
    /// The judgement on the setting under test.
    package enum Judgement: String, Hashable, Sendable {
        /// More windows are needed.
        case undecided
        /// The setting is certified; the next one is under test.
        case certified
        /// The setting is not certified, and the search has ended.
        case notCertified
    }

    /// The plans for each setting, by increasing number of windows; meeting one of them certifies.
    package let certificates: [ChanceConstraint.Certificate]
    /// The number of settings certified so far: all before this index are.
    package private(set) var certifiedCount = 0
    /// Whether a setting was not certified.
    package private(set) var hasEnded = false
    /// The number of windows of the setting under test.
    package private(set) var trials = 0
    /// The number of failures among them.
    package private(set) var failures = 0

    /// Creates a search that tests each setting with these plans.
    ///
    /// The plans are not empty, by increasing number of windows and of allowed failures (preconditions): a single one, or
    /// those of ``ChanceConstraint/escalation(allowedFailures:)``.
    package init(certificates: [ChanceConstraint.Certificate]) {
        precondition(!certificates.isEmpty, "a setting is tested with a plan")
        precondition(
            zip(certificates, certificates.dropFirst()).allSatisfy {
                $0.trials < $1.trials && $0.allowedFailures < $1.allowedFailures
            },
            "plans are ordered"
        )
        self.certificates = certificates
    }

    /// The index of the boldest certified setting; nil if no setting is certified.
    package var boldestCertified: Int? { certifiedCount > 0 ? certifiedCount - 1 : nil }

    /// Adds a window of the setting under test and returns the judgement on that setting.
    ///
    /// A setting is not certified as soon as it has more failures than its last plan allows. After the end nothing changes.
    package mutating func add(complies: Bool) -> Judgement {
        guard !hasEnded else { return .notCertified }
        trials += 1
        if !complies { failures += 1 }
        guard let plan = certificates.first(where: { failures <= $0.allowedFailures }) else {
            hasEnded = true
            return .notCertified
        }
        guard trials >= plan.trials else { return .undecided }
        certifiedCount += 1
        trials = 0
        failures = 0
        return .certified
    }
}
