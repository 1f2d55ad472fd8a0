package import ExactJSON
import FoundationEssentials
import GRDB
import SimulationAPI

/// Which runs of the history are asked for, newest first.
package struct HistoryQuery: Hashable, Sendable {
    package var state: StoredRun.State?
    package var scenario: String?
    /// Only runs that started at this moment or later.
    package var since: Timestamp?
    package var limit = 100

    package init() {}
}

/// What the home keeps of a run's traffic.
package struct HistoryCounts: Hashable, Sendable {
    package var events = 0
    package var deliveries = 0
    package var pendingDeliveries = 0

    package init(events: Int = 0, deliveries: Int = 0, pendingDeliveries: Int = 0) {
        (self.events, self.deliveries, self.pendingDeliveries) = (events, deliveries, pendingDeliveries)
    }
}

/// Reads the history out of a database of any format that this version reads.
struct History {
    let database: Database
    private let format: Int

    init(_ database: Database) throws {
        self.database = database
        format = try Schema.check(database)
    }

    /// A format before 7 knows the command `run` only, and keeps no documents.
    private var columns: String { format < 7 ? "*, 'run' AS kind, NULL AS verdict, NULL AS folder" : "*" }

    func runs(_ query: HistoryQuery) throws -> [StoredRun] {
        try StoredRun.fetchAll(
            database,
            sql: """
                SELECT \(columns) FROM runs WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR scenario = ?2)
                  AND (?3 IS NULL OR startedAt >= ?3) ORDER BY rowID DESC LIMIT ?4
                """,
            arguments: [query.state?.rawValue, query.scenario, query.since?.milliseconds, query.limit]
        )
    }

    func run(_ id: String) throws -> StoredRun? {
        try StoredRun.fetchOne(database, sql: "SELECT \(columns) FROM runs WHERE id = ?", arguments: [id])
    }

    /// The newest run of a command and a scenario that ended with exit code 0.
    func lastPass(_ kind: StoredRun.Kind, _ scenario: String) throws -> StoredRun? {
        guard format >= 7 || kind == .run else { return nil }
        let isOfKind = format < 7 ? "" : "AND kind = '\(kind.rawValue)'"
        return try StoredRun.fetchOne(
            database,
            sql:
                "SELECT \(columns) FROM runs WHERE scenario = ? \(isOfKind) AND exitCode = 0 ORDER BY rowID DESC LIMIT 1",
            arguments: [scenario]
        )
    }

    func document(of run: StoredRun) throws -> [UInt8]? {
        guard format >= 7 else { return nil }
        let sql = "SELECT document FROM runDocuments WHERE run = ?"
        return try Data.fetchOne(database, sql: sql, arguments: [run.rowID]).map { Array($0) }
    }

    func counts(of run: StoredRun) throws -> HistoryCounts {
        func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql, arguments: [run.rowID]) ?? 0 }
        let ofRun = "SELECT count(*) FROM deliveries WHERE monitor IN (SELECT rowID FROM monitors WHERE owner = ?)"
        return try HistoryCounts(
            events: count("SELECT count(*) FROM webhooks WHERE owner = ?"),
            deliveries: count(ofRun),
            pendingDeliveries: count("\(ofRun) AND state = 'pending'")
        )
    }
}

extension HomeReader {
    package func runs(_ query: HistoryQuery) async throws -> [StoredRun] {
        try await read { try History($0).runs(query) }
    }

    package func run(id: String) async throws -> StoredRun? { try await read { try History($0).run(id) } }

    package func lastPass(_ kind: StoredRun.Kind, scenario: String) async throws -> StoredRun? {
        try await read { try History($0).lastPass(kind, scenario) }
    }

    /// The document `result.json` of a run, as it was stored; `nil` if the home has none.
    package func document(of run: StoredRun) async throws -> [UInt8]? {
        try await read { try History($0).document(of: run) }
    }

    package func counts(of run: StoredRun) async throws -> HistoryCounts {
        try await read { try History($0).counts(of: run) }
    }
}

extension RunStore {
    /// Stores the end of a run, with its document.
    package func finish(_ run: StoredRun, document: [UInt8]) async throws {
        try await write { database in
            try run.update(database)
            try Self.put(document, of: run.rowID, database)
        }
    }

    /// Stores what ended without having had a row: a simulation of the engine alone.
    package func insertEnded(
        _ kind: StoredRun.Kind,
        id: String,
        scenario: String,
        ended: (state: StoredRun.State, verdict: String, exitCode: Int32),
        folder: String,
        startedAt: Timestamp,
        finishedAt: Timestamp,
        document: [UInt8]
    ) async throws {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO runs(id, scenario, target, origin, state, startedAt, finishedAt, exitCode, kind, verdict,
                      folder) VALUES(?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, scenario, TargetKind.sandbox.rawValue, ended.state.rawValue, startedAt.milliseconds,
                    finishedAt.milliseconds, ended.exitCode, kind.rawValue, ended.verdict, folder,
                ]
            )
            try Self.put(document, of: database.lastInsertedRowID, database)
        }
    }

    private static func put(_ document: [UInt8], of run: Int64, _ database: Database) throws {
        let sql = "INSERT OR REPLACE INTO runDocuments(run, document) VALUES(?, ?)"
        try database.execute(sql: sql, arguments: [run, Data(document)])
    }
}
