import GRDB
import GRDBSQLite

/// A prepared statement that is run for every event, with its values bound directly.
///
/// GRDB's arguments are boxed, copied and checked for each run, which takes as long as SQLite takes to insert.
struct HotStatement {
    private let statement: Statement
    private let handle: SQLiteStatement

    /// Prepares a statement, or takes it from the connection's cache.
    init(_ sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    /// Binds a number to the parameter at an index, counted from 1.
    func bind(_ number: Int64?, at index: Int32) {
        if let number { sqlite3_bind_int64(handle, index, number) } else { sqlite3_bind_null(handle, index) }
    }

    /// Binds a text.
    func bind(_ text: String?, at index: Int32) {
        guard var text else { return bind(nil as Int64?, at: index) }
        text.withUTF8 { utf8 in
            _ = utf8.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), Self.copied)
            }
        }
    }

    /// Binds bytes.
    func bind(_ bytes: [UInt8]?, at index: Int32) {
        guard let bytes else { return bind(nil as Int64?, at: index) }
        _ = bytes.withUnsafeBytes {
            sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), Self.copied)
        }
    }

    /// Runs the statement with what is bound.
    ///
    /// - Throws: `DatabaseError` with SQLite's extended result code; a value that could not be bound is `NULL` and meets
    ///   the table's constraints.
    func run() throws {
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else {
            let message = sqlite3_errmsg(sqlite3_db_handle(handle)).map { String(cString: $0) }
            sqlite3_reset(handle)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
        }
        sqlite3_reset(handle)
    }

    /// `SQLITE_TRANSIENT`, a macro that Swift does not see: SQLite copies the value.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
