package import ExactJSON
package import RingbackHome

/// Where a received webhook stands.
package enum InboxState: String, CaseIterable, Hashable, Sendable {
    /// An event of a simulation that its owner knows.
    case accepted
    /// Signed, but not an event.
    case quarantined
    /// An event of a simulation that its owner does not know.
    case unknown
}

/// Which received webhooks to list.
package struct InboxQuery: Hashable, Sendable {
    package var state: InboxState?
    /// Only those of this run, by its id.
    package var runID: String?
    package var isOfService = false
    package var webhookID: String?
    package var simulationID: String?
    package var limit = 100
    /// Only those that arrived before this one: ``InboxPage/next`` of the previous page.
    package var after: Int64?

    package init() {}
}

/// A received webhook in a list.
package struct InboxItem: Hashable, Sendable {
    /// The number of its row: the order of arrival.
    package var rowID: Int64
    package var runID: String?
    /// The ``WebhookScheme`` of its signature.
    package var source: String
    package var webhookID: String
    package var simulationID: String?
    package var callID: String?
    package var state: InboxState
    package var receivedAt: Timestamp
    package var reason: String?

    package var json: JSONValue {
        .object(present: [
            "webhookId": .string(webhookID), "simulationId": simulationID.map { .string($0) },
            "callId": callID.map { .string($0) }, "state": .string(state.rawValue),
            "receivedAt": .string(receivedAt.description), "runId": runID.map { .string($0) },
            "source": .string(source), "reason": reason.map { .string($0) },
        ])
    }
}

/// A page of received webhooks, newest first.
package struct InboxPage: Hashable, Sendable {
    package var items: [InboxItem]
    /// The start of the next page; `nil` if this is the last one.
    package var next: Int64?

    package var json: JSONValue {
        ["items": .array(items.map(\.json)), "next": next.map { .string("\($0)") } ?? .null]
    }
}

/// A received webhook with everything that is stored about it.
package struct InboxEntry: Hashable, Sendable {
    package var item: InboxItem
    package var headers: String?
    package var digest: [UInt8]
    package var body: [UInt8]
}

/// Reads a home's inbox and changes nothing; other processes may write meanwhile.
package struct InboxReader: Sendable {
    private let home: Home

    package init(_ home: Home) { self.home = home }

    /// The inbox cannot be read.
    package struct ReadError: Error, CustomStringConvertible {
        package var description: String
    }

    /// The webhooks that a query selects, newest first.
    package func page(_ query: InboxQuery) async throws -> InboxPage {
        try await read { try $0.inboxPage(query) }
    }

    /// Everything that is stored under an id; several owners may have received it.
    package func entries(webhookID: String, runID: String? = nil) async throws -> [InboxEntry] {
        try await read { try $0.inboxEntries(webhookID: webhookID, runID: runID) }
    }

    package func hasRun(_ id: String) async throws -> Bool {
        try await read {
            try $0.value("SELECT EXISTS(SELECT 1 FROM runs WHERE id = ?1)", [id]) ?? false
        }
    }

    private func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        let home = home
        return try await BlockingWork.run {
            if case .shared(let place) = home.store { return try SharedStore.reading(place, body) }
            guard try FileSystem.inspect(home.databasePath) != nil else {
                throw ReadError(description: "nothing has been received in \(home.path): it has no database yet")
            }
            return try ReadOnlyDatabase.with(home) { database in
                guard try Schema.check(database) != 0 else {
                    throw ReadError(description: "nothing has been received in \(home.path): its database is empty")
                }
                return try body(SQLiteTransaction(database, of: home))
            }
        }
    }
}

extension RunStore {
    /// The webhooks that a query selects, newest first.
    package func inboxPage(_ query: InboxQuery) async throws -> InboxPage {
        try await read { try $0.inboxPage(query) }
    }

    /// Everything that is stored under an id; several owners may have received it.
    package func inboxEntries(webhookID: String) async throws -> [InboxEntry] {
        try await read { try $0.inboxEntries(webhookID: webhookID, runID: nil) }
    }
}
