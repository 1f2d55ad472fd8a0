public import ExactJSON

/// The answer to a create: the id of the new simulation.
public struct CreateAnswer: Hashable, Sendable {
    /// The simulation's id; empty where the answer had none.
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
