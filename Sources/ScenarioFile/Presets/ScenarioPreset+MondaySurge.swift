extension ScenarioPreset {
    /// The file `Examples/presets/monday-surge.yaml`.
    static let mondaySurgeText = #"""
        # Monday-morning surge: a level of dialling that is right for the week is too high when more people answer.
        #
        #   ringback simulate scenario.yaml --by 30m
        #
        # On Monday until 10:30 half of the calls are answered, later a quarter. The dialer keeps the level that suits the rest of
        # the day. Look at the abandonment of the first three rows and of the others, and at the rate of the whole day between
        # them. Try `--compare progressive,vicidial,lookahead`: policies that adapt need some time to notice.
        # Numbers: illustrative; measure your own answer rates by the hour.
        version: 1
        name: monday-surge

        simulation:
          campaignId: 5b1f0c52-9a3e-4d0b-8a51-0f6f3f1b7a01
          virtualAgentMatrix: {flowId: va-flow-12345, language: en-US}
          outcomeInjection: {enabled: true, dialToneProbability: 0.02, busySignalProbability: 0.05, noAnswerProbability: 0.33, answerProbability: 0.50}
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
        schedule:
          # The whole distribution: what is left of 1 goes to voicemail.
          - {from: "10:30", outcomeInjection: {dialToneProbability: 0.02, busySignalProbability: 0.05, noAnswerProbability: 0.53, answerProbability: 0.25}}
        pacing: {power: {linesPerAgent: 2}}
        run: {shift: 8h, start: "09:00", date: 2026-03-02, weekdays: [mon], replications: 20}
        compliance: [us-tsr]

        """#
}
