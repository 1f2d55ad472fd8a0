package import SimulationAPI

/// What a transaction can do with the tables of a store, in whichever database they are.
///
/// Statements are of the SQL that all of them understand, with `?1`, `?2` … for their values.
package protocol StoreTransaction {
    /// Runs a statement; returns the number of rows that it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [any StoreBindable]) throws -> Int

    /// Runs an `INSERT` of one row; returns its number, or `nil` if it met a conflict and inserted nothing.
    func insert(_ sql: String, _ values: [any StoreBindable]) throws -> Int64?

    /// Passes the rows of a query to `body`, one by one, until it returns false.
    func each(_ sql: String, _ values: [any StoreBindable], _ body: (any StoreRow) throws -> Bool) throws

    /// Prepares an `INSERT` of one row, to be run many times in this transaction.
    func prepareInsert(_ sql: String) throws -> any StoreInsert
}

/// An `INSERT` of one row that is run again and again with other values.
package protocol StoreInsert {
    /// Binds a value to the parameter of a number, from 1.
    func bind(_ number: Int64?, at index: Int32)
    func bind(_ text: String?, at index: Int32)
    func bind(_ bytes: [UInt8]?, at index: Int32)
    /// Inserts the bound values, and forgets them; returns the number of the row, or `nil` after a conflict.
    func run() throws -> Int64?
}

extension StoreTransaction {
    @discardableResult
    package func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    /// All rows, each read by `read`.
    package func all<Result>(
        _ sql: String,
        _ values: [any StoreBindable] = [],
        _ read: (any StoreRow) throws -> Result
    ) throws -> [Result] {
        var results: [Result] = []
        try each(sql, values) {
            results.append(try read($0))
            return true
        }
        return results
    }

    /// The first row, read by `read`; `nil` without one.
    package func first<Result>(
        _ sql: String,
        _ values: [any StoreBindable] = [],
        _ read: (any StoreRow) throws -> Result
    ) throws -> Result? {
        var result: Result?
        try each(sql, values) {
            result = try read($0)
            return false
        }
        return result
    }

    /// The first column of the first row; `nil` without a row, or if it is `NULL`.
    package func value<Value: StoreColumn>(_ sql: String, _ values: [any StoreBindable] = []) throws -> Value? {
        try first(sql, values) { $0[0] as Value? } ?? nil
    }

    /// The first column of all rows.
    package func values<Value: StoreColumn>(_ sql: String, _ values: [any StoreBindable] = []) throws -> [Value] {
        try all(sql, values) { $0[0] }
    }

    /// The rows of a query with two columns, a text and a number.
    package func numbers(_ sql: String, _ values: [any StoreBindable] = []) throws -> [(key: String?, number: Int)] {
        try all(sql, values) { ($0[0], $0[1]) }
    }
}

/// The database of a store, whichever it is.
package protocol StoreDatabase: Sendable {
    /// Reads the database as it is at one moment, on the calling thread.
    func read<Result>(_ body: (any StoreTransaction) throws -> Result) throws -> Result

    /// Runs a transaction that writes, on the calling thread.
    ///
    /// - Parameter locked: called as soon as nobody else can write, for the tests that make the process die there.
    func write<Result>(locked: () -> Void, _ body: (any StoreTransaction) throws -> Result) throws -> Result

    /// What an error of the database means for the events that were to be written.
    func refusal(of error: any Error) -> InboxRefusal
}
