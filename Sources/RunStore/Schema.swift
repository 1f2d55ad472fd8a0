import GRDB

/// The tables of a home's database.
enum Schema {
    /// `RBCK`, so that `file` and people can tell what the database is.
    static let applicationID = 0x5242_434B
    static let version = 4

    /// A database that a newer version of the program has written.
    struct VersionError: Error, CustomStringConvertible {
        var found: Int
        var description: String {
            "the database has format \(found), this version writes \(Schema.version); use the newer program"
        }
    }

    static func prepare(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= version else { throw VersionError(found: found) }
        if found < 1 { try makeRuns(database) }
        if found < 2 { try makeSlots(database) }
        if found < 3 {
            try makeInbox(database)
            try makeDeliveries(database)
        }
        if found < 4 { try leaveOutService(database) }
        guard found < version else { return }
        try database.execute(
            sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);"
        )
    }

    /// Monitors, and what is to be forwarded to them.
    ///
    /// The owner is the row number of a run, or 0 for a service. `callKey` is a call's simulation and id. `dueAt` is when a
    /// pending delivery may be sent, in milliseconds since 1970, and absent where an earlier one of the same call comes
    /// first; so what is due next is one step into an index, however long the queue. A batch of its own (not 0) holds what
    /// somebody replays.
    private static func makeDeliveries(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE monitors(
                  number INTEGER PRIMARY KEY, owner INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
                  definition TEXT NOT NULL, required INTEGER NOT NULL, disabledReason TEXT, lastError TEXT,
                  forwarder TEXT, UNIQUE(owner, name)) STRICT;
                CREATE TABLE deliveries(
                  number INTEGER PRIMARY KEY, monitor INTEGER NOT NULL, webhook INTEGER, callKey TEXT NOT NULL,
                  state TEXT NOT NULL, batch INTEGER NOT NULL, attempts INTEGER NOT NULL, lastStatus INTEGER,
                  lastError TEXT, dueAt INTEGER, message BLOB) STRICT;
                CREATE INDEX deliveriesDue ON deliveries(monitor, batch, dueAt, number) WHERE dueAt IS NOT NULL;
                CREATE INDEX deliveryCalls ON deliveries(monitor, callKey, batch, number) WHERE state = 'pending';
                CREATE INDEX deliveryStates ON deliveries(monitor, state, number);
                CREATE INDEX deliveryBatches ON deliveries(monitor, batch, state) WHERE batch <> 0;
                """
        )
    }

    /// Slots, and what a run needs to be resumed.
    private static func makeSlots(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE slotTickets(
                  number INTEGER PRIMARY KEY, pool TEXT NOT NULL, runId TEXT NOT NULL UNIQUE, tag TEXT NOT NULL,
                  wireTag TEXT NOT NULL, held INTEGER NOT NULL, simulationId TEXT, intendedAt INTEGER) STRICT;
                CREATE INDEX slotPools ON slotTickets(pool);
                CREATE TABLE slotTurns(
                  pool TEXT NOT NULL, tag TEXT NOT NULL, turn INTEGER NOT NULL, PRIMARY KEY(pool, tag)) STRICT, WITHOUT ROWID;
                ALTER TABLE runs ADD COLUMN intent TEXT;
                """
        )
    }

    /// Only runs fold their events call by call: what a service receives needs no order, and is sooner written.
    private static func leaveOutService(_ database: Database) throws {
        try database.execute(
            sql: """
                DROP INDEX webhookCalls;
                CREATE INDEX webhookCalls ON webhooks(owner, simulationId, callId) WHERE owner <> \(InboxOwner.service);
                DELETE FROM endedCalls WHERE owner = \(InboxOwner.service);
                """
        )
    }

    /// Rows of received webhooks belong to an owner: the number of a run, or 0 for `serve`.
    ///
    /// The digest of rows that an older version has written is `NULL`, and so are their headers.
    private static func makeInbox(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE webhooks RENAME TO oldWebhooks;
                CREATE TABLE webhooks(
                  number INTEGER PRIMARY KEY, owner INTEGER NOT NULL, source TEXT NOT NULL, webhookId TEXT NOT NULL,
                  receivedAt INTEGER NOT NULL, simulationId TEXT, callId TEXT, state TEXT, timestamp INTEGER,
                  outcome TEXT, durationMs INTEGER, reason TEXT, headers TEXT, digest BLOB, body BLOB NOT NULL) STRICT;
                INSERT INTO webhooks(number, owner, source, webhookId, receivedAt, simulationId, callId, state, timestamp,
                  outcome, durationMs, reason, body)
                  SELECT number, run, 'standard', webhookId, receivedAt, simulationId, callId, state, timestamp, outcome,
                  durationMs, reason, body FROM oldWebhooks;
                DROP TABLE oldWebhooks;
                CREATE UNIQUE INDEX webhookIdentity ON webhooks(owner, source, webhookId);
                CREATE INDEX webhookCalls ON webhooks(owner, simulationId, callId);
                CREATE INDEX webhookQuarantine ON webhooks(number) WHERE reason IS NOT NULL;
                ALTER TABLE endedCalls RENAME COLUMN run TO owner;
                CREATE INDEX runSimulations ON runs(simulationId);
                """
        )
    }

    private static func makeRuns(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE runs(
                  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, scenario TEXT NOT NULL, target TEXT NOT NULL,
                  origin TEXT NOT NULL, state TEXT NOT NULL, simulationId TEXT, startedAt INTEGER NOT NULL,
                  finishedAt INTEGER, exitCode INTEGER) STRICT;
                CREATE TABLE webhooks(
                  number INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs(number), webhookId TEXT NOT NULL,
                  receivedAt INTEGER NOT NULL, simulationId TEXT, callId TEXT, state TEXT, timestamp INTEGER,
                  outcome TEXT, durationMs INTEGER, reason TEXT, body BLOB NOT NULL) STRICT;
                CREATE UNIQUE INDEX webhookIdentity ON webhooks(run, webhookId);
                CREATE INDEX webhookCalls ON webhooks(run, simulationId, callId);
                CREATE TABLE endedCalls(
                  run INTEGER NOT NULL, simulationId TEXT NOT NULL, callId TEXT NOT NULL,
                  PRIMARY KEY(run, simulationId, callId)) STRICT, WITHOUT ROWID;
                """
        )
    }
}
