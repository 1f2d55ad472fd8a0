package import DialerEngine
package import RunReport
import ScenarioFile
import Statistics

/// What replications show under one abandonment rule, and how it is judged.
package struct ComplianceFinding: Hashable, Sendable {
    package let profile: ComplianceProfile
    /// The calls of the rule's denominator of all replications, the warm-up included: a rule knows none.
    package let calls: Int
    /// Those of them that count as abandoned.
    package let abandoned: Int
    package let rate: Estimate
    /// Windows with a call; of a rolling window one for each live call; of a limit on attempts the contacts attempted.
    package let windows: Int
    /// Windows that did not comply.
    package let windowsBreached: Int
    /// The least share of windows that breach, with 95 % confidence: the one-sided limit of Clopper and Pearson.
    package let breachedShare: Double
    /// Unanswered calls that rang for less than the rule asks for.
    package let shortRings: Int
    /// Where no live call was abandoned: the highest share that this is compatible with at 95 %.
    package let upperBound: Double?

    /// The share of windows that may breach.
    private static let mostBreached = 0.05

    /// Judges a rule.
    ///
    /// - Parameters:
    ///   - counts: What each replication showed.
    ///   - pieces: The batches of a single replication.
    init(_ counts: [ComplianceCount], pieces: [ComplianceCount.WindowCount]?) {
        profile = counts[0].profile
        calls = counts.reduce(0) { $0 + $1.calls }
        abandoned = counts.reduce(0) { $0 + $1.abandoned }
        windows = counts.reduce(0) { $0 + $1.judgedWindows }
        windowsBreached = counts.reduce(0) { $0 + $1.breachedWindows }
        // Rolling windows overlap and breach together: only replications are independent of each other.
        breachedShare = Self.breachedShare(
            windows: windows,
            breached: windowsBreached,
            independent: profile.window.isRolling ? min(counts.count, windows) : windows
        )
        shortRings = counts.reduce(0) { $0 + $1.shortRings }
        let observations =
            pieces.map { $0.map { RatioObservation(numerator: Double($0.abandoned), denominator: Double($0.calls)) } }
            ?? counts.map { RatioObservation(numerator: Double($0.abandoned), denominator: Double($0.calls)) }
        rate = Estimate(RatioEstimate(observations), within: 0...1)
        upperBound = abandoned == 0 && calls > 0 ? ConfidenceInterval.neverSeen(trials: calls).upper : nil
    }

    static func breachedShare(windows: Int, breached: Int, independent: Int) -> Double {
        let successes = windows == 0 ? 0 : independent * breached / windows
        return ProportionInterval.clopperPearsonLowerLimit(successes: successes, trials: independent)
    }

    /// Whether more than one window in twenty breaches: a rule with a window is broken in each of these, whatever the rate
    /// of all calls is.
    package var failsByWindows: Bool { breachedShare > Self.mostBreached + 1e-9 }

    /// How rate and windows are judged; nil if the rule sets no limit.
    package var verdict: Verdict? {
        if profile.attemptLimit != nil { return windowsBreached > 0 ? .fail : .pass }
        guard let limit = profile.limit else { return nil }
        if failsByWindows { return .fail }
        guard calls > 0, let interval = rate.interval else { return .inconclusive }
        if interval.lower == interval.upper, !profile.complies(abandoned: abandoned, calls: calls) { return .fail }
        let verdict =
            interval.lower == interval.upper
            ? Verdict.pass : Scenario.Threshold.Comparison.atMost.verdict(on: interval, limit: limit.doubleValue)
        guard verdict == .pass, let upperBound, upperBound > limit.doubleValue else { return verdict }
        return .inconclusive
    }

    var notes: [String] {
        var notes: [String] = []
        if let caution = profile.standing?.caution { notes.append("\(profile.name): \(caution)") }
        if profile.attemptLimit == nil, windowsBreached > 0, let verdict, verdict == .pass || failsByWindows {
            notes.append(
                "\(profile.name): \(NumberText.count(windowsBreached)) of \(NumberText.count(windows, "window")) "
                    + (failsByWindows
                        ? "breached: with 95 % confidence at least \(NumberText.short(100 * breachedShare, 1)) % of all "
                            + "windows are, and at most \(NumberText.short(100 * Self.mostBreached, 1)) % may be"
                        : "breached, although the rate of all calls complies: the rule is broken in each of them")
            )
        }
        if let seconds = profile.minimumRinging, shortRings > 0 {
            notes.append(
                "\(profile.name): \(NumberText.count(shortRings, "unanswered call")) rang for less than the "
                    + "\(NumberText.short(seconds, 1)) s that the rule asks for"
            )
        }
        if !profile.notModelled.isEmpty {
            notes.append("\(profile.name): not modelled: \(profile.notModelled.joined(separator: ", "))")
        }
        return notes
    }
}
