package import ExactJSON
import SimulationAPI

/// A run with what the control API shows beside its row.
package struct ListedRun: Sendable {
    package var run: StoredRun
    /// Grows with each change of any run.
    package var version: Int64
    /// What is seen of a run that goes on.
    package var progress: JSONValue?
    /// The log and the entry of its verdict.
    package var verdictEntry: (origin: String, seq: Int)?
    /// `nil` for a run that a command of its own made.
    package var submission: Submission?

    init(_ row: any StoreRow) {
        run = StoredRun(row)
        version = row["version"]
        let text: String? = row["progress"]
        progress = text.flatMap { try? JSONReader.read(Array($0.utf8)) }
        if let origin: String = row["auditOrigin"], let seq: Int = row["auditSeq"] { verdictEntry = (origin, seq) }
    }

    /// The run with what the service was asked for.
    func withSubmission(_ transaction: any StoreTransaction) throws -> ListedRun {
        var listed = self
        listed.submission = try Submission.of(run.rowID, transaction)
        return listed
    }
}

/// Which runs a page of the control API has: newest first, from behind the row `after`.
package struct RunPageQuery: Hashable, Sendable {
    package var states: Set<StoredRun.State> = []
    package var kind: StoredRun.Kind?
    package var scenario: String?
    package var limit = 100
    /// The row that the page before ended with.
    package var after: Int64?

    package init() {}
}

/// Some runs, and the row behind which the next page begins.
package struct RunPage: Sendable {
    package var items: [ListedRun]
    /// `nil` on the last page.
    package var next: Int64?
}

extension RunStore {
    /// A page of the runs of this home, whatever has made them.
    package func runPage(_ query: RunPageQuery) async throws -> RunPage {
        try await read { transaction in
            let states = query.states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            let found = try transaction.all(
                """
                SELECT * FROM runs WHERE (?1 IS NULL OR rowID < ?1) AND (?2 IS NULL OR kind = ?2)
                  AND (?3 IS NULL OR scenario = ?3) \(states.isEmpty ? "" : "AND state IN (\(states))")
                ORDER BY rowID DESC LIMIT ?4
                """,
                [query.after, query.kind?.rawValue, query.scenario, query.limit + 1]
            ) { ListedRun($0) }
            let items = try found.prefix(query.limit).map { try $0.withSubmission(transaction) }
            return RunPage(items: items, next: found.count > query.limit ? items.last?.run.rowID : nil)
        }
    }

    package func listedRun(id: String) async throws -> ListedRun? {
        try await read { transaction in
            try transaction.first("SELECT * FROM runs WHERE id = ?1", [id]) { ListedRun($0) }?.withSubmission(
                transaction
            )
        }
    }

    /// The document `result.json` of a run; `nil` if it has none yet.
    package func document(of run: StoredRun) async throws -> [UInt8]? {
        try await read { try History($0).document(of: run) }
    }

    /// The runs that have changed since a version, the earliest change first, and the latest version.
    ///
    /// - Parameter version: `nil` for the latest version alone.
    package func changes(since version: Int64?) async throws -> (runs: [(id: String, version: Int64)], latest: Int64) {
        try await read { transaction in
            guard let version else {
                return ([], try transaction.value("SELECT max(version) FROM runs") ?? 0)
            }
            let runs: [(id: String, version: Int64)] = try transaction.all(Self.changedRuns, [version]) {
                ($0[0], $0[1])
            }
            return (runs, runs.last?.version ?? version)
        }
    }

    static let changedRuns = "SELECT id, version FROM runs WHERE version > ?1 ORDER BY version LIMIT 1000"

    /// The number of runs in each state.
    package func runCounts() async throws -> [StoredRun.State: Int] {
        try await read { transaction in
            var counts: [StoredRun.State: Int] = [:]
            for (word, number) in try transaction.numbers("SELECT state, count(*) FROM runs GROUP BY state") {
                if let state = word.flatMap({ StoredRun.State(rawValue: $0) }) { counts[state] = number }
            }
            return counts
        }
    }
}

extension RunStore {
    /// The newest run of a command and a scenario that ended with exit code 0.
    package func lastPass(_ kind: StoredRun.Kind, scenario: String) async throws -> StoredRun? {
        try await read { try History($0).lastPass(kind, scenario) }
    }
}
