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

/// What came of a create.
public enum CreateOutcome: Sendable {
    /// The simulation exists.
    case created(id: String)
    /// The answer got lost, and the simulation was found by its tag.
    case found(SimulationStatus)
    /// It may exist. Nothing more was sent: a second create might make a second simulation.
    case unknown(ClientError)

    /// The id of the simulation, where it is known.
    public var id: String? {
        switch self {
        case .created(let id): id
        case .found(let status): status.id
        case .unknown: nil
        }
    }
}

/// What came of one try to create, where the organisation may have no free slot.
public enum CreateAttempt: Sendable {
    /// There is an outcome.
    case over(CreateOutcome)
    /// Nothing was created: as many simulations are active as may be.
    case slotUnavailable(ClientError)
}

/// A wait for a slot, told before it begins.
public struct SlotWait: Hashable, Sendable {
    /// How often the server was asked.
    public var probes: Int
    /// The time until it is asked again.
    public var delay: Duration
    /// The time since the first refusal.
    public var waited: Duration
}
