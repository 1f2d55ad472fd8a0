import GRDB
import GRDBSQLite

/// A prepared `INSERT` that runs for every event, with its values bound directly.
///
/// GRDB boxes, copies and checks the arguments of each run, which takes as long as SQLite's insert itself.
struct SQLiteInsert: StoreInsert {
    private let statement: Statement
    private let database: Database
    private let handle: SQLiteStatement
    private let buffer = ValueBuffer(size: 16 * 1024)

    /// Prepares a statement, or takes it from the connection's cache.
    init(_ sql: String, in database: Database) throws {
        self.database = database
        statement = try database.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    /// Binds a number to the parameter at an index, counted from 1.
    func bind(_ number: Int64?, at index: Int32) {
        if let number { sqlite3_bind_int64(handle, index, number) } else { sqlite3_bind_null(handle, index) }
    }

    func bind(_ text: String?, at index: Int32) {
        guard let text else { return bind(nil as Int64?, at: index) }
        var escaped = EscapedText.escaped(text)
        escaped.withUTF8 { utf8 in
            let (bytes, destructor) = place(UnsafeRawBufferPointer(utf8))
            sqlite3_bind_text(handle, index, bytes?.assumingMemoryBound(to: CChar.self), Int32(utf8.count), destructor)
        }
    }

    /// Binds bytes.
    func bind(_ bytes: [UInt8]?, at index: Int32) {
        guard let bytes else { return bind(nil as Int64?, at: index) }
        bytes.withUnsafeBytes {
            let (bytes, destructor) = place($0)
            sqlite3_bind_blob(handle, index, bytes, Int32($0.count), destructor)
        }
    }

    /// The place at which SQLite reads a value, and whether SQLite must copy it.
    private func place(_ value: UnsafeRawBufferPointer) -> (UnsafeRawPointer?, sqlite3_destructor_type?) {
        if let kept = buffer.keep(value) { (kept, Self.stays) } else { (value.baseAddress, Self.copied) }
    }

    /// Inserts the bound values.
    ///
    /// - Returns: the number of the row; `nil` after a conflict.
    /// - Throws: `DatabaseError` with SQLite's extended result code. A value that could not be bound is `NULL`, which the
    ///   table's constraints refuse.
    func run() throws -> Int64? {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
            buffer.clear()
        }
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else {
            let message = sqlite3_errmsg(sqlite3_db_handle(handle)).map { String(cString: $0) }
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
        }
        return database.changesCount > 0 ? database.lastInsertedRowID : nil
    }

    /// `SQLITE_STATIC`, a macro that Swift does not import: the value stays in place as long as it is bound.
    private static var stays: sqlite3_destructor_type? { nil }
    /// `SQLITE_TRANSIENT`: SQLite copies the value.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    /// Holds the values of one run, so that SQLite does not allocate for each.
    private final class ValueBuffer {
        private let bytes: UnsafeMutableRawBufferPointer
        private var used = 0

        init(size: Int) { bytes = .allocate(byteCount: size, alignment: 16) }

        deinit { bytes.deallocate() }

        /// A copy that stays until the buffer is cleared; `nil` if the value does not fit.
        func keep(_ value: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
            guard value.count <= bytes.count - used else { return nil }
            let place = UnsafeMutableRawBufferPointer(rebasing: bytes[used..<used + value.count])
            place.copyMemory(from: value)
            used += value.count
            return place.baseAddress.map { UnsafeRawPointer($0) }
        }

        func clear() { used = 0 }
    }
}
