package import ExactJSON
package import SimulationAPI

/// What the service was asked to run.
package struct Submission: Hashable, Sendable {
    /// The row of the run.
    package let run: Int64
    /// The name of the token that asked.
    package let token: String
    /// The `Idempotency-Key` of the request; it belongs to its token.
    package let key: String?
    /// The SHA-256 of the request as it came: its query, its content type and its body.
    package let digest: [UInt8]
    /// The scenario and how it is run, as JSON.
    package let request: String
    /// Milliseconds since 1970.
    package let submittedAt: Int64
    /// When somebody asked to cancel it, in milliseconds since 1970; workers look at it again and again.
    package var cancelledAt: Int64?
    /// The name of the token that asked to cancel it.
    package var cancelledBy: String?
}

extension Submission {
    init(_ row: any StoreRow) {
        self.init(
            run: row["run"],
            token: row["token"],
            key: row["key"],
            digest: row["digest"],
            request: row["request"],
            submittedAt: row["submittedAt"],
            cancelledAt: row["cancelledAt"],
            cancelledBy: row["cancelledBy"]
        )
    }

    /// What a run was submitted as; `nil` for a run that a command of its own made.
    static func of(_ run: Int64, _ transaction: any StoreTransaction) throws -> Submission? {
        try transaction.first("SELECT * FROM submissions WHERE run = ?1", [run]) { Submission($0) }
    }

    func insert(_ transaction: any StoreTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO submissions(run, token, key, digest, request, submittedAt, cancelledAt, cancelledBy)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """,
            [run, token, key, digest, request, submittedAt, cancelledAt, cancelledBy]
        )
    }
}

/// A request for a run, before it has a row.
package struct NewSubmission: Sendable {
    package var id: String
    package var kind: StoredRun.Kind
    package var target: TargetKind
    /// The name of the scenario.
    package var scenario: String
    package var token: String
    package var key: String?
    package var digest: [UInt8]
    package var request: JSONValue
    package var at: Timestamp
    /// The folder of its files, absolute.
    package var folder: String

    package init(
        id: String,
        kind: StoredRun.Kind,
        target: TargetKind,
        scenario: String,
        token: String,
        key: String?,
        digest: [UInt8],
        request: JSONValue,
        at: Timestamp,
        folder: String
    ) {
        (self.id, self.kind, self.target, self.scenario) = (id, kind, target, scenario)
        (self.token, self.key, self.digest, self.request) = (token, key, digest, request)
        (self.at, self.folder) = (at, folder)
    }
}

/// A run that a worker has taken.
package struct ClaimedRun: Sendable {
    package var run: StoredRun
    package var submission: Submission
    /// The right to work on it; `nil` in a store that one machine has for itself.
    package var lease: WorkLease?
}

/// What became of a request for a run.
package enum SubmissionOutcome: Sendable {
    /// It waits for a worker, or it was submitted before under the same key: with its id.
    case accepted(id: String, state: StoredRun.State, isNew: Bool)
    /// The token has used the key for another request.
    case keyReused
}

/// What became of a request to cancel a run.
package enum RunCancellation: Hashable, Sendable {
    /// It waited, and will not start.
    case cancelled
    /// Its worker will stop it.
    case requested
    /// It was cancelled before, or somebody has already asked for it.
    case already
    /// It has ended otherwise.
    case ended(StoredRun.State)
    /// It goes on in a process of its own, which the service does not direct.
    case notOfService
    case unknown
}
