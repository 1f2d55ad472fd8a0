import GRDB
package import RingbackHome

/// Moves what the database file of a home holds into the store that machines share.
package enum StoreMove {
    /// What was moved, or would be.
    package struct MovedCounts: Hashable, Sendable {
        package var runs = 0
        package var submissions = 0
        package var events = 0
        package var endedCalls = 0
        package var monitors = 0
        package var deliveries = 0
        package var attempts = 0
        package var slots = 0
        package var tokens = 0
        /// Those of the runs and deliveries that still have to be done.
        package var work = LocalWork()

        package var isNone: Bool { self == MovedCounts() }
    }

    /// What a move did.
    package struct MoveResult: Hashable, Sendable {
        package var counts = MovedCounts()
        /// The tokens that stayed behind, since the store has another of their name.
        package var tokensLeft: [String] = []
        /// The copy of the home's database as it was; `nil` if nothing was moved.
        package var backup: String?
        /// Whether the rows had been moved before, by a process that died.
        package var wasMoved = false
    }

    /// The home cannot be moved now.
    package struct HomeInUseError: Error, Hashable, CustomStringConvertible {
        package var description: String
    }

    /// MovedCounts what would be moved, and changes nothing.
    package static func rehearse(_ home: Home, to place: SharedDatabase) async throws -> MoveResult {
        try await BlockingWork.run {
            try requireIdle(home)
            try SharedStore.reading(place, orEmpty: true) { _ in }
            guard try FileSystem.inspect(home.databasePath) != nil else { return MoveResult() }
            return MoveResult(counts: try ReadOnlyDatabase.with(home) { try counts($0) })
        }
    }

    /// Moves all rows in one transaction of the shared store, and then empties the database of the home.
    ///
    /// A copy of that database stays. Broken off at any point, it is finished by the next call.
    ///
    /// Nobody else can use the home meanwhile.
    package static func move(_ home: Home, to place: SharedDatabase) async throws -> MoveResult {
        let shared = try await SharedStore.open(place, nil)
        defer { shared.close() }
        return try await BlockingWork.run {
            try requireIdle(home)
            guard try FileSystem.inspect(home.databasePath) != nil else {
                if try MoveMark.isThere(home) { try MoveMark.end(home) }
                return MoveResult()
            }
            try bringUpToDate(home)
            return try DatabaseFailure.explaining(home.databasePath) {
                try home.lock.withLock {
                    try requireIdle(home)
                    return try SharedStoreError.explaining { try moveAlone(home, shared) }
                }
            }
        }
    }

    /// Fails if a process of the home goes on.
    private static func requireIdle(_ home: Home) throws {
        if let id = RunLock.held(in: home).first {
            let what = id == ServiceLock.id ? "a service" : "the process of \(id)"
            throw HomeInUseError(description: "\(what) is going on in the home \(home.path); stop it first")
        }
        guard try OpenMarker.living(in: home) == 0 else {
            throw HomeInUseError(
                description: "another process has the database of the home \(home.path) open; stop it first"
            )
        }
    }

    /// Brings the tables of the home to the format of this version, and looks for damage if a process died.
    private static func bringUpToDate(_ home: Home) throws {
        let database = try SQLiteDatabase(home, duringMove: true)
        defer { try? database.close() }
        try database.checkAfterUncleanStop(of: home)
    }

    private static func moveAlone(_ home: Home, _ shared: PostgresDatabase) throws -> MoveResult {
        var configuration = Configuration()
        configuration.label = "ringback.move"
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: home.databasePath, configuration: configuration)
        defer { try? queue.close() }
        let found = try queue.read { try counts($0) }
        if found.isNone, try !MoveMark.isThere(home) { return MoveResult() }
        let number = try MoveMark.begin(home)
        var outcome = try shared.write(.work, locked: {}) { transaction -> MoveResult in
            guard let transaction = transaction as? PostgresTransaction else { return MoveResult() }
            return try queue.read { database in
                try HomeCopy(from: SQLiteTransaction(database, of: home), to: transaction).run(number)
            }
        }
        CrashSwitch.reach("store-move-committed")
        if !found.isNone {
            let backup = "\(home.path)/ringback.moved-\(number.prefix(8)).sqlite"
            try FileSystem.remove(backup)
            FileSystem.close(try FileSystem.open(backup, FileSystem.readWriteCreate))
            try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [backup]) }
            CrashSwitch.reach("store-move-copied")
            try queue.write { database in
                for table in HomeCopy.tables { try database.execute(sql: "DELETE FROM \(table)") }
            }
            outcome.backup = backup
        }
        CrashSwitch.reach("store-move-emptied")
        try MoveMark.end(home)
        return outcome
    }

    private static func counts(_ database: Database) throws -> MovedCounts {
        let format = try Schema.check(database)
        guard format > 0 else { return MovedCounts() }
        func count(_ sql: String, since version: Int = 5) throws -> Int {
            format < version ? 0 : try Int.fetchOne(database, sql: "SELECT count(*) FROM \(sql)") ?? 0
        }
        return MovedCounts(
            runs: try count("runs"),
            submissions: try count("submissions", since: 8),
            events: try count("webhooks"),
            endedCalls: try count("endedCalls"),
            monitors: try count("monitors"),
            deliveries: try count("deliveries"),
            attempts: try count("deliveryAttempts", since: 9),
            slots: try count("slotTickets"),
            tokens: try count("tokens", since: 8),
            work: LocalWork(
                pendingDeliveries: try count("deliveries WHERE state = 'pending'"),
                unfinishedRuns: try count("runs WHERE state IN ('queued', 'running')")
            )
        )
    }
}
