extension RunResult {
    /// Judges what was observed; the same facts always give the same result.
    ///
    /// The first assertion is always `simulation.completed`. What makes no sense for the way the run ended is left out,
    /// never passed: a run without a simulation has that one assertion alone, and a run that was cut short is held to
    /// what must be true at any time, not to totals and thresholds.
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
        assertions =
            [
                simulation.completed, simulation.progression, fit.assertion, webhooks.reconcile,
                simulation.callsLimit, simulation.concurrencyLimit, simulation.complianceBypass, simulation.callsOrder,
                simulation.aggregated,
            ].compactMap { $0 } + compliance.assertions + thresholds.assertions + MonitorJudgement(facts).assertions
        skippedThresholds = thresholds.skipped
        notes = facts.notes + fit.notes + webhooks.notes + compliance.notes + thresholds.notes
        verdict = .worst(of: assertions.map(\.verdict))
        exitCode = facts.ending.exitCode(verdict)
    }
}
