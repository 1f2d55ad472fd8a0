package import ExactJSON

/// Where a delivery stands.
package enum DeliveryState: String, CaseIterable, Hashable, Sendable {
    /// To be sent, now or later.
    case pending
    /// The monitor took it.
    case delivered
    /// Not delivered after all attempts, or refused: a dead letter.
    case dead
    /// Not sent, since the monitor answered 410.
    case disabled
}

/// A delivery as lists show it.
package struct StoredDelivery: Hashable, Sendable {
    /// The number of the row, which is its id.
    package var rowID: Int64
    package var monitor: String
    /// The run that the event belongs to; `nil` for a service.
    package var runID: String?
    /// The id of the event; `nil` for a message of the run itself.
    package var webhookID: String?
    /// The call of the event; empty for a message of the run itself.
    package var callID: String
    package var state: DeliveryState
    package var attempts: Int
    package var lastStatus: Int?
    package var lastError: String?
    /// When it is sent next; `nil` if it is not sent again, or an earlier event of its call comes first.
    package var nextAttemptAt: Timestamp?

    init?(_ row: any StoreRow) {
        guard let word: String = row["state"], let state = DeliveryState(rawValue: word) else { return nil }
        rowID = row["rowID"]
        monitor = row["monitorName"]
        runID = row["runId"]
        webhookID = row["webhookId"]
        callID = row["callId"]
        self.state = state
        attempts = row["attempts"]
        lastStatus = row["lastStatus"]
        lastError = row["lastError"]
        let dueAt: Int64? = row["dueAt"]
        nextAttemptAt = dueAt.map { Timestamp(milliseconds: $0) }
    }

    package var json: JSONValue {
        [
            "id": .string(String(rowID)), "monitor": .string(monitor), "runId": runID.map { .string($0) } ?? .null,
            "webhookId": webhookID.map { .string($0) } ?? .null, "callId": .string(callID),
            "state": .string(state.rawValue), "attempts": .integer(attempts),
            "lastStatus": lastStatus.map { .integer($0) } ?? .null,
            "lastError": lastError.map { .string($0) } ?? .null,
            "nextAttemptAt": nextAttemptAt.map { .string($0.description) } ?? .null,
        ]
    }
}

/// Selects deliveries.
package struct DeliveryQuery: Hashable, Sendable {
    /// Of monitors of this name.
    package var monitor: String?
    package var states: Set<DeliveryState> = []
    /// Of events of this run.
    package var runID: String?
    /// Of events that arrived at this time or later.
    package var since: Timestamp?
    /// These alone; empty for all.
    package var ids: Set<Int64> = []
    /// Those after this one.
    package var after: Int64 = 0
    package var limit = 100

    /// All deliveries, a page of 100.
    package init() {}
}

/// One page of a list of deliveries.
package struct DeliveryPage: Sendable {
    /// The deliveries, in the order of their ids.
    package var items: [StoredDelivery]
    /// The `after` of the next page; `nil` if this is the last one.
    package var next: Int64?

    package var json: JSONValue {
        ["items": .array(items.map(\.json)), "next": next.map { .string(String($0)) } ?? .null]
    }
}
