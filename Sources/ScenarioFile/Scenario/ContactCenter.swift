public import DiscreteEvents
public import ExactJSON
public import SimulationAPI

extension Scenario {
    /// The agents and lines behind the dialer, and how long everything takes; times are in seconds.
    public struct ContactCenter: Hashable, Sendable {
        /// Agents on duty.
        public var agents: Int
        /// Trunks; `nil` is as many as are wanted.
        public var lines: Int?
        /// Time from dialling to the outcome.
        public var ringing: Ringing
        /// How long agent and person talk.
        public var talk: Distribution
        /// How long the agent works on after the talk; nothing unless stated.
        public var wrap: Distribution
        /// What the person says first.
        public var greeting: Greeting
        /// How long an answered call waits for an agent before it is abandoned.
        public var patience: Distribution
        /// How machines are told from persons; `nil` is not at all.
        public var answeringMachineDetection: AnsweringMachineDetection?
    }

    /// Time from dialling to each outcome.
    public struct Ringing: Hashable, Sendable {
        /// Time to the dial tone of a line that is not there.
        public var dialTone: Distribution
        /// Time to the busy signal.
        public var busySignal: Distribution
        /// Time until the dialer gives up.
        public var noAnswer: Distribution
        /// Time until a person answers.
        public var answer: Distribution
        /// Time until a machine answers.
        public var voicemail: Distribution

        /// The time to this outcome.
        public func distribution(of outcome: CallOutcome) -> Distribution {
            switch outcome {
            case .dialTone: dialTone
            case .busy: busySignal
            case .noAnswer: noAnswer
            case .answered: answer
            case .voicemail: voicemail
            }
        }
    }

    /// What the person says after answering; compliance clocks start at one of its ends.
    public struct Greeting: Hashable, Sendable {
        /// Time from the answer to the first word.
        public var start = Distribution.constant(0)
        /// Time from the first word to the last.
        public var length = Distribution.constant(0)

        /// A greeting that takes no time.
        public init() {}
    }

    /// How machines are told from persons.
    public struct AnsweringMachineDetection: Hashable, Sendable {
        /// How long the decision takes.
        public var delay: Distribution
        /// The share of persons that are taken for machines and dropped.
        public var falsePositive: ExactDecimal
        /// The share of machines that are taken for persons and sent to an agent.
        public var falseNegative: ExactDecimal
        /// How long an agent stays with such a machine; always there where ``falseNegative`` is not 0.
        public var machineTalk: Distribution?
    }
}
