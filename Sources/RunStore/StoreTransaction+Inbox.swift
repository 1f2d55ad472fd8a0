import ExactJSON
import SimulationAPI

extension StoreTransaction {
    /// The columns of an item; whether an event is known follows from the runs, and can change later.
    private static var columns: String {
        """
        w.rowID, (SELECT id FROM runs WHERE runs.rowID = w.owner) AS runId, w.source, w.webhookId, w.simulationId,
        w.callId, w.receivedAt, w.reason, \(isKnown) AS isKnown
        """
    }
    private static var isKnown: String {
        "EXISTS(SELECT 1 FROM runs WHERE runs.simulationId = w.simulationId AND (w.owner = 0 OR runs.rowID = w.owner))"
    }
    /// Names every owner and source, so that SQLite uses the index of identities.
    private static func anyIdentity(of place: String) -> String {
        """
        w.owner IN (SELECT rowID FROM runs UNION ALL SELECT 0)
        AND w.source IN (\(WebhookScheme.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))) AND w.webhookId = \(place)
        """
    }

    func inboxPage(_ query: InboxQuery) throws -> InboxPage {
        var span: ClosedRange<Int64>?
        if let (sql, arguments) = try spanQuery(query) {
            let ends: (Int64?, Int64?)? = try first(sql, arguments) { ($0[0], $0[1]) }
            guard let first = ends?.0, let last = ends?.1 else { return InboxPage(items: [], next: nil) }
            span = first...last
        }
        let (sql, arguments) = Self.selection(query, within: span)
        let found = try all(sql, arguments) { InboxItem($0) }
        let items = Array(found.prefix(query.limit))
        return InboxPage(items: items, next: found.count > query.limit ? items.last?.rowID : nil)
    }

    /// Asks between which rows the webhooks of a run or of a simulation lie; `nil` if all rows have to be looked at.
    ///
    /// The webhooks of a run lie together, because they came in its time. An index in the order of arrival would make
    /// receiving slower, so this one look into an index of calls or identities takes its place.
    private func spanQuery(_ query: InboxQuery) throws -> (sql: String, arguments: [any StoreBindable])? {
        guard query.webhookID == nil else { return nil }
        if let run = query.runID { return (Self.spanOfRun, [run]) }
        // The service has no index of simulations.
        let hasService = "SELECT EXISTS(SELECT 1 FROM webhooks WHERE owner = \(InboxOwner.service))"
        guard let id = query.simulationID, try value(hasService) == false else { return nil }
        return (Self.spanOfSimulation, [id])
    }

    static var spanOfRun: String {
        """
        SELECT min(rowID), max(rowID) FROM webhooks WHERE owner = (SELECT rowID FROM runs WHERE id = ?1)
        """
    }
    static var spanOfSimulation: String {
        // One look into the index of calls for each run. With a sum no database looks for the ends in the order of rows.
        func end(_ function: String) -> String {
            """
            \(function)((SELECT \(function)(rowID + 0) FROM webhooks
              WHERE owner = runs.rowID AND owner <> 0 AND simulationId = ?1))
            """
        }
        return "SELECT \(end("min")), \(end("max")) FROM runs"
    }

    /// The rows of a page and one more, which says that there is a next page.
    static func selection(_ query: InboxQuery, within span: ClosedRange<Int64>? = nil) -> (
        sql: String, arguments: [any StoreBindable]
    ) {
        var conditions: [String] = []
        var arguments: [any StoreBindable] = []
        /// Adds a condition, in which `#` stands for the number of a value.
        func demand(_ condition: String, _ values: any StoreBindable...) {
            var text = condition
            for value in values {
                arguments.append(value)
                if let place = text.firstIndex(of: "#") {
                    text.replaceSubrange(place...place, with: "?\(arguments.count)")
                }
            }
            conditions.append(text)
        }
        switch query.state {
        case .quarantined: demand("w.reason IS NOT NULL")
        case .accepted: demand("w.reason IS NULL AND \(isKnown)")
        case .unknown: demand("w.reason IS NULL AND NOT \(isKnown)")
        case nil: break
        }
        if let span { demand("w.rowID BETWEEN # AND #", span.lowerBound, span.upperBound) }
        // With a plus sign SQLite reads the rows from the newest on, instead of sorting what an index selects.
        if let run = query.runID { demand("+w.owner = (SELECT rowID FROM runs WHERE id = #)", run) }
        if query.isOfService { demand("+w.owner = \(InboxOwner.service)") }
        if let id = query.webhookID { demand(anyIdentity(of: "#"), id) }
        if let id = query.simulationID { demand("w.simulationId = #", id) }
        if let after = query.after { demand("w.rowID < #", after) }
        let sql = """
            SELECT \(columns) FROM webhooks w \(conditions.isEmpty ? "" : "WHERE")
            \(conditions.joined(separator: " AND ")) ORDER BY w.rowID DESC LIMIT \(query.limit + 1)
            """
        return (sql, arguments)
    }

    func inboxEntries(webhookID: String, runID: String?) throws -> [InboxEntry] {
        let sql = """
            SELECT \(Self.columns), w.headers, w.digest, w.body FROM webhooks w
            WHERE \(Self.anyIdentity(of: "?1")) AND (?2 IS NULL OR w.owner = (SELECT rowID FROM runs WHERE id = ?2))
            ORDER BY w.rowID
            """
        return try all(sql, [webhookID, runID]) { row in
            InboxEntry(item: InboxItem(row), headers: row["headers"], digest: row["digest"], body: row["body"])
        }
    }
}

extension InboxItem {
    fileprivate init(_ row: any StoreRow) {
        let reason: String? = row["reason"]
        let isKnown: Bool = row["isKnown"]
        self.init(
            rowID: row["rowID"],
            runID: row["runId"],
            source: row["source"],
            webhookID: row["webhookId"],
            simulationID: row["simulationId"],
            callID: row["callId"],
            state: reason != nil ? .quarantined : isKnown ? .accepted : .unknown,
            receivedAt: Timestamp(milliseconds: row["receivedAt"]),
            reason: reason
        )
    }
}
