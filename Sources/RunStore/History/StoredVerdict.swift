package import ExactJSON

/// The verdict of a run, and which entry of which audit log has it.
package struct StoredVerdict: Hashable, Sendable {
    package var runID: String
    package var verdict: String
    /// The log and the number of the entry; `nil` if the run names none.
    package var entry: VerdictEntry?

    package struct VerdictEntry: Hashable, Sendable {
        package var origin: String
        package var sequence: Int

        package init(origin: String, sequence: Int) { (self.origin, self.sequence) = (origin, sequence) }
    }

    package init(runID: String, verdict: String, entry: VerdictEntry?) {
        (self.runID, self.verdict, self.entry) = (runID, verdict, entry)
    }
}

extension HomeReader {
    /// The verdicts of the runs that ended in a period, in the order of their rows.
    ///
    /// - Returns: the verdicts; and for each audit log, by its origin, how many runs with a verdict in it were ever removed from a
    ///   store that machines share.
    package func verdicts(
        from: Timestamp?,
        to: Timestamp?
    ) async throws -> (stored: [StoredVerdict], removed: [String: Int]) {
        let isShared = isShared
        return try await read { transaction, format in
            // Before that, runs named no entries.
            guard format >= 8 else { return ([], [:]) }
            let stored: [StoredVerdict] = try transaction.all(
                """
                SELECT id, verdict, auditOrigin, auditSeq FROM runs WHERE kind = 'run' AND verdict IS NOT NULL
                  AND (?1 IS NULL OR finishedAt >= ?1) AND (?2 IS NULL OR finishedAt < ?2) ORDER BY rowID
                """,
                [from?.milliseconds, to?.milliseconds]
            ) { row in
                let (origin, sequence): (String?, Int?) = (row[2], row[3])
                let entry = origin.flatMap { origin in
                    sequence.map { StoredVerdict.VerdictEntry(origin: origin, sequence: $0) }
                }
                return StoredVerdict(runID: row[0], verdict: row[1], entry: entry)
            }
            return (stored, isShared ? try Self.prunedVerdicts(transaction) : [:])
        }
    }

    private static func prunedVerdicts(_ transaction: any StoreTransaction) throws -> [String: Int] {
        // Before that, removed runs left no count.
        guard let version: Int64 = try transaction.value("SELECT version FROM ringbackSchema"), version >= 3 else {
            return [:]
        }
        let counts = try transaction.numbers("SELECT origin, runs FROM prunedVerdicts")
        return Dictionary(uniqueKeysWithValues: counts.compactMap { row in row.key.map { ($0, row.number) } })
    }
}
