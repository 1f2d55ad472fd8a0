extension ScenarioPreset {
    /// The file `Examples/presets/detection-errors.yaml`.
    static let detectionErrorsText = #"""
        # Detection errors: people who are taken for machines, which no screen of a dialer counts.
        #
        #   ringback simulate scenario.yaml
        #
        # Answering-machine detection takes 4 % of the persons for machines and hangs up on them. For 16 CFR 310.4(b)(4)(i) they
        # are abandoned calls: a person answered, and no representative came. For the dialer they were machines. Look at the
        # gauges beside the law: the screen shows nearly nothing, and the rule is breached.
        # Sources: detection that is tuned is right in 85 to 95 % of the calls (mojolingo/amdtuner); 4 % of the persons is
        # illustrative. docs/GAUGES.md has the formulas of the gauges.
        version: 1
        name: detection-errors

        simulation:
          campaignId: 5b1f0c52-9a3e-4d0b-8a51-0f6f3f1b7a05
          virtualAgentMatrix: {flowId: va-flow-12345, language: en-US}
          outcomeInjection: {enabled: true, dialToneProbability: 0.02, busySignalProbability: 0.05, noAnswerProbability: 0.48, answerProbability: 0.30}
          concurrencyLimit: 40
          maxCalls: 2000                # a limit for `run`
          complianceBypass: true
        limits: {maxConcurrent: 40}

        contactCenter:
          agents: 20
          ringing:
            default: {gamma: {mean: 12s, sd: 5s}}
            noAnswer: {constant: 25s}
          talk: {lognormal: {mean: 180s, sd: 200s}}
          wrap: {exponential: {mean: 30s}}
          greeting: {start: {constant: 0.4s}, length: {constant: 1.2s}}
          patience: {constant: 2s}
          answeringMachineDetection:
            delay: {constant: 0.8s}
            falsePositive: 4%
            falseNegative: 10%
            machineTalk: {constant: 10s}
        pacing: progressive
        run: {shift: 8h, replications: 20}
        compliance: [us-tsr]

        """#
}
