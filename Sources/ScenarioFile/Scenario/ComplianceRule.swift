public import ExactJSON

extension Scenario {
    /// A rule that abandonment is judged by.
    public enum ComplianceRule: Hashable, Sendable {
        /// One that the program knows.
        case named(ComplianceProfileName)
        /// One that the scenario defines.
        case custom(ComplianceDefinition)

        /// The rule's name.
        public var name: String {
            switch self {
            case .named(let name): name.rawValue
            case .custom(let definition): definition.name
            }
        }
    }

    /// The rules that the program knows.
    public enum ComplianceProfileName: String, Hashable, Sendable, CaseIterable {
        /// The Telemarketing Sales Rule of the FTC, 16 CFR 310.4(b)(4).
        case usTSR = "us-tsr"
        /// The rules of the FCC, 47 CFR 64.1200(a)(7).
        case usFCC = "us-fcc"
        /// The Ofcom statement of 2010, withdrawn in 2017.
        case ukOfcom2010 = "uk-ofcom-2010"
        /// The Ofcom statement that followed: rates are reported, none is safe.
        case ukOfcom2017 = "uk-ofcom-2017"
        /// The Unsolicited Telecommunications Rules of the CRTC, part III.
        case caCRTC = "ca-crtc"
    }

    /// A rule that a scenario defines.
    public struct ComplianceDefinition: Hashable, Sendable {
        /// The span over which the share is taken.
        public enum Window: Hashable, Sendable {
            /// The campaign, in successive blocks of 30 days.
            case campaign30DayBlocks
            /// Each calendar day.
            case calendarDay
            /// Each calendar month.
            case calendarMonth
            /// The last so many hours, at each answer.
            case rollingHours(Double)
        }

        /// The moment from which the seconds are counted.
        public enum Clock: String, Hashable, Sendable, CaseIterable {
            /// The answer.
            case answer
            /// The first word of the greeting.
            case greetingStart
            /// The last word of the greeting.
            case greetingEnd
        }

        /// The rule's name.
        public var name: String
        /// The highest share of abandoned calls.
        public var limit: ExactDecimal
        /// The span over which the share is taken.
        public var window: Window
        /// The moment from which ``seconds`` are counted.
        public var clockFrom = Clock.greetingEnd
        /// How long a person may wait; exactly as long complies.
        public var seconds = 2.0
        /// Whether a person taken for a machine is an abandoned call.
        public var countFalsePositives = true
    }
}
