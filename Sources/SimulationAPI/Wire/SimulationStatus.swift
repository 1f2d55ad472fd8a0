public import ExactJSON

/// What the simulation API says of one simulation.
public struct SimulationStatus: Hashable, Sendable {
    /// The simulation's id.
    public var id: String
    /// The state word as it was sent; see ``state``.
    public var stateWord: String
    /// Calls dialled so far.
    public var callsAttempted: Int
    /// Calls that came to `completed` so far.
    public var callsCompleted: Int
    /// Whether compliance rules were bypassed, as the payload asked.
    public var complianceBypassed: Bool
    /// What went wrong, in the words of the remote side.
    public var errors: [RemoteError] = []
    /// The tag that the payload carried; nil if the answer lacks it.
    public var tag: String?
    /// When the simulation was created; nil if the answer lacks it.
    public var createdAt: Timestamp?
    /// Ended calls by outcome; nil if the answer lacks them.
    public var outcomes: [CallOutcome: Int]?
    /// The most calls that were up at once; nil if the answer lacks it.
    public var peakConcurrency: Int?
    /// How webhook deliveries stand; nil if the answer lacks it.
    public var webhooks: WebhookCounts?
    /// What kept agents idle while there was dialling, as shares of their idle time; nil if the answer lacks it.
    public var bound: [String: Double]?

    /// One error of a simulation.
    public struct RemoteError: Hashable, Sendable {
        /// A stable word.
        public var code: String
        /// The explanation.
        public var message: String

        /// Creates an error.
        public init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// Numbers of webhook deliveries by result.
    public struct WebhookCounts: Hashable, Sendable {
        /// Answered with a 2xx.
        public var delivered: Int
        /// Neither delivered nor given up yet.
        public var pending: Int
        /// Given up after the last attempt.
        public var givenUp: Int

        /// Creates the counts.
        public init(delivered: Int, pending: Int, givenUp: Int) {
            self.delivered = delivered
            self.pending = pending
            self.givenUp = givenUp
        }
    }

    /// Creates a status without what an answer may lack.
    public init(
        id: String,
        state: SimulationState,
        callsAttempted: Int,
        callsCompleted: Int,
        complianceBypassed: Bool
    ) {
        self.id = id
        stateWord = state.rawValue
        self.callsAttempted = callsAttempted
        self.callsCompleted = callsCompleted
        self.complianceBypassed = complianceBypassed
    }

    /// The state; nil if this version does not know the word.
    public var state: SimulationState? { SimulationState(rawValue: stateWord) }

    /// The JSON of the answer.
    public var json: JSONValue {
        .object(present: [
            "id": .string(id), "state": .string(stateWord), "callsAttempted": .integer(callsAttempted),
            "callsCompleted": .integer(callsCompleted), "complianceBypassed": .bool(complianceBypassed),
            "errors": .array(errors.map { ["code": .string($0.code), "message": .string($0.message)] }),
            "tag": tag.map { .string($0) }, "createdAt": createdAt.map { .string($0.description) },
            "outcomes": outcomes.map { counts in
                .object(CallOutcome.allCases.map { JSONValue.Member($0.rawValue, .integer(counts[$0] ?? 0)) })
            },
            "peakConcurrency": peakConcurrency.map { .integer($0) },
            "webhooks": webhooks.map {
                ["delivered": .integer($0.delivered), "pending": .integer($0.pending), "givenUp": .integer($0.givenUp)]
            },
            "bound": bound.map { shares in
                let sorted = shares.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                return .object(sorted.map { JSONValue.Member($0.key, .double($0.value)) })
            },
        ])
    }

    /// Reads an answer; members that are not known are ignored, extras of the wrong type too.
    ///
    /// - Throws: ``WireError`` if a required member is missing or wrong.
    public init(json: JSONValue) throws(WireError) {
        let reader = WireReader(json)
        id = try reader.read("id") { $0.identifier() }
        stateWord = try reader.read("state") { $0.text() }
        callsAttempted = try reader.read("callsAttempted") { $0.integer(in: 0...Int(Int32.max)) }
        callsCompleted = try reader.read("callsCompleted") { $0.integer(in: 0...Int(Int32.max)) }
        complianceBypassed = try reader.read("complianceBypassed") { $0.boolean() }
        errors = (json["errors"]?.elements ?? []).map {
            RemoteError(code: $0["code"]?.string ?? "unknown", message: $0["message"]?.string ?? "")
        }
        tag = json["tag"]?.string
        createdAt = json["createdAt"]?.string.flatMap { Timestamp($0) }
        if case .object(let members) = json["outcomes"] {
            outcomes = Dictionary(
                members.compactMap { member in
                    guard let outcome = CallOutcome(rawValue: member.name), let count = Self.count(member.value)
                    else { return nil }
                    return (outcome, count)
                },
                uniquingKeysWith: { first, _ in first }
            )
        }
        peakConcurrency = json["peakConcurrency"].flatMap(Self.count)
        if case .object(let members) = json["bound"] {
            bound = Dictionary(
                members.compactMap { member in
                    guard let share = member.value.number.flatMap({ Double($0) }), (0...1).contains(share) else {
                        return nil
                    }
                    return (member.name, share)
                },
                uniquingKeysWith: { first, _ in first }
            )
        }
        if let counts = json["webhooks"], let delivered = counts["delivered"].flatMap(Self.count),
            let pending = counts["pending"].flatMap(Self.count)
        {
            webhooks = WebhookCounts(
                delivered: delivered,
                pending: pending,
                givenUp: counts["givenUp"].flatMap(Self.count) ?? 0
            )
        }
    }

    /// A count as totals may be made of: not negative, and far from overflow.
    private static func count(_ value: JSONValue) -> Int? {
        value.integer.flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil }
    }
}

/// The state of a simulation: `queued → running → completed | failed | cancelled`.
public enum SimulationState: String, CaseIterable, Hashable, Sendable {
    case queued, running, completed, failed, cancelled

    /// Whether the simulation has ended.
    public var isTerminal: Bool { self == .completed || self == .failed || self == .cancelled }

    /// The place in the order of states.
    public var rank: Int {
        switch self {
        case .queued: 0
        case .running: 1
        case .completed, .failed, .cancelled: 2
        }
    }

    /// Whether a simulation may be seen in this state after `earlier`.
    public func canFollow(_ earlier: SimulationState) -> Bool {
        self == earlier || (rank > earlier.rank && !earlier.isTerminal)
    }
}

/// The answer to a create: the id of the new simulation.
public struct CreateAnswer: Hashable, Sendable {
    /// The simulation's id; empty if the answer lacks it.
    public var id: String
    /// The state word, usually `queued`.
    public var stateWord: String
    /// The `error` member that some servers send beside a success status.
    public var error: String?

    /// Creates an answer.
    public init(id: String, state: SimulationState = .queued) {
        self.id = id
        stateWord = state.rawValue
    }

    /// Reads an answer; every member may be missing.
    public init(json: JSONValue) {
        id = json["id"]?.string ?? ""
        stateWord = json["state"]?.string ?? ""
        switch json["error"] {
        case nil, .null, .string(""), .bool(false): error = nil
        case .string(let text): error = text
        case .some(let value): error = value.text
        }
    }

    /// The JSON of the answer.
    public var json: JSONValue { ["id": .string(id), "state": .string(stateWord)] }
}
