extension ScenarioPreset {
    /// The file `Examples/presets/trunk-starvation.yaml`.
    static let trunkStarvationText = #"""
        # Trunk starvation: agents wait for lines, not for people.
        #
        #   ringback simulate scenario.yaml --by 1h
        #
        # Thirty agents share 33 trunks, and from 13:00 a fault of the provider leaves 30. A conversation holds a line as well as a
        # call that rings, so little is left to dial with. Look at the line that says why agents idle (`bound` with --json), and at
        # the occupancy before and after 13:00. With `--set contactCenter.lines=80` the pacing binds in the morning.
        # Numbers: illustrative.
        version: 1
        name: trunk-starvation

        simulation:
          campaignId: 5b1f0c52-9a3e-4d0b-8a51-0f6f3f1b7a06
          virtualAgentMatrix: {flowId: va-flow-12345, language: en-US}
          outcomeInjection: {enabled: true, dialToneProbability: 0.02, busySignalProbability: 0.05, noAnswerProbability: 0.48, answerProbability: 0.30}
          concurrencyLimit: 60
          maxCalls: 2000                # a limit for `run`
          complianceBypass: true
        limits: {maxConcurrent: 60}

        contactCenter:
          agents: 30
          lines: 33
          ringing:
            default: {gamma: {mean: 12s, sd: 5s}}
            noAnswer: {constant: 25s}
          talk: {lognormal: {mean: 180s, sd: 200s}}
          wrap: {exponential: {mean: 30s}}
          greeting: {start: {constant: 0.4s}, length: {constant: 1.2s}}
          patience: {constant: 2s}
        schedule:
          - {from: "13:00", lines: 30}
        pacing: {power: {linesPerAgent: 3}}
        run: {shift: 8h, start: "09:00", replications: 20}
        compliance: [us-tsr]

        """#
}
