import DialerEngine
import SimulationAPI

extension Scenario {
    /// The text of a scenario in which every part is written and explained; it validates, simulates and runs as it is.
    public static let full = """
        # A contact centre as it is, every part of a scenario written out.
        #   ringback validate scenario.yaml
        #   ringback simulate scenario.yaml --by 30m
        #   ringback run scenario.yaml
        version: 1
        name: full-example

        # What is sent to the simulation API, under the API's own names.
        simulation:
          campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
          virtualAgentMatrix: {flowId: va-flow-12345, scriptId: script-qa-001, language: en-US}
          outcomeInjection:
            enabled: true
            dialToneProbability: 0.05
            busySignalProbability: 0.05
            noAnswerProbability: 0.40
            answerProbability: 0.30      # what is left of 1 goes to voicemail
          concurrencyLimit: 20           # calls at once inside this simulation
          maxCalls: 2000                 # `run` ends after so many calls, if shifts or list do not end it before
          complianceBypass: true         # a simulation dials nobody; it has to be said
          tag: full-example

        # What the organisation allows.
        limits: {maxConcurrent: 20, maxActiveSimulations: 5, slotHold: 1h}

        contactCenter:
          # Who is on duty when, in the order of `from`; or only `agents: 10`, who stay for the whole shift.
          # Times are durations since the start of the shift (2h), or of the clock ("13:30"); a clock time before the start of
          # the shift belongs to the next date. Busy agents finish their call before a break, and before they leave.
          roster:
            - {agents: 6, from: 0, to: 8h, breaks: [{from: 2h, for: 15m}, {from: "12:30", for: 30m}]}
            - {agents: 4, from: "11:00", to: "17:00", breaks: [{from: "14:00", for: 15m}]}
          lines: 30                      # trunks; leave it out for as many as are wanted
          ringing:                       # from dialling to the outcome; also dialTone, busySignal, answer, voicemail
            default: {gamma: {mean: 12s, sd: 5s}}
            noAnswer: {constant: 25s}
          talk: {lognormal: {mean: 180s, sd: 240s}}
          wrap: {exponential: {mean: 30s}}
          greeting: {start: {constant: 0.4s}, length: {constant: 1.2s}}   # what the person says first
          patience: {constant: 2s}       # how long an answered call waits before it is abandoned
          answeringMachineDetection:
            delay: {constant: 0.8s}
            falsePositive: 0.5%          # persons taken for machines
            falseNegative: 10%           # machines sent to an agent, for machineTalk
            machineTalk: {constant: 10s}

        # What changes during a shift. A member is replaced as a whole and holds until a later entry sets it again:
        # outcomeInjection, talk, wrap, ringing, patience, greeting, answeringMachineDetection, lines.
        schedule:
          # The whole distribution: a probability that is not named is 0, and what is left of 1 goes to voicemail.
          - {from: 3h, outcomeInjection: {answerProbability: 0.22, noAnswerProbability: 0.50, busySignalProbability: 0.03}}
          - {from: "15:00", talk: {lognormal: {mean: 150s, sd: 200s}}, lines: 20}

        # Who is called; without a list contacts never run out, and nobody is called twice.
        list:
          contacts: 5000
          maxAttempts: 6
          # The time from the end of an attempt until the contact is due again. Outcomes without an entry have no retry.
          retry: {busySignal: 10m, noAnswer: 2h, voicemail: 4h, dialTone: never, abandoned: never}

        # When calls are dialled: \(PacingName.allCases.map(\.rawValue).alternatives).
        pacing: {power: {linesPerAgent: 1.2}}

        # The shifts: days of the calendar, the clock and the date of the first one, and the weekdays on which there is one.
        run:
          shift: 8h
          days: 5
          start: "09:00"                 # if it is written, days change at midnight of this clock
          date: 2026-03-02
          weekdays: [mon, tue, wed, thu, fri]
          replications: 20

        # The rules that abandonment is judged by: \(ComplianceProfile.named.map(\.name).joined(separator: ", ")),
        # or rules of your own, on a share or on the attempts for each contact.
        compliance:
          - us-tsr
          - {name: house-rule, limit: 3%, window: calendarMonth, clockFrom: answer, seconds: 4s, denominator: live}
          - {name: attempts, attempts: 7, within: 7d}

        # What the run has to show.
        thresholds:
          webhooksLost: "== 0"

        # The paths of values that nobody measured, as `ringback fit` and `ringback import` write them: each is warned of.
        # assumed: [contactCenter.patience]

        # Who receives a copy of every accepted event; the secret stands in the environment, never here.
        # monitors:
        #   - {name: qa, url: "https://qa.example/hooks", secretEnv: QA_SECRET, required: false}

        """
}
