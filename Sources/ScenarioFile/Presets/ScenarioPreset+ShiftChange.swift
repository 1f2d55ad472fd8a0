extension ScenarioPreset {
    /// The file `Examples/presets/shift-change.yaml`.
    static let shiftChangeText = #"""
        # Shift change: five minutes between two teams.
        #
        #   ringback simulate scenario.yaml --by 30m
        #   ringback simulate scenario.yaml --by 30m --set 'contactCenter.roster.1.from="13:50"'
        #
        # The first team leaves at 14:00, the second is ready at 14:05. The calls that were dialled for agents of the first team
        # are answered in between, and nobody is there. Look at the row of 14:00; with the second command the teams
        # overlap by ten minutes, and the abandoned calls are gone.
        # Numbers: illustrative.
        version: 1
        name: shift-change

        simulation:
          campaignId: 5b1f0c52-9a3e-4d0b-8a51-0f6f3f1b7a03
          virtualAgentMatrix: {flowId: va-flow-12345, language: en-US}
          outcomeInjection: {enabled: true, dialToneProbability: 0.02, busySignalProbability: 0.05, noAnswerProbability: 0.48, answerProbability: 0.30}
          concurrencyLimit: 24
          maxCalls: 2000                # a limit for `run`
          complianceBypass: true
        limits: {maxConcurrent: 24}

        contactCenter:
          roster:
            - {agents: 12, from: "08:00", to: "14:00"}
            - {agents: 12, from: "14:05", to: "20:00"}
          ringing:
            default: {gamma: {mean: 12s, sd: 5s}}
            noAnswer: {constant: 25s}
          talk: {lognormal: {mean: 180s, sd: 200s}}
          wrap: {exponential: {mean: 30s}}
          greeting: {start: {constant: 0.4s}, length: {constant: 1.2s}}
          patience: {constant: 2s}
        pacing: progressive
        run: {shift: 12h, start: "08:00", days: 5, date: 2026-03-02, replications: 20}
        compliance: [us-tsr]

        """#
}
