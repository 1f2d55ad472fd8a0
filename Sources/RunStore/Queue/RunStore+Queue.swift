package import ExactJSON
import SimulationAPI

/// The queue of the service: what was asked for, and which worker takes what.
extension RunStore {
    /// Puts a run into the queue.
    ///
    /// Requests of one token with one key get one run, also if they come at the same moment.
    package func submit(_ new: NewSubmission) async throws -> SubmissionOutcome {
        try await write { transaction in
            try self.database.requireUsableSchema(transaction)
            if let key = new.key { try transaction.lock("submission \(new.token) \(key)") }
            if let key = new.key,
                let earlier = try transaction.first(
                    """
                    SELECT submissions.digest, runs.id, runs.state FROM submissions JOIN runs ON runs.rowID = run
                    WHERE token = ?1 AND key = ?2
                    """,
                    [new.token, key],
                    { row -> (digest: [UInt8], id: String, state: String) in (row[0], row[1], row[2]) }
                )
            {
                guard earlier.digest == new.digest else { return .keyReused }
                let state = StoredRun.State(rawValue: earlier.state) ?? .unknown
                return .accepted(id: earlier.id, state: state, isNew: false)
            }
            let rowID = try transaction.insert(
                """
                INSERT INTO runs(id, scenario, target, origin, state, startedAt, folder, kind)
                VALUES(?1, ?2, ?3, '', 'queued', ?4, ?5, ?6)
                """,
                [new.id, new.scenario, new.target.rawValue, new.at.milliseconds, new.folder, new.kind.rawValue]
            )
            guard let rowID else { preconditionFailure("an insert without a conflict has a row") }
            try Submission(
                run: rowID,
                token: new.token,
                key: new.key,
                digest: new.digest,
                request: new.request.text,
                submittedAt: new.at.milliseconds
            )
            .insert(transaction)
            try transaction.announceWork()
            return .accepted(id: new.id, state: .queued, isNew: true)
        }
    }

    /// Takes the run that is next, if one waits.
    ///
    /// Tokens take turns: the run of the token with the fewest running runs is next, and the oldest among those.
    ///
    /// - Parameter origin: of the remote target that this service has; runs of a remote target stay for others without one.
    package func claim(at now: Timestamp, origin: String? = nil) async throws -> ClaimedRun? {
        // Reading first: a write waits for its turn, and most looks find nothing.
        guard try await hasWaiting(for: origin) else { return nil }
        return try await write { transaction in
            try self.database.requireUsableSchema(transaction)
            let sql = self.leavesRemote(origin) ? Self.nextWithoutTarget : Self.nextInQueue
            let next: Int64? = try transaction.value(sql + transaction.taking("runs"), [self.queueStart])
            guard let rowID = next, let claimed = try self.claimed(rowID, transaction) else { return nil }
            try transaction.execute(
                "UPDATE runs SET state = 'running', startedAt = ?1 WHERE rowID = ?2",
                [now.milliseconds, rowID]
            )
            return try self.claimed(rowID, lease: claimed.lease, transaction)
        }
    }

    /// The row at which a look at the queue begins.
    var queueStart: Int64 { leases?.queueStart.row ?? 0 }

    /// The next run, among those at this row or later: the token with the fewest running runs goes first, then the oldest run.
    static let nextInQueue = next(if: "")

    /// The same for a service that has no remote target: such runs stay for others.
    private static let nextWithoutTarget = next(if: "AND \(needsNoTarget)")

    private static let needsNoTarget = "(target = 'sandbox' OR kind <> 'run')"

    private func leavesRemote(_ origin: String?) -> Bool { isShared && origin == nil }

    /// Whether a run waits that this service can take.
    private func hasWaiting(for origin: String?) async throws -> Bool {
        let condition = leavesRemote(origin) ? "AND \(Self.needsNoTarget)" : ""
        let sql = """
            SELECT EXISTS(SELECT 1 FROM runs
              WHERE state = 'queued' AND finishedAt IS NULL AND rowID >= ?1 \(condition))
            """
        return try await read { try $0.value(sql, [self.queueStart]) ?? false }
    }

    private static func next(if condition: String) -> String {
        """
        SELECT runs.rowID FROM runs JOIN submissions ON run = runs.rowID LEFT JOIN (
          SELECT token AS busyToken, count(*) AS busy FROM runs JOIN submissions ON run = runs.rowID
          WHERE state = 'running' AND finishedAt IS NULL AND runs.rowID >= ?1
          GROUP BY token) AS others ON busyToken = token
        WHERE state = 'queued' AND finishedAt IS NULL AND runs.rowID >= ?1 \(condition)
        ORDER BY coalesce(busy, 0), runs.rowID LIMIT 1
        """
    }

