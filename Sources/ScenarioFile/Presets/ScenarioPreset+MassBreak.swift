extension ScenarioPreset {
    /// The file `Examples/presets/mass-break.yaml`.
    static let massBreakText = #"""
        # Mass break: everybody goes at once, and the calls in flight find nobody.
        #
        #   ringback simulate scenario.yaml --by 15m
        #
        # The dialer is progressive, one line for each free agent: it abandons nobody as long as agents stay. At 12:00 all twenty
        # go on their break, the free ones at that moment, and people answer the calls that are already ringing. Look at the row
        # of 12:00, and at the other rows, which abandon nobody. Staggered breaks are the remedy: write five entries of four
        # agents with breaks 15 minutes apart, and the agents who stay take those calls.
        # Numbers: illustrative.
        version: 1
        name: mass-break

        simulation:
          campaignId: 5b1f0c52-9a3e-4d0b-8a51-0f6f3f1b7a02
          virtualAgentMatrix: {flowId: va-flow-12345, language: en-US}
          outcomeInjection: {enabled: true, dialToneProbability: 0.02, busySignalProbability: 0.05, noAnswerProbability: 0.48, answerProbability: 0.30}
          concurrencyLimit: 40
          maxCalls: 2000                # a limit for `run`
          complianceBypass: true
        limits: {maxConcurrent: 40}

        contactCenter:
          roster:
            - {agents: 20, from: "09:00", to: "17:00", breaks: [{from: "12:00", for: 45m}]}
          ringing:
            default: {gamma: {mean: 12s, sd: 5s}}
            noAnswer: {constant: 25s}
          talk: {lognormal: {mean: 180s, sd: 200s}}
          wrap: {exponential: {mean: 30s}}
          greeting: {start: {constant: 0.4s}, length: {constant: 1.2s}}
          patience: {constant: 2s}
        pacing: progressive
        run: {shift: 8h, start: "09:00", days: 5, date: 2026-03-02, replications: 20}
        compliance: [us-tsr, {name: each-day, limit: 3%, window: calendarDay}]

        """#
}
