package import ExactJSON
import GRDB
package import SimulationAPI

/// A run as a row: what other commands and a restart need to know about it.
package struct StoredRun: Codable, FetchableRecord, PersistableRecord, Hashable, Sendable {
    package static let databaseTableName = "runs"

    /// Where a run stands; see ``isOver``.
    package enum State: String, Codable, CaseIterable, Sendable {
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
    package enum Kind: String, Codable, CaseIterable, Sendable {
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
        try await write { database in
            try database.execute(
                sql:
                    "INSERT INTO runs(id, scenario, target, origin, state, startedAt, folder) VALUES(?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    id, scenario, target.rawValue, origin, StoredRun.State.running.rawValue, startedAt.milliseconds,
                    folder,
                ]
            )
            return StoredRun(
                rowID: database.lastInsertedRowID,
                id: id,
                scenario: scenario,
                target: target,
                origin: origin,
                state: .running,
                startedAt: startedAt.milliseconds,
                folder: folder
            )
        }
    }

    package func update(_ run: StoredRun) async throws {
        try await write { try run.update($0) }
    }

    package func setSimulation(_ simulationID: String, of runID: String) async throws {
        try await execute("UPDATE runs SET simulationId = ? WHERE id = ?", [simulationID, runID])
    }

    package func run(rowID: Int64) async throws -> StoredRun? {
        try await read { try StoredRun.fetchOne($0, key: rowID) }
    }

    package func run(id: String) async throws -> StoredRun? {
        try await read { try StoredRun.fetchOne($0, key: ["id": id]) }
    }
}
