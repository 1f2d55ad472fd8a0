import ExactJSON
import FoundationEssentials
import GRDB
import SimulationAPI

extension Database {
    /// The columns of an item; whether an event is known follows from the runs, and can change later.
    private static let columns = """
        w.rowID, (SELECT id FROM runs WHERE runs.rowID = w.owner) AS runId, w.source, w.webhookId, w.simulationId,
        w.callId, w.receivedAt, w.reason, \(isKnown) AS isKnown
        """
    private static let isKnown = """
        EXISTS(SELECT 1 FROM runs WHERE runs.simulationId = w.simulationId AND (w.owner = 0 OR runs.rowID = w.owner))
        """
    /// Names every owner and source, so that SQLite uses the index of identities.
    private static let anyIdentity = """
        w.owner IN (SELECT rowID FROM runs UNION ALL SELECT 0)
        AND w.source IN (\(WebhookScheme.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))) AND w.webhookId = ?
        """

    func inboxPage(_ query: InboxQuery) throws -> InboxPage {
        let (sql, arguments) = Self.selection(query)
        let rows = try Row.fetchAll(self, sql: sql, arguments: arguments)
        let items = rows.prefix(query.limit).map(InboxItem.init)
        return InboxPage(items: items, next: rows.count > query.limit ? items.last?.rowID : nil)
    }

    /// The rows of a page and one more, which says that there is a next page.
    static func selection(_ query: InboxQuery) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        func demand(_ condition: String, _ values: any DatabaseValueConvertible...) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        switch query.state {
        case .quarantined: demand("w.reason IS NOT NULL")
        case .accepted: demand("w.reason IS NULL AND \(isKnown)")
        case .unknown: demand("w.reason IS NULL AND NOT \(isKnown)")
        case nil: break
        }
        // With a plus sign SQLite leaves the index of owners aside: that of the simulation selects more.
        let owner = query.simulationID == nil ? "w.owner" : "+w.owner"
        if let run = query.runID { demand("\(owner) = (SELECT rowID FROM runs WHERE id = ?)", run) }
        if query.isOfService { demand("\(owner) = \(InboxOwner.service)") }
        if let id = query.webhookID { demand(anyIdentity, id) }
        if let id = query.simulationID { demand("w.simulationId = ?", id) }
        if let after = query.after { demand("w.rowID < ?", after) }
        let sql = """
            SELECT \(columns) FROM webhooks w \(conditions.isEmpty ? "" : "WHERE")
            \(conditions.joined(separator: " AND ")) ORDER BY w.rowID DESC LIMIT \(query.limit + 1)
            """
        return (sql, arguments)
    }

    func inboxEntries(webhookID: String, runID: String?) throws -> [InboxEntry] {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT \(Self.columns), w.headers, w.digest, w.body FROM webhooks w
                WHERE \(Self.anyIdentity) AND (? IS NULL OR w.owner = (SELECT rowID FROM runs WHERE id = ?))
                ORDER BY w.rowID
                """,
            arguments: [webhookID, runID, runID]
        )
        return rows.map { row in
            let (digest, body): (Data, Data) = (row["digest"], row["body"])
            return InboxEntry(item: .init(row), headers: row["headers"], digest: Array(digest), body: Array(body))
        }
    }
}

extension InboxItem {
    fileprivate init(_ row: Row) {
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
