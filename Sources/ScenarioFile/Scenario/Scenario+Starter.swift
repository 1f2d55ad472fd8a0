import DialerEngine
import SimulationAPI

extension Scenario {
    /// The text of a first scenario: it validates, runs as it is, and explains what else can be written.
    public static let starter = """
        # A scenario for ringback. Check it:   ringback validate scenario.yaml
        # Run it against the built-in sandbox: ringback run scenario.yaml
        version: 1
        name: first-simulation

        # What is sent to the simulation API, under the API's own names.
        simulation:
          campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
          virtualAgentMatrix: {flowId: va-flow-12345, scriptId: script-qa-001, language: en-US}
          outcomeInjection:
            enabled: true
            dialToneProbability: 0.15
            busySignalProbability: 0.20
            noAnswerProbability: 0.25
            answerProbability: 0.40      # what is left of 1 goes to voicemail: nothing, here
          concurrencyLimit: 5            # calls at once inside this simulation
          maxCalls: 50
          complianceBypass: true         # a simulation dials nobody; it has to be said
          tag: predictive-calibration-test

        # What the organisation allows; these are the defaults.
        # limits: {maxConcurrent: 5, maxActiveSimulations: 5, slotHold: 1h}

        # What the run has to show. The outcomes of 50 calls scatter: an accuracy of 0.9 is usual, and chance alone
        # hardly ever takes it below 0.65.
        thresholds:
          accuracyRate: ">= 0.65"
          callsAttempted: "== 50"
          webhooksLost: "== 0"

        # The contact centre behind the dialer. Without one, an agent is free for every answered call.
        # contactCenter:
        #   agents: 10
        #   lines: 30                    # trunks; leave it out for as many as are wanted
        #   ringing:                     # from dialling to the outcome; also dialTone, busySignal, answer, voicemail
        #     default: {exponential: {mean: 15s}}
        #     noAnswer: {constant: 25s}
        #   talk: {lognormal: {mean: 180s, sd: 240s}}
        #   wrap: {exponential: {mean: 30s}}
        #   patience: {constant: 2s}     # how long an answered call waits before it is abandoned

        # When calls are dialled: \(PacingName.allCases.map(\.rawValue).alternatives).
        # pacing: {power: {linesPerAgent: 2}}

        # How long a simulated campaign lasts, and how often it is repeated.
        # run: {shift: 8h, warmUp: 30m, replications: 20}

        # The rules that abandonment is judged by: \(ComplianceProfile.named.map(\.name).joined(separator: ", ")),
        # or one of your own: {name: house-rule, limit: 2%, window: calendarDay, clockFrom: answer, seconds: 3}
        # compliance: [us-tsr]

        # Who receives a copy of every accepted event; the secret stands in the environment, never here.
        # monitors:
        #   - {name: qa, url: "https://qa.example/hooks", secretEnv: QA_SECRET, required: false}

        """
}
