import ExactJSON
import FoundationEssentials
import GRDB
import RingbackHome

/// A transaction of SQLite.
struct SQLiteTransaction: StoreTransaction {
    let database: Database
    private let home: Home

    init(_ database: Database, of home: Home) { (self.database, self.home) = (database, home) }

    func execute(_ sql: String, _ values: [any StoreBindable]) throws -> Int {
        try database.cachedStatement(sql: sql).execute(arguments: Self.arguments(values))
        return database.changesCount
    }

    func executeAll(_ statements: [StoreStatement]) throws {
        for statement in statements { _ = try execute(statement.sql, statement.values) }
    }

    func insert(_ sql: String, _ values: [any StoreBindable]) throws -> Int64? {
        try execute(sql, values) > 0 ? database.lastInsertedRowID : nil
    }

    func each(_ sql: String, _ values: [any StoreBindable], _ body: (any StoreRow) throws -> Bool) throws {
        // Statements of the cache may be in use further up, so that a query within a query gets one of its own.
        let rows = try Row.fetchCursor(database, sql: sql, arguments: Self.arguments(values))
        while let row = try rows.next() {
            guard try body(SQLiteRow(row: row)) else { return }
        }
    }

    func prepareInsert(_ sql: String) throws -> any StoreInsert { try SQLiteInsert(sql, in: database) }

    /// Nothing: one transaction at a time writes a file.
    func lock(_ name: String) {}

    /// Nothing, for the same reason.
    func taking(_ table: String) -> String { "" }

    /// Nothing: the one service of a home knows what it was asked for.
    func announceWork() {}

    func now() -> Int64 { WallClock.now.milliseconds }

    /// The processes of one machine hold locks of their home.
    func living(among ids: Set<String>) -> Set<String> { ids.filter { RunLock.isHeld(home, runID: $0) } }

    func deadRows() -> Int? { nil }

    private static func arguments(_ values: [any StoreBindable]) -> StatementArguments {
        StatementArguments(
            values.map { value -> (any DatabaseValueConvertible)? in
                switch value.storeValue {
                case .integer(let number): number
                case .text(let text): text.map { EscapedText.escaped($0) }
                case .bytes(let bytes): bytes.map { Data($0) }
                }
            }
        )
    }
}

/// A row of SQLite, read out of the statement itself.
private struct SQLiteRow: StoreRow {
    let row: Row

    func place(of column: String) -> Int {
        guard let place = row.columnNames.firstIndex(where: { Self.isSame($0, column) }) else {
            preconditionFailure("the query has no column \(column)")
        }
        return row.columnNames.distance(from: row.columnNames.startIndex, to: place)
    }

    /// Whether two names are equal, whatever the case of their letters; without making strings, since every column asks.
    private static func isSame(_ first: String, _ second: String) -> Bool {
        first.utf8.count == second.utf8.count && zip(first.utf8, second.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }

    func integer(at place: Int) -> Int64? { row[place] }
    func text(at place: Int) -> String? { (row[place] as String?).map { EscapedText.original($0) } }
    func bytes(at place: Int) -> [UInt8]? { (row[place] as Data?).map { Array($0) } }
}
