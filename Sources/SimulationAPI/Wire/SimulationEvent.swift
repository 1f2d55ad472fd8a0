public import ExactJSON

/// One state change of one call, as a webhook delivers it.
public struct SimulationEvent: Hashable, Sendable {
    /// The simulation that the call belongs to.
    public var simulationID: String
    /// The call.
    public var callID: String
    /// The state that the call came into.
    public var state: CallState
    /// When, in the simulation's virtual time.
    public var timestamp: Timestamp
    /// What the call came to, once that is known.
    public var outcome: CallOutcome?
    /// Milliseconds of virtual time since the call was dialled.
    public var durationMs: Int64

    /// Creates an event.
    public init(
        simulationID: String,
        callID: String,
        state: CallState,
        timestamp: Timestamp,
        outcome: CallOutcome?,
        durationMs: Int64
    ) {
        self.simulationID = simulationID
        self.callID = callID
        self.state = state
        self.timestamp = timestamp
        self.outcome = outcome
        self.durationMs = durationMs
    }

    /// The body of the webhook.
    public var json: JSONValue {
        .object(present: [
            "simulationId": .string(simulationID), "callId": .string(callID), "state": .string(state.rawValue),
            "timestamp": .string(timestamp.description), "outcome": outcome.map { .string($0.rawValue) },
            "durationMs": .integer(durationMs),
        ])
    }

    /// Reads the body of a webhook; members that are not known are ignored.
    ///
    /// - Throws: ``JSONSyntaxError`` if the bytes are not JSON, ``WireError`` if they are not an event.
    public init(body: some Sequence<UInt8>) throws {
        let json = try JSONReader.read(body)
        let reader = WireReader(json)
        simulationID = try reader.identifier("simulationId")
        callID = try reader.identifier("callId")
        state = try reader.word("state")
        let time = try reader.string("timestamp")
        guard let timestamp = Timestamp(time) else { throw reader.error("timestamp", "no RFC 3339 date-time") }
        self.timestamp = timestamp
        outcome =
            switch json["outcome"] {
            case nil, .null, .string(""): nil
            default: try reader.word("outcome")
            }
        durationMs = Int64(try reader.integer("durationMs", in: 0...Int(Int32.max) * 1000))
    }
}
