extension ScenarioPreset {
    /// The file `Examples/presets/list-runs-out.yaml`.
    static let listRunsOutText = #"""
        # A list that runs out: four paid days, and contacts for two.
        #
        #   ringback simulate scenario.yaml
        #   ringback simulate scenario.yaml --by 1h
        #
        # Each contact is tried up to three times. Look at the moment at which the list is exhausted, at the share of contacts
        # that were reached, and at the hours on duty after that: occupancy looks good because it ends with the dialling, while
        # agents are paid to the end of the shift.
        # Numbers: illustrative.
        version: 1
        name: list-runs-out

        simulation:
          campaignId: 5b1f0c52-9a3e-4d0b-8a51-0f6f3f1b7a07
          virtualAgentMatrix: {flowId: va-flow-12345, language: en-US}
          outcomeInjection: {enabled: true, dialToneProbability: 0.02, busySignalProbability: 0.05, noAnswerProbability: 0.48, answerProbability: 0.30}
          concurrencyLimit: 20
          maxCalls: 20000                # a limit for `run`
          complianceBypass: true
        limits: {maxConcurrent: 20}

        contactCenter:
          roster:
            - {agents: 6, from: "09:00", to: "17:00", breaks: [{from: "12:00", for: 30m}]}
            - {agents: 4, from: "10:00", to: "16:00", breaks: [{from: "13:00", for: 30m}]}
          ringing:
            default: {gamma: {mean: 12s, sd: 5s}}
            noAnswer: {constant: 25s}
          talk: {lognormal: {mean: 180s, sd: 200s}}
          wrap: {exponential: {mean: 30s}}
          greeting: {start: {constant: 0.4s}, length: {constant: 1.2s}}
          patience: {constant: 2s}
        list:
          contacts: 2500
          maxAttempts: 3
          retry: {noAnswer: 90m, busySignal: 10m, voicemail: 3h, abandoned: 4h}
        pacing: {power: {linesPerAgent: 1.5}}
        run: {shift: 8h, start: "09:00", days: 4, date: 2026-03-02, weekdays: [mon, tue, wed, thu, fri], replications: 20}
        compliance: [us-tsr]

        """#
}
