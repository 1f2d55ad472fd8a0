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
        simulationID = try reader.read("simulationId") { $0.identifier() }
        callID = try reader.read("callId") { $0.identifier() }
        state = try reader.read("state") { $0.choice() }
        timestamp = try reader.read("timestamp") { field in
            guard let text = field.text() else { return nil }
            return Timestamp(text) ?? field.fail(.fieldType, "timestamp must be an RFC 3339 date-time")
        }
        outcome =
            switch json["outcome"] {
            case nil, .null, .string(""): nil
            default: try reader.read("outcome") { $0.choice() }
            }
        durationMs = Int64(try reader.read("durationMs") { $0.integer(in: 0...Int(Int32.max) * 1000) })
    }
}
