extension ScenarioPreset {
    /// The file `Examples/presets/clumped-list.yaml`.
    static let clumpedListText = #"""
        # Clumped list: every retry comes due at the same time, and agents wait for it.
        #
        #   ringback simulate scenario.yaml --by 30m
        #
        # Contacts who do not answer are tried again after exactly two hours. The first pass through the list takes less than an
        # hour, and then all the others wait together. Look at the attempts of the rows, which come in waves, and at the line that
        # says why agents idle. Shorter retries for busy lines, or a list that is loaded over the day, spread the work.
        # Numbers: illustrative.
        version: 1
        name: clumped-list

        simulation:
          campaignId: 5b1f0c52-9a3e-4d0b-8a51-0f6f3f1b7a04
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
        list:
          contacts: 700
          maxAttempts: 4
          retry: {noAnswer: 2h, busySignal: 2h, voicemail: 2h, dialTone: never, abandoned: never}
        pacing: {power: {linesPerAgent: 1.5}}
        run: {shift: 8h, start: "09:00", replications: 20}
        compliance: [us-tsr]

        """#
}
