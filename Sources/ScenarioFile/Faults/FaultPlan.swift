/// What a sandbox does wrong on purpose, and when; seeded, so that a failure can be replayed.
///
/// ```yaml
/// seed: 7
/// faults:
///   - {on: create, when: {first: 2}, fault: {status: 429, retryAfter: 1s}}
///   - {on: status, when: {probability: 0.1}, fault: reset}
/// ```
public struct FaultPlan: Hashable, Sendable {
    /// Every draw of ``When/probability(_:)`` follows from it.
    public var seed: UInt32
    /// The faults, in the order of the file.
    public var rules: [Rule]

    /// Creates a plan.
    public init(seed: UInt32 = 1, rules: [Rule]) {
        self.seed = seed
        self.rules = rules
    }

    /// One fault, where and when.
    public struct Rule: Hashable, Sendable {
        /// Where it happens.
        public var point: Point
        /// When it happens.
        public var when: When
        /// What happens.
        public var fault: Fault

        /// Creates a rule.
        public init(on point: Point, when: When = .always, _ fault: Fault) {
            self.point = point
            self.when = when
            self.fault = fault
        }
    }

    /// Where a fault happens: an operation of the API, a webhook's delivery, or a simulation as a whole.
    public enum Point: String, CaseIterable, Hashable, Sendable {
        case token, create, status, list, cancel, aggregate, webhook, simulation
    }

    /// When a fault happens, counted per ``Point``: requests, delivery attempts, or simulations.
    public enum When: Hashable, Sendable {
        /// Every time.
        case always
        /// The first n times.
        case first(Int)
        /// Every n-th time.
        case every(Int)
        /// That one time, from 1.
        case nth(Int)
        /// With this probability, drawn anew each time.
        case probability(Double)
    }

    /// What happens; times are in seconds.
    public enum Fault: Hashable, Sendable {
        /// This status instead of an answer, with `Retry-After` if it is given.
        case status(Int, retryAfter: Double?)
        /// The answer comes later; the request has been read and its key claimed.
        case delay(Double)
        /// The connection is reset before anything is done.
        case reset
        /// Everything is done, and then the connection is reset.
        case resetAfterCommit
        /// No answer ever comes.
        case hang
        /// Everything is done, and the connection is closed without a byte.
        case emptyResponse
        /// The body of the answer is cut short, and says that it is whole.
        case malformedJSON
        /// The connection is closed in the middle of the body.
        case truncatedBody
        /// The body comes at this rate.
        case slowBody(bytesPerSecond: Int)
        /// The token that was shown expires.
        case expireToken
        /// A webhook is lost and not sent again.
        case drop
        /// A webhook is sent twice.
        case duplicate
        /// A webhook is overtaken by later ones.
        case reorder
        /// A webhook comes later by this time.
        case late(Double)
        /// A webhook's signature is wrong.
        case badSignature
        /// The simulation fails with this code when half of its calls are dialled.
        case failSimulation(String)
        /// The simulation goes no further when half of its calls are dialled.
        case stall

        /// The word for it in a file.
        public var name: String {
            switch self {
            case .status: "status"
            case .delay: "delay"
            case .reset: "reset"
            case .resetAfterCommit: "resetAfterCommit"
            case .hang: "hang"
            case .emptyResponse: "emptyResponse"
            case .malformedJSON: "malformedJson"
            case .truncatedBody: "truncatedBody"
            case .slowBody: "slowBody"
            case .expireToken: "expireToken"
            case .drop: "drop"
            case .duplicate: "duplicate"
            case .reorder: "reorder"
            case .late: "late"
            case .badSignature: "badSignature"
            case .failSimulation: "failSimulation"
            case .stall: "stall"
            }
        }

        private static let ofAnswers = [
            "status", "delay", "reset", "resetAfterCommit", "hang", "emptyResponse", "malformedJson", "truncatedBody",
            "slowBody",
        ]

        /// The words of the faults that can happen at a point.
        static func names(at point: Point) -> [String] {
            switch point {
            case .token: ofAnswers
            case .create, .status, .list, .cancel, .aggregate: ofAnswers + ["expireToken"]
            case .webhook: ofAnswers + ["drop", "duplicate", "reorder", "late", "badSignature"]
            case .simulation: ["failSimulation", "stall"]
            }
        }
    }
}

extension FaultPlan {
    /// Reads a file of faults.
    public static func load(path: String) throws(ScenarioError) -> FaultPlan {
        let source = try SourceText.read(path: path)
        return try parse(text: source.text, file: source.file)
    }

    /// Reads a text of faults.
    ///
    /// - Parameter file: what diagnostics call the text.
    public static func parse(text: String, file: String) throws(ScenarioError) -> FaultPlan {
        try ScenarioDocument.parse(text, file: file) { $0.faultPlan() }.value
    }
}
