/// A plan by which windows are simulated in groups, and looked at after each, until a requirement is shown or refuted.
///
/// The looks and their bounds are fixed before the first window. At look k the requirement counts as shown if at most
/// `c = k − 1` windows failed; each look has the fewest windows with which that test has the nominal level α′, the same for all
/// looks (Pocock, Biometrika 64 (1977) 191, with exact binomial probabilities in place of normal ones). α′ is the largest level at which
/// the probability of a wrong certificate, every look counted, is at most 1 − confidence. The mirrored bound rejects: at
/// least r windows failed, with a nominal level of its own that is found in the same way. The number of looks is the
/// smallest with which a setting with half of the permitted failures is certified with the asked-for power.
package struct SequentialPlan: Hashable, Sendable {
    /// The windows after which somebody looks, and what is decided then.
    package struct Look: Hashable, Sendable {
        /// The windows simulated until then.
        package var trials: Int
        /// The most failures with which the requirement is shown.
        package var certifiesUpTo: Int
        /// The fewest failures with which it is refuted; nil if no number is enough yet.
        package var rejectsFrom: Int?
    }

    /// What a look decides.
    package enum Decision: String, Hashable, Sendable {
        case certified, rejected
        /// More windows are needed.
        case goOn
        /// The last look did not decide.
        case inconclusive
    }

    /// The requirement.
    package let requirement: ChanceConstraint
    /// The looks in order; the first is the earliest that can certify.
    package let looks: [Look]

    /// The most looks that a plan may have.
    private static let mostLooks = 64

    /// Plans a test.
    ///
    /// - Parameter power: The least probability with which a setting is certified that fails half as often as is permitted.
    package init(_ requirement: ChanceConstraint, power: Double = 0.8) {
        self.requirement = requirement
        let half = (1 - requirement.proportion) / 2
        var looks: [Look] = []
        for count in 1...Self.mostLooks {
            looks = requirement.escalation(allowedFailures: count - 1)
                .map { Look(trials: $0.trials, certifiesUpTo: $0.allowedFailures, rejectsFrom: nil) }
            // The bounds that reject can only take from the power, so they need not be found where it is too small already.
            let isLast = count == Self.mostLooks
            guard isLast || Self.probabilities(of: looks, failure: half).certified >= power else { continue }
            looks = Self.withRejections(looks, requirement)
            if Self.probabilities(of: looks, failure: half).certified >= power { break }
        }
        self.looks = looks
    }

    /// The windows of the last look.
    package var mostTrials: Int { looks.last?.trials ?? 0 }

    /// Decides at a look, the first of which is 0.
    package func decide(atLook index: Int, failures: Int) -> Decision {
        if failures <= looks[index].certifiesUpTo { return .certified }
        if let bound = looks[index].rejectsFrom, failures >= bound { return .rejected }
        return index + 1 < looks.count ? .goOn : .inconclusive
    }

    /// Returns the exact probabilities that a setting is certified, and that it is rejected, if its windows fail with a probability.
    package func probabilities(failure: Double) -> (certified: Double, rejected: Double) {
        Self.probabilities(of: looks, failure: failure)
    }

    /// - Parameter certifies: Whether the bounds that certify end the test; without them the probability of a rejection can only be more.
    private static func probabilities(
        of looks: [Look],
        failure: Double,
        certifies: Bool = true
    ) -> (certified: Double, rejected: Double) {
        let most = looks.map { max($0.certifiesUpTo, $0.rejectsFrom ?? 0) }.max() ?? 0
        var open = FailureDistribution(failure: failure, most: most)
        var (certified, rejected) = (0.0, 0.0)
        for look in looks {
            open.goOn(to: look.trials)
            if certifies { certified += open.takeUp(to: look.certifiesUpTo) }
            if let bound = look.rejectsFrom { rejected += open.takeFrom(bound) }
        }
        return (certified, rejected)
    }

    /// Adds the bounds that reject.
    private static func withRejections(_ looks: [Look], _ requirement: ChanceConstraint) -> [Look] {
        let limit = (1 - requirement.confidence) * (1 + 1e-10)
        func plan(_ level: Double) -> [Look] {
            looks.map { look in
                var look = look
                // P(X ≥ r) = 1 − P(X ≤ r − 1), and a bound above the certificate's, so that no look decides both.
                var bound = look.certifiesUpTo + 1
                while bound <= look.trials, 1 - requirement.pValue(failures: bound - 1, trials: look.trials) > level {
                    bound += 1
                }
                look.rejectsFrom = bound <= look.trials ? bound : nil
                return look
            }
        }
        func isSound(_ plan: [Look]) -> Bool {
            probabilities(of: plan, failure: 1 - requirement.proportion, certifies: false).rejected <= limit
        }
        var (enough, tooMuch) = (limit / Double(looks.count), limit)
        if isSound(plan(tooMuch)) { return plan(tooMuch) }
        for _ in 0..<25 {
            let middle = (enough + tooMuch) / 2
            if isSound(plan(middle)) { enough = middle } else { tooMuch = middle }
        }
        return plan(enough)
    }
}
