import RealModule

/// The attempts for a contact whose attempts end independently of each other.
///
/// Each attempt reaches the contact, ends in a way that has a retry, or ends the contact otherwise. With a limit of M
/// attempts and the probability q of a retry, attempt k takes place with probability qᵏ⁻¹: a geometric distribution that is
/// cut at M.
package struct RepeatedAttempts: Hashable, Sendable {
    /// The probability that an attempt reaches the contact.
    package let reached: Double
    /// The probability that an attempt ends in a way that has a retry.
    package let retried: Double
    /// The most attempts; nil for as many as it takes.
    package let limit: Int?

    /// Creates the model; the probabilities are not negative and sum to at most 1, and one in which attempts never end has a
    /// limit (preconditions).
    package init(reached: Double, retried: Double, limit: Int? = nil) {
        precondition(reached >= 0 && retried >= 0 && reached + retried <= 1 + 1e-12, "these are probabilities")
        precondition(retried < 1 || limit != nil, "attempts end")
        (self.reached, self.retried, self.limit) = (reached, retried, limit)
    }

    /// The mean number of attempts for a contact.
    package var attemptsPerContact: Double {
        guard let limit else { return 1 / (1 - retried) }
        return retried < 1 ? -Double.expMinusOne(Double(limit) * .log(retried)) / (1 - retried) : Double(limit)
    }

    /// The share of contacts that are reached.
    package var reachedShare: Double { reached * attemptsPerContact }
    /// The share of contacts that had as many attempts as are allowed, and would be tried again.
    package var exhaustedShare: Double { limit.map { Double.pow(retried, $0) } ?? 0 }
}
