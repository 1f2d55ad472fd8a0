public import ExactJSON

/// A simulation to be created: the tutorial's payload, valid by construction.
///
/// Only ``PayloadRules`` makes one from a document, so a value of this type has passed every rule.
public struct SimulationPayload: Hashable, Sendable {
    /// The campaign, a UUID in lower case.
    public var campaignID: String
    /// Which virtual agent answers.
    public var virtualAgent: VirtualAgentMatrix
    /// What the dialled calls come to.
    public var outcomes: OutcomeInjection
    /// Calls at once within the simulation.
    public var concurrencyLimit: Int
    /// Calls to dial.
    public var maxCalls: Int
    /// Always `true`: a simulation dials no real number, and says so.
    public var complianceBypass: Bool
    /// Where events are sent.
    public var webhookURL: String?
    /// A name to find the simulation again by.
    public var tag: String?
    /// What only a sandbox honours.
    public var extensions = Extensions()

    /// The members that a sandbox adds to the API's own, each as it was written.
    public struct Extensions: Hashable, Sendable {
        /// The contact centre behind the dialer.
        public var contactCenter: JSONValue?
        /// How that contact centre dials.
        public var pacing: JSONValue?
        /// What changes during a shift.
        public var schedule: JSONValue?
        /// Who is called.
        public var list: JSONValue?
        /// The shifts and their calendar.
        public var run: JSONValue?

        /// Creates a payload's extensions without any.
        public init() {}

        /// The names of the members that are written.
        public var names: [String] {
            let members = [
                ("contactCenter", contactCenter), ("pacing", pacing), ("schedule", schedule), ("list", list),
                ("run", run),
            ]
            return members.compactMap { $0.1 == nil ? nil : $0.0 }
        }
    }

    /// The flow or script of the virtual agent.
    public struct VirtualAgentMatrix: Hashable, Sendable {
        /// The flow.
        public var flowID: String?
        /// The script.
        public var scriptID: String?
        /// The language, BCP 47.
        public var language: String?
    }

    /// The probability of each outcome, exact decimals; the remainder to 1 is voicemail.
    public struct OutcomeInjection: Hashable, Sendable {
        /// Whether outcomes are injected at all.
        public var enabled: Bool
        /// Probability of dial tone.
        public var dialTone: ExactDecimal
        /// Probability of busy.
        public var busySignal: ExactDecimal
        /// Probability of no answer.
        public var noAnswer: ExactDecimal
        /// Probability of an answer by a person.
        public var answer: ExactDecimal

        /// The probability of an outcome; voicemail is the remainder.
        public func probability(of outcome: CallOutcome) -> ExactDecimal {
            switch outcome {
            case .dialTone: dialTone
            case .busy: busySignal
            case .noAnswer: noAnswer
            case .answered: answer
            case .voicemail: .one - (dialTone + busySignal + noAnswer + answer)
            }
        }
    }

    /// The JSON of the request: every probability is sent, also 0; extensions only if wanted.
    public func json(extensions: Bool) -> JSONValue {
        let sent = extensions ? self.extensions : Extensions()
        return .object(present: [
            "campaignId": .string(campaignID),
            "virtualAgentMatrix": .object(present: [
                "flowId": virtualAgent.flowID.map { .string($0) },
                "scriptId": virtualAgent.scriptID.map { .string($0) },
                "language": virtualAgent.language.map { .string($0) },
            ]),
            "outcomeInjection": [
                "enabled": .bool(outcomes.enabled),
                "dialToneProbability": .number(outcomes.dialTone.description),
                "busySignalProbability": .number(outcomes.busySignal.description),
                "noAnswerProbability": .number(outcomes.noAnswer.description),
                "answerProbability": .number(outcomes.answer.description),
            ],
            "concurrencyLimit": .integer(concurrencyLimit), "maxCalls": .integer(maxCalls),
            "complianceBypass": .bool(complianceBypass), "webhookUrl": webhookURL.map { .string($0) },
            "tag": tag.map { .string($0) }, "contactCenter": sent.contactCenter,
            "pacing": sent.pacing, "schedule": sent.schedule, "list": sent.list, "run": sent.run,
        ])
    }
}
