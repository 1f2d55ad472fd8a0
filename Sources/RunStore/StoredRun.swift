package import ExactJSON
package import GRDB

/// A run as a row: what other commands and a restart need to know of it.
package struct StoredRun: Codable, FetchableRecord, MutablePersistableRecord, Hashable, Sendable {
    package static let databaseTableName = "runs"

    /// The row's number, which events refer to.
    package var number: Int64?
    /// The run's id.
    package var id: String
    /// The scenario's name.
    package var scenario: String
    /// `sandbox` or `cxone`.
    package var target: String
    /// The origin of the API.
    package var origin: String
    /// `running`, `passed`, `failed`, `inconclusive`, `errored`, `cancelled` or `unknown`.
    package var state: String
    /// The simulation's id, once there is one.
    package var simulationId: String?
    /// Milliseconds since 1970.
    package var startedAt: Int64
    /// Milliseconds since 1970.
    package var finishedAt: Int64?
    /// What the process exited with.
    package var exitCode: Int32?
    /// What is needed to go on with the run after its process has died, as JSON; `nil` before anything was sent.
    package var intent: String?

    /// A run that begins now.
    package init(id: String, scenario: String, target: String, origin: String, startedAt: Timestamp) {
        self.id = id
        self.scenario = scenario
        self.target = target
        self.origin = origin
        state = "running"
        self.startedAt = startedAt.milliseconds
    }

    package mutating func didInsert(_ inserted: InsertionSuccess) { number = inserted.rowID }
}

extension RunStore {
    /// Keeps a new run.
    package func insert(_ run: StoredRun) async throws -> StoredRun {
        try await write { database in
            var run = run
            try run.insert(database)
            return run
        }
    }

    /// Keeps what has changed of a run.
    package func update(_ run: StoredRun) async throws {
        try await write { database in try run.update(database) }
    }

    /// Keeps the simulation of a run.
    package func setSimulation(_ simulationID: String, of runID: String) async throws {
        try await write { database in
            try database.execute(
                sql: "UPDATE runs SET simulationId = ? WHERE id = ?",
                arguments: [simulationID, runID]
            )
        }
    }

    /// A run by the number of its row.
    package func run(number: Int64) async throws -> StoredRun? {
        try await pool.read { try StoredRun.fetchOne($0, key: number) }
    }

    /// A run by its id.
    package func run(id: String) async throws -> StoredRun? {
        try await pool.read { database in
            try StoredRun.fetchOne(database, sql: "SELECT * FROM runs WHERE id = ?", arguments: [id])
        }
    }
}
