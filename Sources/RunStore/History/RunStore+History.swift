package import ExactJSON
import RingbackHome
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
    private let transaction: any StoreTransaction
    /// A format before 7 knows the command `run` only, and keeps no documents.
    private let isKept: Bool

    init(_ transaction: any StoreTransaction, format: Int = .max) {
        (self.transaction, isKept) = (transaction, format >= 7)
    }

    private func run(_ row: any StoreRow) -> StoredRun { StoredRun(row, hasHistory: isKept) }

    func runs(_ query: HistoryQuery) throws -> [StoredRun] {
        try transaction.all(
            """
            SELECT * FROM runs WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR scenario = ?2)
              AND (?3 IS NULL OR startedAt >= ?3) ORDER BY rowID DESC LIMIT ?4
            """,
            [query.state?.rawValue, query.scenario, query.since?.milliseconds, query.limit],
            run
        )
    }

    func run(_ id: String) throws -> StoredRun? {
        try transaction.first("SELECT * FROM runs WHERE id = ?1", [id], run)
    }

    /// The newest run of a command and a scenario that ended with exit code 0.
    func lastPass(_ kind: StoredRun.Kind, _ scenario: String) throws -> StoredRun? {
        guard isKept || kind == .run else { return nil }
        let isOfKind = isKept ? "AND kind = '\(kind.rawValue)'" : ""
        return try transaction.first(
            "SELECT * FROM runs WHERE scenario = ?1 \(isOfKind) AND exitCode = 0 ORDER BY rowID DESC LIMIT 1",
            [scenario],
            run
        )
    }

    func document(of run: StoredRun) throws -> [UInt8]? {
        isKept ? try transaction.value("SELECT document FROM runDocuments WHERE run = ?1", [run.rowID]) : nil
    }

    func counts(of run: StoredRun) throws -> HistoryCounts {
        func count(_ sql: String) throws -> Int { try transaction.value(sql, [run.rowID]) ?? 0 }
        let ofRun = "SELECT count(*) FROM deliveries WHERE monitor IN (SELECT rowID FROM monitors WHERE owner = ?1)"
        return try HistoryCounts(
            events: count("SELECT count(*) FROM webhooks WHERE owner = ?1"),
            deliveries: count(ofRun),
            pendingDeliveries: count("\(ofRun) AND state = 'pending'")
        )
    }
}

extension HomeReader {
    package func runs(_ query: HistoryQuery) async throws -> [StoredRun] {
        try await read { try History($0, format: $1).runs(query) }
    }

    package func run(id: String) async throws -> StoredRun? { try await read { try History($0, format: $1).run(id) } }

    package func lastPass(_ kind: StoredRun.Kind, scenario: String) async throws -> StoredRun? {
        try await read { try History($0, format: $1).lastPass(kind, scenario) }
    }

    /// The document `result.json` of a run, as it was stored; `nil` if the home has none.
    package func document(of run: StoredRun) async throws -> [UInt8]? {
        try await read { try History($0, format: $1).document(of: run) }
    }

    package func counts(of run: StoredRun) async throws -> HistoryCounts {
        try await read { try History($0, format: $1).counts(of: run) }
    }
}

extension RunStore {
    /// Stores the end of a run, with its document.
    package func finish(_ run: StoredRun, document: [UInt8]) async throws {
        try await write { transaction in
            guard try run.update(transaction) else { return }
            try Self.put(document, of: run.rowID, transaction)
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
        try await write { transaction in
            let run = try transaction.insert(
                """
                INSERT INTO runs(id, scenario, target, origin, state, startedAt, finishedAt, exitCode, kind, verdict,
                  folder) VALUES(?1, ?2, ?3, '', ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                """,
                [
                    id, scenario, TargetKind.sandbox.rawValue, ended.state.rawValue, startedAt.milliseconds,
                    finishedAt.milliseconds, ended.exitCode, kind.rawValue, ended.verdict, folder,
                ]
            )
            guard let run else { preconditionFailure("an insert without a conflict has a row") }
            try Self.put(document, of: run, transaction)
        }
    }

    /// The files of a run's folder that a store which machines share keeps; that of the events is made from the events.
    package static let keptFiles = ["report.html", "result.json", "junit.xml"]

    /// Keeps the files of a run where other machines find them; nothing to do in a store that one machine has for itself.
    ///
    /// - Parameter names: those of the folder that are kept, if they are there.
    package func keepFiles(_ names: [String], of run: Int64, in folder: String) async throws {
        guard isShared else { return }
        let files = try await BlockingWork.run {
            try names.compactMap { name -> (name: String, bytes: [UInt8])? in
                let path = "\(folder)/\(name)"
                guard try FileSystem.inspect(path) != nil else { return nil }
                return (name, try FileSystem.readPlain(path, upTo: 1 << 30))
            }
        }
        let sql = """
            INSERT INTO runFiles(run, name, bytes) VALUES(?1, ?2, ?3)
            ON CONFLICT(run, name) DO UPDATE SET bytes = excluded.bytes
            """
        try await write { transaction in
            for file in files { try transaction.execute(sql, [run, file.name, file.bytes]) }
        }
    }

    /// A file of a run that another machine may have made; `nil` if the store has none.
    package func file(_ name: String, of run: StoredRun) async throws -> [UInt8]? {
        guard isShared else { return nil }
        return try await read { transaction in
            try transaction.value("SELECT bytes FROM runFiles WHERE run = ?1 AND name = ?2", [run.rowID, name])
        }
    }

    private static func put(_ document: [UInt8], of run: Int64, _ transaction: any StoreTransaction) throws {
        let sql = """
            INSERT INTO runDocuments(run, document) VALUES(?1, ?2)
            ON CONFLICT(run) DO UPDATE SET document = excluded.document
            """
        try transaction.execute(sql, [run, document])
    }
}
