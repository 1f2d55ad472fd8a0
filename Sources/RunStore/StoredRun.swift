package import ExactJSON
package import SimulationAPI

/// A run as a row: what other commands and a restart need to know about it.
package struct StoredRun: Hashable, Sendable {
    /// Where a run stands; see ``isOver``.
    package enum State: String, CaseIterable, Sendable {
        /// It waits for a worker of the service.
        case queued
        /// It is going on, or its process has died.
        case running
        case passed
        case failed
        case inconclusive
        /// It could not be carried out.
        case errored
        case cancelled
        /// The state of its simulation could not be found out.
        case unknown
    }

    /// Whether it has ended, however.
    package var isOver: Bool { state != .queued && state != .running }

    /// The command that made it.
    package enum Kind: String, CaseIterable, Sendable {
        case run, simulate, calibrate
    }

    /// The number of the row, which events refer to.
    package let rowID: Int64
    package let id: String
    package let scenario: String
    package let target: TargetKind
    package var origin: String
    package var state: State
    package var simulationId: String?
    /// Milliseconds since 1970.
    package let startedAt: Int64
    package var finishedAt: Int64?
    package var exitCode: Int32?
    /// What is needed to resume the run after its process has died, as JSON; `nil` before anything was sent.
    package var intent: String?
    package var kind = Kind.run
    /// `pass`, `fail` or `inconclusive`; `nil` before the end.
    package var verdict: String?
    /// The folder of its files, absolute.
    package var folder: String?
}

extension StoredRun {
    /// A run out of its row.
    ///
    /// - Parameter hasHistory: whether the row has the columns of the history; a format before 7 has not.
    init(_ row: any StoreRow, hasHistory: Bool = true) {
        self.init(
            rowID: row["rowID"],
            id: row["id"],
            scenario: row["scenario"],
            target: TargetKind(rawValue: row["target"]) ?? .sandbox,
            origin: row["origin"],
            state: State(rawValue: row["state"]) ?? .unknown,
            simulationId: row["simulationId"],
            startedAt: row["startedAt"],
            finishedAt: row["finishedAt"],
            exitCode: row["exitCode"],
            intent: row["intent"]
        )
        guard hasHistory else { return }
        kind = Kind(rawValue: row["kind"]) ?? .run
        (verdict, folder) = (row["verdict"], row["folder"])
    }

    /// Stores what can change of a run that has not ended; the end of a run stays as it is.
    ///
    /// - Returns: whether it was stored.
    @discardableResult
    func update(_ transaction: any StoreTransaction) throws -> Bool {
        try transaction.execute(
            """
            UPDATE runs SET origin = ?1, state = ?2, simulationId = ?3, finishedAt = ?4, exitCode = ?5, intent = ?6,
              kind = ?7, verdict = ?8, folder = ?9 WHERE rowID = ?10 AND finishedAt IS NULL
            """,
            [origin, state.rawValue, simulationId, finishedAt, exitCode, intent, kind.rawValue, verdict, folder, rowID]
        ) == 1
    }

    /// The run with a number; `nil` without one.
    static func of(_ rowID: Int64, _ transaction: any StoreTransaction) throws -> StoredRun? {
        try transaction.first("SELECT * FROM runs WHERE rowID = ?1", [rowID]) { StoredRun($0) }
    }

    static func of(id: String, _ transaction: any StoreTransaction) throws -> StoredRun? {
        try transaction.first("SELECT * FROM runs WHERE id = ?1", [id]) { StoredRun($0) }
    }
}

extension RunStore {
    /// Stores a run that begins now.
    package func insertRun(
        id: String,
        scenario: String,
        target: TargetKind,
        origin: String,
        startedAt: Timestamp,
        folder: String? = nil
    ) async throws -> StoredRun {
        try await write { transaction in
            func run(_ rowID: Int64) -> StoredRun {
                StoredRun(
                    rowID: rowID,
                    id: id,
                    scenario: scenario,
                    target: target,
                    origin: origin,
                    state: .running,
                    startedAt: startedAt.milliseconds,
                    folder: folder
                )
            }
            // It may be there: the answer to a commit can be lost, and then all of this is done again.
            if let earlier = try StoredRun.of(id: id, transaction), earlier == run(earlier.rowID) { return earlier }
            let rowID = try transaction.insert(
                "INSERT INTO runs(id, scenario, target, origin, state, startedAt, folder) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                [
                    id, scenario, target.rawValue, origin, StoredRun.State.running.rawValue, startedAt.milliseconds,
                    folder,
                ]
            )
            guard let rowID else { preconditionFailure("an insert without a conflict has a row") }
            return run(rowID)
        }
    }

    package func update(_ run: StoredRun) async throws {
        _ = try await write { try run.update($0) }
    }

    package func setSimulation(_ simulationID: String, of runID: String) async throws {
        try await execute("UPDATE runs SET simulationId = ?1 WHERE id = ?2", [simulationID, runID])
    }

    package func run(rowID: Int64) async throws -> StoredRun? {
        try await read { try StoredRun.of(rowID, $0) }
    }

    package func run(id: String) async throws -> StoredRun? {
        try await read { try StoredRun.of(id: id, $0) }
    }
}
