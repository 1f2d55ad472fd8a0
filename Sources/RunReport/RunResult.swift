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
}

/// One demand on a run and how it came out.
public struct Assertion: Hashable, Sendable {
    /// A stable name such as `webhooks.reconcile` or `threshold.accuracyRate`.
    public var name: String
    /// Whether it holds.
    public var verdict: Verdict
    /// What was observed, for people.
    public var observed: String
    /// What was demanded, for people.
    public var expected: String
    /// The reason, where there is more to say.
    public var detail: String

    /// Creates an assertion.
    public init(_ name: String, _ verdict: Verdict, observed: String, expected: String, detail: String = "") {
        self.name = name
        self.verdict = verdict
        self.observed = observed
        self.expected = expected
        self.detail = detail
    }
}

/// How a demand came out; the worst wins.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
    case pass, inconclusive, fail

    /// The worst of several: fail, then inconclusive, then pass.
    public static func worst(of verdicts: some Sequence<Verdict>) -> Verdict {
        verdicts.max { rank($0) < rank($1) } ?? .pass
    }

    private static func rank(_ verdict: Verdict) -> Int {
        switch verdict {
        case .pass: 0
        case .inconclusive: 1
        case .fail: 2
        }
    }
}
