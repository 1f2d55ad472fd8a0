import ExactJSON
import Glibc
import PostgreSQL
package import RingbackHome
import Synchronization

/// Opens the store in PostgreSQL that several machines share.
package enum SharedStore {
    /// Opens the database of an address, and makes the tables that it does not have.
    ///
    /// - Parameter whileWaiting: for a database that cannot be reached yet.
    /// - Throws: ``SharedStoreError``.
    static func open(_ place: SharedDatabase, _ whileWaiting: RunStore.Waiting?) async throws -> PostgresDatabase {
        let end = ContinuousClock.now + place.patience
        let first: SharedStoreError
        do { return try await openOnce(place) } catch let error as SharedStoreError {
            guard error.isWorthWaiting else { throw error }
            first = error
        }
        guard let whileWaiting else { return try await open(place, until: end, after: first, tells: true) }
        let opened = Mutex<PostgresDatabase?>(nil)
        try await whileWaiting("\(first)") {
            let database = try await open(place, until: end, after: first)
            opened.withLock { $0 = database }
        }
        guard let database = opened.withLock({ $0 }) else { throw CancellationError() }
        return database
    }

    /// Tries again and again.
    private static func open(
        _ place: SharedDatabase,
        until end: ContinuousClock.Instant,
        after failure: SharedStoreError,
        tells: Bool = false
    ) async throws -> PostgresDatabase {
        var (last, pause) = (failure, Duration.milliseconds(100))
        var notice = tells ? WaitNotice(place) : nil
        while ContinuousClock.now + pause < end {
            // With jitter, so that the machines do not come all at once.
            try await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, .seconds(1))
            do { return try await openOnce(place) } catch let error as SharedStoreError {
                guard error.isWorthWaiting else { throw error }
                last = error
                notice?.say("\(error)")
            }
        }
        throw last.after(place.patience)
    }

    private static func openOnce(_ place: SharedDatabase) async throws -> PostgresDatabase {
        try await BlockingWork.run {
            try SharedStoreError.explaining { try openOnce(place.address, place.connections, place.notice) }
        }
    }

    /// Reads a database that has tables already, and changes nothing.
    ///
    /// - Parameter orEmpty: whether a database without tables will do, of which nothing is read then.
    /// - Throws: ``SharedStoreError``, or what `body` throws.
    static func reading<Result>(
        _ place: SharedDatabase,
        orEmpty: Bool = false,
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> Result {
        let pool = PostgresPool(place.address, connections: 2, limits: .forOpening)
        defer { pool.close() }
        try waiting(for: place) {
            try pool.transaction(isReadOnly: true) { session in
                try requireEncoding(session)
                try requireRights(session, ["SELECT"])
                if try orEmpty && PostgresSchema.found(session) == nil { return }
                try PostgresSchema.check(session)
            }
        }
        return try SharedStoreError.explaining {
            try pool.transaction(isReadOnly: true) { try body(PostgresTransaction($0)) }
        }
    }

    /// Opens a database; one that is out of reach, starting, full or read-only is tried again for some time.
    static func waiting<Result>(for place: SharedDatabase, _ opening: () throws -> Result) throws -> Result {
        var (retry, notice) = (StoreRetry(patience: place.patience), WaitNotice(place))
        while true {
            do { return try SharedStoreError.explaining(opening) } catch let error as SharedStoreError {
                guard error.isWorthWaiting else { throw error }
                notice.say("\(error)")
                guard retry.waits() else { throw error.after(place.patience) }
            }
        }
    }

    /// Says once what is waited for, and only if the wait takes longer than a moment.
    private struct WaitNotice {
        private let (start, place): (ContinuousClock.Instant, SharedDatabase)
        private var isSaid = false

        init(_ place: SharedDatabase) { (start, self.place) = (.now, place) }

        mutating func say(_ reason: String) {
            guard !isSaid, ContinuousClock.now - start > .seconds(1) else { return }
            isSaid = true
            place.notice.say("waiting for the database for up to \(place.patience.components.seconds) s: \(reason)")
        }
    }

    private static func openOnce(_ address: String, _ connections: Int, _ notice: StoreNotice) throws
        -> PostgresDatabase
    {
        // A server that is full is told at once, since a service answers probes while it waits for a place.
        let first = PostgresPool(address, connections: 2, limits: .forOpening)
        defer { first.close() }
        let limit = try first.transaction { session in
            try requireEncoding(session)
            return try session.run(
                "SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user AND NOT rolsuper"
            ).rows().first?.first?.integer
        }
        try prepare(first, notice)
        // A role with few connections is shared by several processes, and hints are not worth one.
        let most = limit.flatMap { $0 >= 0 ? min(connections, max(2, Int($0) / 3)) : nil } ?? connections
        let listens = most == connections && most > 2
        let pool = PostgresPool(address, connections: listens ? most - 1 : most)
        // If the connection were closed, another process could take its place on a full server.
        pool.takeConnections(of: first)
        return PostgresDatabase(pool, listening: listens ? address : nil)
    }

    static func requireEncoding(_ session: PostgresSession) throws {
        let encoding = session.ask { $0.setting("server_encoding") } ?? "unknown"
        guard encoding != "UTF8" else { return }
        throw SharedStoreError(
            isPassing: false,
            "the database has the encoding \(encoding), and Ringback needs UTF8; make one with CREATE DATABASE "
                + "ringback ENCODING 'UTF8' TEMPLATE template0"
        )
    }

    /// Makes or changes the tables if they need it, and looks whether this role may use them.
    private static func prepare(_ pool: PostgresPool, _ notice: StoreNotice) throws {
        let migration = try pool.transaction(isReadOnly: true) { session in
            try requireRights(session)
            return try StoreMigration(of: session)
        }
        guard migration.to < PostgresSchema.current.number else { return }
        _ = try migrate(pool)
        if let warning = migration.warning { notice.say(warning) }
        try pool.transaction(isReadOnly: true) { try requireRights($0) }
    }

    /// Makes the tables of a database or brings them up to date, as their owner.
    ///
    /// - Throws: ``SharedStoreError``.
    package static func migrate(_ place: SharedDatabase) async throws -> StoreMigration {
        try await BlockingWork.run {
            let pool = PostgresPool(place.address, connections: 2, limits: .forOpening)
            defer { pool.close() }
            return try waiting(for: place) {
                // Tables that are up to date need no owner.
                var migration = try pool.transaction(isReadOnly: true) { session -> StoreMigration in
                    try requireEncoding(session)
                    return try StoreMigration(of: session)
                }
                if migration.to < PostgresSchema.current.number {
                    (migration.from, migration.to) = (try migrate(pool)?.number, PostgresSchema.current.number)
                }
                return migration
            }
        }
    }

    /// How long the lock is waited for under which tables are changed; `RINGBACK_SCHEMA_LOCK_SECONDS` shortens it for tests.
    private static let lockPatience = {
        let wish = getenv("RINGBACK_SCHEMA_LOCK_SECONDS").flatMap { Int(String(cString: $0)) }
        return min(max(wish ?? 60, 1), 60)
    }()

    /// Makes or changes the tables, one process at a time.
    ///
    /// - Returns: the version that was there before; `nil` if there were no tables.
    static func migrate(_ pool: PostgresPool) throws -> PostgresSchema.Version? {
        var (key, isHeld) = (Int64(0), false)
        do {
            return try pool.transaction { session in
                try requireCreate(session)
                let sql = "SELECT hashtextextended(current_schema() || ' tables', 0)"
                key = try session.run(sql).row(0)[0].integer ?? 0
                // It ends with the transaction, and covers the first table too.
                session.setPatience(.seconds(lockPatience + 15))
                try session.run(
                    script:
                        "SET LOCAL lock_timeout = '\(lockPatience)s'; SET LOCAL statement_timeout = '\(lockPatience + 10)s'"
                )
                _ = try session.run("SELECT 1 FROM pg_advisory_xact_lock($1)", [.integer(key)])
                isHeld = true
                // While this waits for a table, all other work on the table waits behind it. So it gives up soon, and tries again.
                try session.run(script: "SET LOCAL lock_timeout = '3s'")
                return try PostgresSchema.migrate(session)
            }
        } catch let error as PostgresError where error.state == "55P03" && !isHeld {
            throw try held(key, pool)
        }
    }

    /// Fails if the role may not make tables in its schema.
    static func requireCreate(_ session: PostgresSession) throws {
        let place = try session.run(
            "SELECT current_schema()::text, current_user::text, has_schema_privilege(current_schema(), 'CREATE')"
        ).row(0)
        let role = place[1].text ?? ""
        guard let schema = place[0].text else {
            throw SharedStoreError(
                isPassing: false,
                "the role \(role) may use no schema of its search_path, or none exists; make one with CREATE SCHEMA, or "
                    + "GRANT USAGE ON SCHEMA \"public\" TO \(quoted(role))"
            )
        }
        guard place[2].bool != true else { return }
        throw SharedStoreError(
            isPassing: false,
            "the role \(role) may not make tables in the schema \(schema); let its owner run \"ringback store "
                + "migrate\", or GRANT CREATE ON SCHEMA \(quoted(schema)) TO \(quoted(role))"
                + SchemaError.advice(ifElsewhere: try PostgresSchema.otherSchemas(session))
        )
    }

    /// Who has held the lock of the tables for too long.
    private static func held(_ key: Int64, _ pool: PostgresPool) throws -> SharedStoreError {
        let holder = try pool.transaction(isReadOnly: true) { session in
            try session.run(
                """
                SELECT a.pid, a.application_name, to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
                WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND (l.classid::bigint << 32 | l.objid::bigint) = $1
                """,
                [.integer(key)]
            ).rows().first
        }
        let named = holder.map { row in
            "process \(row[0].integer ?? 0) of the server (\(row[1].text ?? "")) has held it since \(row[2].text ?? "an unknown time")"
        }
        return SharedStoreError(
            isPassing: true,
            isWorthWaiting: false,
            "the lock under which tables are changed was not free for \(lockPatience) s: "
                + (named ?? "its holder has just let it go; try again")
        )
    }

    /// The rights on every table that a process needs to run.
    private static let rights = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    /// Fails if the role lacks a right on one of the tables that are there.
    static func requireRights(_ session: PostgresSession, _ rights: [String] = rights) throws {
        let names = PostgresSchema.tables.map { "'\($0)'" }.joined(separator: ", ")
        let missing = try session.run(
            """
            SELECT c.relname::text, p, current_schema()::text, current_user::text FROM pg_class AS c
            CROSS JOIN unnest(ARRAY[\(rights.map { "'\($0)'" }.joined(separator: ", "))]) AS p
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relname IN (\(names))
              AND NOT has_table_privilege(c.oid, p)
            ORDER BY 1, 2
            """
        ).rows()
        guard let first = missing.first else { return }
        let (table, schema, role) = (first[0].text ?? "", first[2].text ?? "", first[3].text ?? "")
        throw SharedStoreError(
            isPassing: false,
            "the role \(role) lacks the right \(first[1].text ?? "") on the table \(table) of the schema \(schema); "
                + "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(quoted(schema)) TO \(quoted(role))"
        )
    }

    private static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}

extension RunStore {
    /// Runs `body` with a store that other machines share, and renews the leases of this process meanwhile.
    static func with<Result>(
        _ home: Home,
        at place: SharedDatabase,
        _ whileWaiting: Waiting?,
        body: (RunStore) async throws -> Result
    ) async throws -> Result {
        let database = try await SharedStore.open(place, whileWaiting)
        let keeper = LeaseKeeper(database, holder: holder)
        try? await BlockingWork.run { try keeper.compareClocks() }
        let renewals = Task { await keeper.run { database.pool.closeIdle(longerThan: .seconds(5)) } }
        let result = await Swift.Result { try await body(RunStore(home, database, leases: keeper)) }
        renewals.cancel()
        database.close()
        return try result.get()
    }

    /// The machine and the process, for people.
    private static var holder: String {
        var name = [UInt8](repeating: 0, count: 256)
        name.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            _ = gethostname(start.assumingMemoryBound(to: CChar.self), bytes.count - 1)
        }
        return "process \(getpid()) on \(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))"
    }
}
