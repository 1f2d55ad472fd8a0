public import ExactJSON
public import SimulationAPI

/// The result of a run: what was observed, what was demanded, and the verdict.
public struct RunResult: Sendable {
    /// What was observed.
    public var facts: RunFacts
    /// The outcome distribution, injected against observed, in the order of ``CallOutcome``.
    public var outcomes: [OutcomeShare]
    /// 1 − total variation distance between injected and observed distribution, 0…1; `nil` without ended calls.
    public var accuracyRate: Double?
    /// The test whether the observed outcomes fit the injected distribution.
    public var goodnessOfFit: GoodnessOfFitSummary?
    /// Everything that was demanded, thresholds included, in the order of the report.
    public var assertions: [Assertion]
    /// Thresholds that were not judged, and why.
    public var skippedThresholds: [SkippedThreshold]
    /// What a reader should know besides: the notes of the facts, and what was left unjudged.
    public var notes: [String]
    /// The worst of the assertions.
    public var verdict: Verdict
    /// What the process exits with.
    public var exitCode: ExitCode

    /// One outcome's share of the ended calls.
    public struct OutcomeShare: Hashable, Sendable {
        /// The outcome.
        public var outcome: CallOutcome
        /// The probability that was injected.
        public var injected: ExactDecimal
        /// Calls that came to it.
        public var observed: Int
        /// The observed share of the ended calls, 0…1; 0 without any.
        public var share: Double
        /// Wilson 95 % interval of the observed share.
        public var low: Double
        /// Wilson 95 % interval of the observed share.
        public var high: Double
    }

    /// The goodness-of-fit test of a run.
    public struct GoodnessOfFitSummary: Hashable, Sendable {
        /// `chi-square`, `exact multinomial` or `Monte Carlo`.
        public var test: String
        /// Pearson's X².
        public var statistic: Double
        /// The p-value.
        public var pValue: Double
        /// Fits, does not, or the sample is too small to say.
        public var verdict: Verdict
    }

    /// A threshold that was not judged.
    public struct SkippedThreshold: Hashable, Sendable {
        /// The metric's name.
        public var metric: String
        /// The demand, such as `>= 75%`.
        public var expected: String
        /// Why it was not judged.
        public var reason: String

        package init(metric: String, expected: String, reason: String) {
            self.metric = metric
            self.expected = expected
            self.reason = reason
        }
    }
}
