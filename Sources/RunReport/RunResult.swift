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
    public var assertions: [Assertion] { ofRun + ofMonitors + (baseline?.assertions ?? []) }
    /// Thresholds that were not judged, and why.
    public var skippedThresholds: [SkippedThreshold]
    /// Notes for the reader: those of the facts, and what was not judged.
    public var notes: [String] { facts.notes + ownNotes + (baseline?.notes ?? []) }
    /// What the comparison with an earlier run shows; nil unless it was asked for.
    package var baseline: BaselineFinding?
    /// What kept agents idle; `nil` if the target does not say.
    var idle: IdleFinding? { facts.status?.bound.map { IdleFinding($0) } }
    /// The worst of the assertions.
    public var verdict: Verdict { .worst(of: assertions.map(\.verdict)) }
    /// The exit code of the process.
    public var exitCode: ExitCode { facts.ending.exitCode(verdict) }

    private let ofRun: [Assertion]
    private let ownNotes: [String]

    /// Judges what was observed; the same facts always give the same result.
    ///
    /// The first assertion is always `simulation.completed`. An assertion that makes no sense for the way the run ended is
    /// left out, never passed: a run without a simulation has that one assertion alone, and a run that was cut short is
    /// held to what must be true at any time, not to totals and thresholds.
    public init(judging facts: RunFacts) {
        let fit = OutcomeFit(facts)
        let thresholds = ThresholdJudgement(facts)
        let compliance = ComplianceJudgement(facts)
        let webhooks = WebhookJudgement(facts)
        let simulation = SimulationJudgement(facts)
        self.facts = facts
        outcomes = fit.shares
        accuracyRate = facts.accuracyRate
        goodnessOfFit = fit.summary
        ofRun =
            [
                simulation.completed, simulation.progression, fit.assertion, webhooks.reconcile,
                simulation.callsLimit, simulation.concurrencyLimit, simulation.complianceBypass, simulation.callsOrder,
                simulation.aggregated,
            ].compactMap { $0 } + compliance.assertions + thresholds.assertions
        skippedThresholds = thresholds.skipped
        ownNotes = simulation.notes + fit.notes + webhooks.notes + compliance.notes + thresholds.notes
    }

    /// Compares the run with an earlier one; a run that did not come to its end is judged alone.
    package mutating func compare(with baseline: Baseline) {
        self.baseline =
            facts.ending == .ended
            ? baseline.finding(on: json)
            : .alone("not compared with a baseline, since the run did not come to its end")
    }

    /// Whether each required monitor has everything; demanded if the simulation ended.
    ///
    /// Computed from the facts as they are now, since a message that carries the verdict is delivered after judging.
    private var ofMonitors: [Assertion] {
        guard facts.ending == .ended else { return [] }
        return facts.monitors.filter(\.required).map { monitor in
            let (isMet, advice) = (monitor.isComplete, monitor.advice ?? "")
            return Demand.monitor(monitor.name).judged(isMet, monitor.text, expected: "everything delivered", advice)
        }
    }

    /// One outcome's share of the ended calls.
    public struct OutcomeShare: Hashable, Sendable {
        /// The outcome.
        public var outcome: CallOutcome
        /// The probability that was injected.
        public var injected: ExactDecimal
        /// Calls with this outcome.
        public var observed: Int
        /// The observed share of the ended calls, 0…1; 0 without ended calls.
        public var share: Double
        /// The lower limit of the Wilson 95 % interval of the observed share.
        public var low: Double
        /// The upper limit of the Wilson 95 % interval of the observed share.
        public var high: Double
    }

    /// The goodness-of-fit test of a run.
    public struct GoodnessOfFitSummary: Hashable, Sendable {
        /// `chi-square`, `exact multinomial` or `Monte Carlo`.
        public var test: String
        /// Pearson's χ².
        public var statistic: Double
        /// The p-value.
        public var pValue: Double
        /// Pass if the outcomes fit, inconclusive if the sample is too small to say.
        public var verdict: Verdict
    }

    /// A threshold that was not judged.
    public struct SkippedThreshold: Hashable, Sendable {
        /// The metric's name.
        public var metric: String
        /// The limit, such as `>= 75%`.
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
