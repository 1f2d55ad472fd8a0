/// A rule by which the abandonment of a campaign is judged: a share, of what, over which span, by which clock.
///
/// A live call is abandoned if no agent came before the person gave up (with ``countsEarlyHangUps``, however early), if it
/// was dropped as a machine (see ``falsePositives``), or if it was connected more than ``seconds`` after ``clock``. Machines
/// and unanswered calls count nowhere, unless attempts are the ``denominator``. The share is judged in integers:
/// `100·A ≤ 3·L`. A rule with an ``attemptLimit`` judges how often each contact is attempted, and no share.
public struct ComplianceProfile: Hashable, Sendable {
    /// The span over which the share is taken; the campaign starts on day 0, and days begin at midnight.
    public enum Window: Hashable, Sendable {
        /// The campaign, in successive blocks of 30 days; a partial block counts.
        case campaign30DayBlocks
        /// Each day.
        case calendarDay
        /// Each month of the calendar; of 30 days if the campaign has no date.
        case calendarMonth
        /// The last hours, this many of them, at each live answer.
        case rollingHours(Double)

        /// The length in seconds.
        public var seconds: Double {
            switch self {
            case .campaign30DayBlocks, .calendarMonth: 30 * 86_400
            case .calendarDay: 86_400
            case .rollingHours(let hours): 3600 * hours
            }
        }

        /// Whether it is taken anew at each live answer.
        public var isRolling: Bool {
            if case .rollingHours = self { true } else { false }
        }
    }

    /// The moment from which ``ComplianceProfile/seconds`` are counted.
    public enum Clock: String, Hashable, Sendable, CaseIterable {
        /// The answer.
        case answer
        /// The first word of the person's greeting.
        case greetingStart
        /// The last word of the person's greeting.
        case greetingEnd
    }

    /// The calls of which the abandoned ones are a share.
    public enum Denominator: String, Hashable, Sendable, CaseIterable {
        /// Calls answered by a person.
        case live
        /// Persons connected with an agent, late or in time.
        case connected
        /// Calls dialled.
        case attempts
    }

    /// What a person is who was dropped as a machine.
    public enum FalsePositives: Hashable, Sendable {
        /// An abandoned call.
        case abandoned
        /// A live call that is not abandoned.
        case live
        /// Nothing: the call stands neither in the numerator nor in the denominator.
        case leftOut
    }

    /// How often a contact may be attempted.
    public struct AttemptLimit: Hashable, Sendable {
        /// The most attempts in any span of ``seconds``.
        public var attempts: Int
        /// The length of the span in seconds.
        public var seconds: Double

        /// The numbers of attempts that there may be.
        public static let attemptBounds = 1...1_000

        /// Creates a limit.
        public init(attempts: Int, seconds: Double) { (self.attempts, self.seconds) = (attempts, seconds) }
    }

    /// How a rule of a regulator stands, and where it is written.
    public struct Standing: Hashable, Sendable {
        /// Whether the rule binds anybody.
        public enum LegalForce: String, Hashable, Sendable, CaseIterable {
            /// It binds.
            case inForce = "in force"
            /// It binds, and its regulator has proposed to repeal it.
            case repealProposed = "repeal proposed"
            /// It binds no longer.
            case withdrawn
            /// It has not been checked against the official text.
            case unverified
        }

        /// Whether the rule binds anybody.
        public var status: LegalForce
        /// The first day on which it bound, as `2008-10-01`; nil if that is not known.
        public var from: String?
        /// The last day on which it bound; nil if it still does, or if that is not known.
        public var until: String?
        /// The text of the rule, as it is cited.
        public var source: String

        /// Creates a standing.
        public init(_ status: LegalForce, from: String? = nil, until: String? = nil, source: String) {
            (self.status, self.from, self.until, self.source) = (status, from, until, source)
        }

        /// What has to be said beside a verdict; nil for a rule in force.
        public var caution: String? {
            switch status {
            case .inForce: nil
            case .repealProposed: "the rule is in force, and its repeal is proposed"
            case .withdrawn: "the rule is withdrawn" + (until.map { "; it bound until \($0)" } ?? "")
            case .unverified: "the rule has not been checked against its official text"
            }
        }
    }

    /// The lengths of a rolling window that there may be, in hours: up to 30 days.
    public static let rollingHourBounds = Bounds.above(0, upTo: 720)

    /// The name.
    public var name: String
    /// The highest share that complies; nil if the rule names no safe share and the share is only reported.
    public var limit: DecimalFactor?
    /// The span over which the share is taken.
    public var window: Window
    /// The moment from which ``seconds`` are counted.
    public var clock: Clock
    /// How long a person may wait for an agent, in seconds; exactly as long complies.
    public var seconds: Double
    /// What a person is who was dropped as a machine.
    public var falsePositives: FalsePositives
    /// Whether a person who hangs up within ``seconds`` of ``clock`` is an abandoned call, and not only a live one.
    public var countsEarlyHangUps = true
    /// The calls of which the abandoned ones are a share.
    public var denominator = Denominator.live
    /// How often a contact may be attempted; nil for a rule that judges a share.
    public var attemptLimit: AttemptLimit?
    /// The least time in seconds for which an unanswered call has to ring; nil if the rule asks for no least time.
    public var minimumRinging: Double?
    /// Duties that the rule has beside the share and that a simulation does not model.
    public var notModelled: [String]
    /// How the rule stands; nil for a rule of one's own.
    public var standing: Standing?

    /// Creates a rule of one's own.
    public init(
        name: String,
        limit: DecimalFactor?,
        window: Window,
        clock: Clock = .greetingEnd,
        seconds: Double = 2,
        falsePositives: FalsePositives = .abandoned,
        minimumRinging: Double? = nil,
        notModelled: [String] = [],
        standing: Standing? = nil
    ) {
        self.name = name
        self.limit = limit
        self.window = window
        self.clock = clock
        self.seconds = seconds
        self.falsePositives = falsePositives
        self.minimumRinging = minimumRinging
        self.notModelled = notModelled
        self.standing = standing
    }

    /// Creates a rule on the attempts of each contact.
    public init(name: String, attemptLimit: AttemptLimit, notModelled: [String] = [], standing: Standing? = nil) {
        self.init(name: name, limit: nil, window: .campaign30DayBlocks, notModelled: notModelled, standing: standing)
        self.attemptLimit = attemptLimit
    }

    /// Whether every attempt counts, and not only answered calls.
    var watchesAttempts: Bool { denominator == .attempts || attemptLimit != nil }

    /// Whether a number of abandoned calls among those of the denominator complies; always without a limit.
    public func complies(abandoned: Int, calls: Int) -> Bool {
        limit.map { !$0.isExceeded(by: abandoned, of: calls) } ?? true
    }
}

extension ComplianceProfile {
    func validate() throws(SimulationError) {
        if case .rollingHours(let hours) = window {
            try SimulationError.require("the hours of \(name)", hours, Self.rollingHourBounds)
        }
        try SimulationError.require("the seconds of \(name)", seconds, .duration)
        try SimulationError.require("the limit of \(name)", limit?.doubleValue ?? 0, .share)
        if let attemptLimit {
            let isSound = AttemptLimit.attemptBounds.contains(attemptLimit.attempts)
            try SimulationError.require(isSound, "the attempts of \(name) are between 1 and 1,000")
            try SimulationError.require("the span of \(name)", attemptLimit.seconds, .duration)
        }
        try SimulationError.require((minimumRinging ?? 0) >= 0, "the least ringing time of \(name) is not negative")
    }
}
