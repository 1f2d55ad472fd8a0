public import SimulationAPI

/// A create: the same bytes and the same key on every attempt.
public struct CreateRequest: Hashable, Sendable {
    /// The payload, as it goes over the wire.
    public var body: [UInt8]
    /// The key of this simulation and no other.
    public var key: IdempotencyKey
    /// The tag in the payload, to find the simulation by when an answer gets lost.
    public var tag: String?

    /// Creates a request.
    public init(body: [UInt8], key: IdempotencyKey, tag: String? = nil) {
        self.body = body
        self.key = key
        self.tag = tag
    }
}

/// The result of a create.
public enum CreateOutcome: Sendable {
    /// The simulation exists.
    case created(id: String)
    /// The answer got lost, and the simulation was found by its tag.
    case found(SimulationStatus)
    /// It may exist. Nothing more was sent, because a second create might make a second simulation.
    case unknown(ClientError)

    /// The id of the simulation, if it is known.
    public var id: String? {
        switch self {
        case .created(let id): id
        case .found(let status): status.id
        case .unknown: nil
        }
    }
}

/// The result of one attempt to create, if the organisation may have no free slot.
public enum CreateAttempt: Sendable {
    /// There is an outcome.
    case over(CreateOutcome)
    /// Nothing was created: as many simulations are active as may be.
    case slotUnavailable(ClientError)
}

/// A wait for a slot that is about to begin.
public struct SlotWait: Hashable, Sendable {
    /// How often the server was asked.
    public var probes: Int
    /// The time until it is asked again.
    public var delay: Duration
    /// The time since the first refusal.
    public var waited: Duration
}

/// The key that makes several attempts of one create one simulation (the `Idempotency-Key` field).
public struct IdempotencyKey: Hashable, Sendable, CustomStringConvertible {
    /// The text of the key.
    public let description: String

    /// Creates a key: 1 to 255 printable ASCII characters, quotes and backslashes excepted.
    public init?(_ text: String) {
        guard (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        else { return nil }
        description = text
    }

    /// The value of the field: a string of a structured field (RFC 9651 section 3.3.3).
    var fieldValue: String { "\"\(description)\"" }
}
