import GRDB
package import RingbackHome

/// What the database file of a home still has to do.
package struct LocalWork: Hashable, Sendable {
    package var pendingDeliveries = 0
    /// Runs that wait, or that have not come to their end.
    package var unfinishedRuns = 0

    package var isNone: Bool { pendingDeliveries == 0 && unfinishedRuns == 0 }

    /// `3 pending deliveries and 1 unfinished run`.
    package var description: String {
        let deliveries = "\(pendingDeliveries) pending \(pendingDeliveries == 1 ? "delivery" : "deliveries")"
        return "\(deliveries) and \(unfinishedRuns) unfinished \(unfinishedRuns == 1 ? "run" : "runs")"
    }

    /// Looks into the database file of a home, and changes nothing; on the calling thread.
    package static func left(in home: Home) throws -> LocalWork {
        guard try FileSystem.inspect(home.databasePath) != nil else { return LocalWork() }
        return try ReadOnlyDatabase.with(home) { database in
            guard try Schema.check(database) > 0 else { return LocalWork() }
            func count(_ sql: String) throws -> Int {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \(sql)") ?? 0
            }
            return LocalWork(
                pendingDeliveries: try count("deliveries WHERE state = 'pending'"),
                unfinishedRuns: try count("runs WHERE state IN ('queued', 'running')")
            )
        }
    }

    /// Fails if the home has work that a store which machines share would leave out.
    static func requireNone(in home: Home) throws {
        let work = try left(in: home)
        if !work.isNone { throw LocalWorkError(home: home.path, work: work) }
        if try MoveMark.isThere(home) { throw MoveMark.UnfinishedError(home: home.path, isShared: true) }
    }
}

/// The home has work in its own database, which `RINGBACK_DATABASE_URL` leaves out.
package struct LocalWorkError: Error, Hashable, CustomStringConvertible {
    package var home: String
    package var work: LocalWork

    package var description: String {
        "the home \(home) has \(work.description) in its own database, which RINGBACK_DATABASE_URL leaves out; "
            + "\"ringback store move\" moves them, --leave-local leaves them there"
    }
}

/// The file that marks a home whose database is being moved; it holds the number of the move.
///
/// It is there from before the first row is moved until the last one is removed from the home. Both databases together then
/// tell how far the move had come if its process died.
enum MoveMark {
    /// A move has begun, and its process died.
    struct UnfinishedError: Error, Hashable, CustomStringConvertible {
        var home: String
        var isShared: Bool

        var description: String {
            let how = isShared ? "" : " with RINGBACK_DATABASE_URL"
            return "the move of the home \(home) to a shared store was broken off; run \"ringback store move\" "
                + "again\(how), which moves nothing twice"
        }
    }

    static func isThere(_ home: Home) throws(FileError) -> Bool { try FileSystem.inspect(path(home)) != nil }

    /// The number of the move that was broken off, or a new one.
    static func begin(_ home: Home) throws(FileError) -> String {
        if try isThere(home) { return String(decoding: try FileSystem.read(path(home), upTo: 100), as: UTF8.self) }
        let number = String(UInt128.random(in: .min ... .max), radix: 36)
        try FileSystem.replace(path(home), with: Array(number.utf8))
        try FileSystem.syncDirectory(home.path)
        return number
    }

    static func end(_ home: Home) throws(FileError) {
        try FileSystem.remove(path(home))
        try FileSystem.syncDirectory(home.path)
    }

    private static func path(_ home: Home) -> String { "\(home.path)/store-move" }
}
