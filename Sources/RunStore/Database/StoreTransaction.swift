/// What a transaction can do with the tables of a store, in whichever database they are.
///
/// Statements are of the SQL that all of them understand, with `?1`, `?2` … for their values.
package protocol StoreTransaction {
    /// Runs a statement; returns the number of rows that it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [any StoreBindable]) throws -> Int

    /// Runs statements one after the other whose results nobody needs.
    func executeAll(_ statements: [StoreStatement]) throws

    /// Runs an `INSERT` of one row; returns its number, or `nil` if it met a conflict and inserted nothing.
    func insert(_ sql: String, _ values: [any StoreBindable]) throws -> Int64?

    /// Passes the rows of a query to `body`, one by one, until it returns false.
    func each(_ sql: String, _ values: [any StoreBindable], _ body: (any StoreRow) throws -> Bool) throws

    /// Prepares an `INSERT` of one row, to be run many times in this transaction.
    func prepareInsert(_ sql: String) throws -> any StoreInsert

    /// Waits until no other transaction holds this name, and holds it until this one ends.
    ///
    /// What is read after that is what the last holder has left.
    func lock(_ name: String) throws

    /// What a query of candidates ends with, so that it takes its rows of a table and leaves out those that another
    /// transaction has taken.
    func taking(_ table: String) -> String

    /// Lets other machines know, once this transaction is committed, that a run waits; the hint may be lost.
    func announceWork() throws

    /// The time of the database, in milliseconds since 1970; clocks of machines differ.
    func now() throws -> Int64

    /// Those of some ids under which a living process works: on the run of this id, or as a service.
    func living(among ids: Set<String>) throws -> Set<String>

    /// The rows that the tables keep for transactions that may still see them, or until they are vacuumed; `nil` for a
    /// database that keeps none.
    func deadRows() throws -> Int?
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

/// A statement with its values.
package struct StoreStatement {
    var sql: String
    var values: [any StoreBindable]

    init(_ sql: String, _ values: [any StoreBindable]) { (self.sql, self.values) = (sql, values) }
}

extension StoreTransaction {
    /// Whether a living process works under an id.
    func isAlive(_ id: String) throws -> Bool { try !living(among: [id]).isEmpty }

    /// Waits until no other transaction changes the queues of some monitors: which delivery of a call is next follows from
    /// those that are there.
    func lockQueues(of monitors: some Sequence<Int64>) throws {
        for monitor in Set(monitors).sorted() { try lock("deliveries \(monitor)") }
    }

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
