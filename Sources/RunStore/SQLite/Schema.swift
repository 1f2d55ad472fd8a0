import GRDB

/// The tables of a home's database.
enum Schema {
    /// `RBCK`, so that `file` and people recognise the database.
    static let applicationID = 0x5242_434B
    /// The format that this version reads and writes, kept in `PRAGMA user_version`.
    static let version = 9
    /// The formats that this version reads, and brings up to date before it writes.
    static let readable = 5...version

    /// A database in a format that this version neither reads nor brings up to date.
    struct VersionError: Error, CustomStringConvertible {
        var found: Int
        var description: String {
            let facts = "the database has format \(found), this version writes \(Schema.version)"
            return found > Schema.version
                ? "\(facts); use the newer program"
                : "\(facts), and formats of versions before the first release are not converted; move the home away, or "
                    + "choose another with --home"
        }
    }

    /// The format of a database; 0 if it has no tables yet.
    ///
    /// - Throws: ``VersionError`` if this version does not use that format.
    @discardableResult
    static func check(_ database: Database) throws -> Int {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found == 0 || readable.contains(found) else { throw VersionError(found: found) }
        return found
    }

    /// Makes the tables if they are missing, and brings those of an older format up to date.
    ///
    /// The next format gets a migration of its own below these, and ``readable`` then begins with this one.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("5") { database in
            try database.execute(sql: runs + webhooks + monitors + slots)
            try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 5")
        }
        migrator.registerMigration("6") { database in
            try database.execute(sql: "DROP INDEX webhookIdentity; \(webhookIdentity) PRAGMA user_version = 6")
        }
        migrator.registerMigration("7") { database in
            try database.execute(sql: history + "PRAGMA user_version = 7")
        }
        migrator.registerMigration("8") { database in
            try database.execute(sql: changes + submissions + tokens + "PRAGMA user_version = 8")
        }
        migrator.registerMigration("9") { database in
            try database.execute(sql: attempts + "PRAGMA user_version = 9")
        }
        return migrator
    }

    /// What the history keeps of a run beside its row: the command, the verdict, the folder of its files, and the document
    /// `result.json`, with which later runs are compared.
    private static let history = """
        ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'run';
        ALTER TABLE runs ADD COLUMN verdict TEXT;
        ALTER TABLE runs ADD COLUMN folder TEXT;
        CREATE INDEX runHistory ON runs(scenario, kind, exitCode, rowID);
        CREATE TABLE runDocuments(run INTEGER PRIMARY KEY, document BLOB NOT NULL) STRICT;

        """

    /// The version of each run, and what is seen of it.
    ///
    /// A version is a number of one counter of the database, new with each change of the row, so that what has changed
    /// since a version is one step into an index. `progress` is what is seen of a run that goes on, as JSON; `auditOrigin`
    /// and `auditSeq` are the log and the entry of its verdict.
    private static let changes = """
        ALTER TABLE runs ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN progress TEXT;
        ALTER TABLE runs ADD COLUMN auditOrigin TEXT;
        ALTER TABLE runs ADD COLUMN auditSeq INTEGER;
        CREATE INDEX runVersions ON runs(version);
        CREATE INDEX runsUnfinished ON runs(state) WHERE finishedAt IS NULL;
        CREATE TABLE lastChange(version INTEGER NOT NULL) STRICT;
        INSERT INTO lastChange VALUES(0);
        CREATE TRIGGER runInserted AFTER INSERT ON runs BEGIN
          UPDATE lastChange SET version = version + 1;
          UPDATE runs SET version = (SELECT version FROM lastChange) WHERE rowID = NEW.rowID;
        END;
        CREATE TRIGGER runUpdated AFTER UPDATE ON runs WHEN NEW.version = OLD.version BEGIN
          UPDATE lastChange SET version = version + 1;
          UPDATE runs SET version = (SELECT version FROM lastChange) WHERE rowID = NEW.rowID;
        END;

        """

    /// What the service was asked to run: by which token, under which key, and the request itself as JSON.
    ///
    /// `digest` is that of the request as it came, `cancelledAt` when somebody asked to cancel it; workers look at that.
    private static let submissions = """
        CREATE TABLE submissions(
          run INTEGER PRIMARY KEY, token TEXT NOT NULL, key TEXT, digest BLOB NOT NULL, request TEXT NOT NULL,
          submittedAt INTEGER NOT NULL, cancelledAt INTEGER, cancelledBy TEXT) STRICT;
        CREATE UNIQUE INDEX submissionKeys ON submissions(token, key) WHERE key IS NOT NULL;

        """

    /// The tokens of the control API; a name is free again once its token is revoked.
    private static let tokens = """
        CREATE TABLE tokens(
          rowID INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, digest BLOB NOT NULL,
          createdAt INTEGER NOT NULL, createdBy TEXT NOT NULL, revokedAt INTEGER) STRICT;
        CREATE UNIQUE INDEX tokenNames ON tokens(name) WHERE revokedAt IS NULL;
        CREATE UNIQUE INDEX tokenDigests ON tokens(digest);

        """

    /// Runs; `intent` is what is needed to resume one.
    private static let runs = """
        CREATE TABLE runs(
          rowID INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, scenario TEXT NOT NULL, target TEXT NOT NULL,
          origin TEXT NOT NULL, state TEXT NOT NULL, simulationId TEXT, startedAt INTEGER NOT NULL, finishedAt INTEGER,
          exitCode INTEGER, intent TEXT) STRICT;
        CREATE INDEX runSimulations ON runs(simulationId);

        """

    /// Received webhooks, and which calls have ended.
    ///
    /// `owner` is the row of the run that received a webhook, or 0 for the service (`serve`). A webhook in quarantine has
    /// a `reason` and no event; an event has the columns from `simulationId` to `durationMs`. Only a run reads its events
    /// call by call, so the index of calls and `endedCalls` leave the service out, which is then faster to write.
    private static let webhooks = """
        CREATE TABLE webhooks(
          rowID INTEGER PRIMARY KEY, owner INTEGER NOT NULL, source TEXT NOT NULL, webhookId TEXT NOT NULL,
          receivedAt INTEGER NOT NULL, simulationId TEXT, callId TEXT, state TEXT, timestamp INTEGER, outcome TEXT,
          durationMs INTEGER, reason TEXT, headers TEXT, digest BLOB NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX webhookIdentity ON webhooks(owner, source, webhookId);
        CREATE INDEX webhookCalls ON webhooks(owner, simulationId, callId) WHERE owner <> 0;
        CREATE INDEX webhookQuarantine ON webhooks(rowID) WHERE reason IS NOT NULL;
        CREATE TABLE endedCalls(
          owner INTEGER NOT NULL, simulationId TEXT NOT NULL, callId TEXT NOT NULL,
          PRIMARY KEY(owner, simulationId, callId)) STRICT, WITHOUT ROWID;

        """

    /// The identities of webhooks: one event each, and each body in quarantine once.
    ///
    /// Another body under the identity of an event goes to quarantine, so that nothing that was answered with 200 is lost.
    private static let webhookIdentity = """
        CREATE UNIQUE INDEX webhookIdentity
          ON webhooks(owner, source, webhookId, CASE WHEN reason IS NULL THEN x'' ELSE digest END);
        """

    /// Monitors, and the deliveries that are forwarded to them.
    ///
    /// `owner` is as for webhooks; `forwarder` is the lock of the process that forwards. `callKey` is a call's simulation
    /// and id. `dueAt` is when a pending delivery may be sent, in milliseconds since 1970, and `NULL` if an earlier one of
    /// the same call comes first; so the next delivery is one step into an index, however long the queue. `batch` is 0, or
    /// the number of the replay that a delivery belongs to.
    private static let monitors = """
        CREATE TABLE monitors(
          rowID INTEGER PRIMARY KEY, owner INTEGER NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
          disabledReason TEXT, lastError TEXT, forwarder TEXT, UNIQUE(owner, name)) STRICT;
        CREATE TABLE deliveries(
          rowID INTEGER PRIMARY KEY, monitor INTEGER NOT NULL, webhook INTEGER, callKey TEXT NOT NULL,
          state TEXT NOT NULL, batch INTEGER NOT NULL, attempts INTEGER NOT NULL, lastStatus INTEGER, lastError TEXT,
          dueAt INTEGER, message BLOB) STRICT;
        CREATE INDEX deliveriesDue ON deliveries(monitor, batch, dueAt, rowID) WHERE dueAt IS NOT NULL;
        CREATE INDEX deliveryCalls ON deliveries(monitor, callKey, batch, rowID) WHERE state = 'pending';
        CREATE INDEX deliveryStates ON deliveries(monitor, state, rowID);
        CREATE INDEX deliveryBatches ON deliveries(monitor, batch, state) WHERE batch <> 0;

        """

    /// The attempts of deliveries, which go with their delivery.
    private static let attempts = """
        CREATE TABLE deliveryAttempts(
          delivery INTEGER NOT NULL, sentAt INTEGER NOT NULL, number INTEGER NOT NULL, milliseconds INTEGER NOT NULL,
          status INTEGER, error TEXT, PRIMARY KEY(delivery, sentAt, number)) STRICT, WITHOUT ROWID;
        CREATE TRIGGER deliveryRemoved AFTER DELETE ON deliveries BEGIN
          DELETE FROM deliveryAttempts WHERE delivery = OLD.rowID;
        END;

        """

    /// Slots of the simulation API, and the runs that wait for one; `turn` grows with each slot that a tag gets.
    private static let slots = """
        CREATE TABLE slotTickets(
          rowID INTEGER PRIMARY KEY, pool TEXT NOT NULL, runId TEXT NOT NULL UNIQUE, tag TEXT NOT NULL,
          wireTag TEXT NOT NULL, slot INTEGER, simulationId TEXT, intendedAt INTEGER) STRICT;
        CREATE INDEX slotPools ON slotTickets(pool);
        CREATE TABLE slotTurns(
          pool TEXT NOT NULL, tag TEXT NOT NULL, turn INTEGER NOT NULL, PRIMARY KEY(pool, tag)) STRICT, WITHOUT ROWID;
        """
}