    /// Takes a run of the service whose worker has left it before its end, the oldest first.
    ///
    /// In the database of a home, the caller holds the home's service lock, so no other service works on its runs.
    ///
    /// - Parameter origin: of the remote target that this service has; other machines take over what went elsewhere.
    package func takeOver(after row: Int64 = 0, origin: String? = nil) async throws -> ClaimedRun? {
        let mayTakeLapsed = leases?.mayTakeLapsed ?? true
        let row = max(row, queueStart - 1)
        let values = { @Sendable (transaction: any StoreTransaction) throws -> [any StoreBindable] in
            self.isShared ? [row, mayTakeLapsed ? try transaction.now() : 0, origin] : [row]
        }
        // Reading first, as for a claim.
        let isThere = try await read { transaction in
            let found: Int64? = try transaction.value(self.interrupted, values(transaction))
            return found != nil
        }
        guard isThere else { return nil }
        return try await write { transaction in
            try self.database.requireUsableSchema(transaction)
            let next: Int64? = try transaction.value(
                self.interrupted + transaction.taking("runs"),
                values(transaction)
            )
            return try next.flatMap { try self.claimed($0, transaction) }
        }
    }

    /// The runs that somebody works on no more, in the order of their rows.
    private var interrupted: String {
        """
        SELECT runs.rowID FROM runs JOIN submissions ON run = runs.rowID
        WHERE state = 'running' AND finishedAt IS NULL AND runs.rowID > ?1
          \(isShared ? Self.unleased : "")
        ORDER BY runs.rowID LIMIT 1
        """
    }

    private static let unleased = """
        AND NOT EXISTS(SELECT 1 FROM leaseTerms WHERE leaseTerms.id = runs.id AND expiresAt > ?2)
          AND (target = 'sandbox' OR kind <> 'run' OR origin = ?3 OR (origin = '' AND ?3 IS NOT NULL))
        """

    /// A run that this process works on from now on; `nil` if another process was faster.
    private func claimed(_ rowID: Int64, _ transaction: any StoreTransaction) throws -> ClaimedRun? {
        guard let leases else { return try claimed(rowID, lease: nil, transaction) }
        // After an outage a lease may have lapsed whose work goes on here: it is renewed soon.
        guard let id = try StoredRun.of(rowID, transaction)?.id, !leases.isGoingOn(id),
            let lease = try WorkLease.take(id, by: leases.holder, transaction)
        else { return nil }
        return try claimed(rowID, lease: lease, transaction)
    }

    private func claimed(_ rowID: Int64, lease: WorkLease?, _ transaction: any StoreTransaction) throws -> ClaimedRun? {
        guard let run = try StoredRun.of(rowID, transaction), let submission = try Submission.of(rowID, transaction)
        else { return nil }
        return ClaimedRun(run: run, submission: submission, lease: lease)
    }

    /// Puts a run back into the queue, at its old place.
    package func requeue(_ run: StoredRun) async throws {
        try await execute("UPDATE runs SET state = 'queued' WHERE rowID = ?1 AND state = 'running'", [run.rowID])
    }

    /// Asks for the end of a run; one that still waits is over at once.
    package func cancel(id: String, by token: String, at now: Timestamp) async throws -> RunCancellation {
        try await write { transaction in
            guard let run = try StoredRun.of(id: id, transaction) else { return .unknown }
            switch run.state {
            case .cancelled: return .already
            case .queued, .running: break
            default: return .ended(run.state)
            }
            guard let submission = try Submission.of(run.rowID, transaction) else { return .notOfService }
            guard submission.cancelledAt == nil else { return .already }
            try transaction.execute(
                "UPDATE submissions SET cancelledAt = ?1, cancelledBy = ?2 WHERE run = ?3",
                [now.milliseconds, token, run.rowID]
            )
            // A worker may take it at this moment.
            let ended = try transaction.execute(
                "UPDATE runs SET state = 'cancelled', finishedAt = ?1, exitCode = 4 WHERE rowID = ?2 AND state = 'queued'",
                [now.milliseconds, run.rowID]
            )
            return ended == 1 ? .cancelled : .requested
        }
    }

    /// Which of these runs somebody has asked to cancel.
    package func cancelRequests(among runs: Set<Int64>) async throws -> Set<Int64> {
        guard !runs.isEmpty else { return [] }
        // Numbers of rows, which are no texts of anybody.
        let list = runs.sorted().map { "\($0)" }.joined(separator: ", ")
        let sql = "SELECT run FROM submissions WHERE run IN (\(list)) AND cancelledAt IS NOT NULL"
        return try await read(on: .urgent) { Set(try $0.values(sql)) }
    }

    /// Stores what is seen of a run that goes on.
    package func setProgress(_ progress: JSONValue, of run: Int64) async throws {
        try await execute("UPDATE runs SET progress = ?1 WHERE rowID = ?2 AND state = 'running'", [progress.text, run])
    }

    /// Stores which entry of which audit log has the verdict of a run.
    package func setVerdictEntry(origin: String, seq: Int, of run: Int64) async throws {
        try await execute("UPDATE runs SET auditOrigin = ?1, auditSeq = ?2 WHERE rowID = ?3", [origin, seq, run])
    }

    /// What waits, and since when: the number of queued runs, and when the oldest was submitted.
    package func queueState() async throws -> (waiting: Int, oldest: Timestamp?) {
        try await read { transaction in
            let sql = """
                SELECT count(*), min(submittedAt) FROM runs JOIN submissions ON run = runs.rowID
                WHERE state = 'queued' AND finishedAt IS NULL AND runs.rowID >= ?1
                """
            let state: (waiting: Int, oldest: Int64?)? = try transaction.first(sql, [self.queueStart]) {
                ($0[0], $0[1])
            }
            return (state?.waiting ?? 0, state?.oldest.map { Timestamp(milliseconds: $0) })
        }
    }
}
