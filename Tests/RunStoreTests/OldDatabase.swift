import GRDB
import RingbackHome

@testable import RunStore

/// A home's database as an older version of the program has left it.
///
/// The statements are those of that version, word for word, and not those of `Schema`: who changes these there must see
/// that databases are about which were made before.
enum OldDatabase {
    /// Makes the database of a format, with two runs in it and what each has received.
    static func make(format: Int, in home: Home) throws {
        let queue = try DatabaseQueue(path: home.databasePath)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: formatOne)
            if format > 1 { try database.execute(sql: formatTwo) }
            try database.execute(sql: rows)
            if format > 1 { try database.execute(sql: rowsOfFormatTwo) }
            if format > 2 { try database.execute(sql: formatThree) }
            try database.execute(sql: "PRAGMA application_id = 0x5242434B; PRAGMA user_version = \(format);")
        }
        try queue.close()
    }

    private static let formatOne = """
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

    private static let formatTwo = """
        CREATE TABLE slotTickets(
          number INTEGER PRIMARY KEY, pool TEXT NOT NULL, runId TEXT NOT NULL UNIQUE, tag TEXT NOT NULL,
          wireTag TEXT NOT NULL, held INTEGER NOT NULL, simulationId TEXT, intendedAt INTEGER) STRICT;
        CREATE INDEX slotPools ON slotTickets(pool);
        CREATE TABLE slotTurns(
          pool TEXT NOT NULL, tag TEXT NOT NULL, turn INTEGER NOT NULL, PRIMARY KEY(pool, tag)) STRICT, WITHOUT ROWID;
        ALTER TABLE runs ADD COLUMN intent TEXT;
        """

    /// With what it makes of older rows, and one call that a service has seen ended.
    private static let formatThree = """
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
        INSERT INTO endedCalls(owner, simulationId, callId) VALUES(0, 'sim-9', 'c-9');
        """

    /// The same identity came to both runs, and the numbers have gaps.
    private static let rows = """
        INSERT INTO runs(number, id, scenario, target, origin, state, simulationId, startedAt, finishedAt, exitCode)
          VALUES(4, 'run-4', 's', 'cxone', 'o', 'passed', 'sim-1', 1, 9, 0),
            (7, 'run-7', 's', 'cxone', 'o', 'running', 'sim-2', 2, NULL, NULL);
        INSERT INTO webhooks(number, run, webhookId, receivedAt, simulationId, callId, state, timestamp, outcome, durationMs,
            reason, body)
          VALUES(11, 4, 'a', 50, 'sim-1', 'c-1', 'ringing', 60, NULL, 70, NULL, x'7B01'),
            (12, 4, 'b', 51, NULL, NULL, NULL, NULL, NULL, NULL, 'no JSON', x'00'),
            (13, 7, 'a', 52, 'sim-2', 'c-1', 'dialing', 62, NULL, 72, NULL, x'7B02'),
            (15, 4, 'c', 53, 'sim-1', 'c-1', 'completed', 63, 'busy', 73, NULL, x'7B03'),
            (16, 4, 'd', 54, 'other', 'c-9', 'ringing', 64, NULL, 74, NULL, x'7B04');
        INSERT INTO endedCalls(run, simulationId, callId) VALUES(4, 'sim-1', 'c-1');
        """

    private static let rowsOfFormatTwo = """
        INSERT INTO slotTickets(number, pool, runId, tag, wireTag, held, simulationId, intendedAt)
          VALUES(3, 'p', 'run-7', 't', 't:7', 1, 'sim-2', 77), (5, 'p', 'run-8', 'u', 'u:8', 0, NULL, NULL);
        INSERT INTO slotTurns(pool, tag, turn) VALUES('p', 't', 6);
        UPDATE runs SET intent = '{"version":1}' WHERE id = 'run-7';
        """
}
