package import ExactJSON
import FoundationEssentials
import GRDB
import SimulationAPI

/// The queue of the service: what was asked for, and which worker takes what.
extension RunStore {
    /// Puts a run into the queue.
    ///
    /// Requests of one token with one key get one run, also if they come at the same moment.
    package func submit(_ new: NewSubmission) async throws -> SubmissionOutcome {
        let digest = Data(new.digest)
        return try await write { database in
            if let key = new.key,
                let row = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT submissions.digest, runs.id, runs.state FROM submissions JOIN runs ON runs.rowID = run
                        WHERE token = ? AND key = ?
                        """,
                    arguments: [new.token, key]
                )
            {
                guard row[0] == digest else { return .keyReused }
                return .accepted(id: row[1], state: StoredRun.State(rawValue: row[2]) ?? .unknown, isNew: false)
            }
            try database.execute(
                sql: """
                    INSERT INTO runs(id, scenario, target, origin, state, startedAt, folder, kind)
                    VALUES(?, ?, ?, '', 'queued', ?, ?, ?)
                    """,
                arguments: [
                    new.id, new.scenario, new.target.rawValue, new.at.milliseconds, new.folder, new.kind.rawValue,
                ]
            )
            try Submission(
                run: database.lastInsertedRowID,
                token: new.token,
                key: new.key,
                digest: digest,
                request: new.request.text,
                submittedAt: new.at.milliseconds
            )
            .insert(database)
            return .accepted(id: new.id, state: .queued, isNew: true)
        }
    }

    /// Takes the run that is next, if one waits.
    ///
    /// Tokens take turns: the run of the token with the fewest running runs is next, and the oldest among those.
    package func claim(at now: Timestamp) async throws -> (run: StoredRun, submission: Submission)? {
        try await write { database in
            guard let rowID = try Int64.fetchOne(database, sql: Self.nextInQueue) else { return nil }
            try database.execute(
                sql: "UPDATE runs SET state = 'running', startedAt = ? WHERE rowID = ?",
                arguments: [now.milliseconds, rowID]
            )
            guard let run = try StoredRun.fetchOne(database, key: rowID),
                let submission = try Submission.fetchOne(database, key: rowID)
            else { return nil }
            return (run, submission)
        }
    }

    /// The oldest waiting run of each token, and of these that of the token with the fewest running runs.
    static let nextInQueue = """
        SELECT run FROM (
          SELECT min(run) AS run, token FROM runs CROSS JOIN submissions ON run = runs.rowID
          WHERE state = 'queued' AND finishedAt IS NULL GROUP BY token) AS waiting
        ORDER BY (
          SELECT count(*) FROM runs CROSS JOIN submissions ON run = runs.rowID
          WHERE state = 'running' AND finishedAt IS NULL AND token = waiting.token), run
        LIMIT 1
        """

    /// The service's runs that a process has left before their end, oldest first.
    ///
    /// The caller holds the service lock of the home, so no other service works on them.
    package func interruptedRuns() async throws -> [(run: StoredRun, submission: Submission)] {
        try await read { database in
            let sql = """
                SELECT run FROM runs CROSS JOIN submissions ON run = runs.rowID
                WHERE state = 'running' AND finishedAt IS NULL ORDER BY run
                """
            return try Int64.fetchAll(database, sql: sql).compactMap { rowID in
                guard let run = try StoredRun.fetchOne(database, key: rowID),
                    let submission = try Submission.fetchOne(database, key: rowID)
                else { return nil }
                return (run, submission)
            }
        }
    }

    /// Puts a run back into the queue, at its old place.
    package func requeue(_ run: StoredRun) async throws {
        try await execute("UPDATE runs SET state = 'queued' WHERE rowID = ? AND state = 'running'", [run.rowID])
    }

    /// Asks for the end of a run; one that still waits is over at once.
    package func cancel(id: String, by token: String, at now: Timestamp) async throws -> RunCancellation {
        try await write { database in
            guard let run = try StoredRun.fetchOne(database, key: ["id": id]) else { return .unknown }
            switch run.state {
            case .cancelled: return .already
            case .queued, .running: break
            default: return .ended(run.state)
            }
            guard let submission = try Submission.fetchOne(database, key: run.rowID) else { return .notOfService }
            guard submission.cancelledAt == nil else { return .already }
            try database.execute(
                sql: "UPDATE submissions SET cancelledAt = ?, cancelledBy = ? WHERE run = ?",
                arguments: [now.milliseconds, token, run.rowID]
            )
            guard run.state == .queued else { return .requested }
            try database.execute(
                sql: "UPDATE runs SET state = 'cancelled', finishedAt = ?, exitCode = 4 WHERE rowID = ?",
                arguments: [now.milliseconds, run.rowID]
            )
            return .cancelled
        }
    }

    /// Which of these runs somebody has asked to cancel.
    package func cancelRequests(among runs: Set<Int64>) async throws -> Set<Int64> {
        guard !runs.isEmpty else { return [] }
        return try await read { database in
            try Set(
                Submission.filter(keys: runs).filter(Column("cancelledAt") != nil).fetchAll(database).map(\.run)
            )
        }
    }

    /// Stores what is seen of a run that goes on.
    package func setProgress(_ progress: JSONValue, of run: Int64) async throws {
        try await execute("UPDATE runs SET progress = ? WHERE rowID = ? AND state = 'running'", [progress.text, run])
    }

    /// Stores which entry of which audit log has the verdict of a run.
    package func setVerdictEntry(origin: String, seq: Int, of run: Int64) async throws {
        try await execute("UPDATE runs SET auditOrigin = ?, auditSeq = ? WHERE rowID = ?", [origin, seq, run])
    }

    /// What waits, and since when: the number of queued runs, and when the oldest was submitted.
    package func queueState() async throws -> (waiting: Int, oldest: Timestamp?) {
        try await read { database in
            let sql = """
                SELECT count(*), min(submittedAt) FROM runs CROSS JOIN submissions ON run = runs.rowID
                WHERE state = 'queued' AND finishedAt IS NULL
                """
            guard let row = try Row.fetchOne(database, sql: sql) else { return (0, nil) }
            let oldest: Int64? = row[1]
            return (row[0], oldest.map { Timestamp(milliseconds: $0) })
        }
    }
}
