import PostgreSQL

/// A transaction of PostgreSQL.
///
/// A query must be read to its end before the next statement, since both go over one connection.
final class PostgresTransaction: StoreTransaction {
    let session: PostgresSession
    /// The names that it holds.
    private var locks: Set<String> = []

    init(_ session: PostgresSession) { self.session = session }

    func execute(_ sql: String, _ values: [any StoreBindable]) throws -> Int {
        try session.run(Self.numbered(sql), values.map { PostgresValue($0.storeValue) }).changed
    }

    func executeAll(_ statements: [StoreStatement]) throws {
        let bound = statements.map { (Self.numbered($0.sql), $0.values.map { PostgresValue($0.storeValue) }) }
        _ = try session.runAll(bound)
    }

    func insert(_ sql: String, _ values: [any StoreBindable]) throws -> Int64? {
        let result = try session.run(Self.returning(sql), values.map { PostgresValue($0.storeValue) })
        return result.count > 0 ? try result.row(0)[0].integer : nil
    }

    func each(_ sql: String, _ values: [any StoreBindable], _ body: (any StoreRow) throws -> Bool) throws {
        var places: [String: Int] = [:]
        try session.each(Self.numbered(sql), values.map { PostgresValue($0.storeValue) }) { result in
            let row = PostgresRow(values: try result.row(0), names: Self.names(of: result, kept: &places))
            return try body(row)
        }
    }

    func prepareInsert(_ sql: String) throws -> any StoreInsert { PostgresInsert(Self.returning(sql), session) }

    func lock(_ name: String) throws {
        guard !locks.contains(name) else { return }
        // It ends with the transaction. Installations in one database, in schemas of their own, do not wait for each other.
        _ = try session.run(
            "SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || $1, 0))",
            [.text(name)]
        )
        locks.insert(name)
    }

    func taking(_ table: String) -> String { " FOR UPDATE OF \(table) SKIP LOCKED" }

    /// The channel of all installations in a database: one that has nothing to do looks in vain.
    static let channel = "ringback_work"

    func announceWork() throws { try session.run(script: "NOTIFY \(Self.channel)") }

    func now() throws -> Int64 {
        try session.run("SELECT \(Self.clock)").row(0)[0].integer ?? 0
    }

    /// The time of the server; not that of the transaction, which may have begun long ago.
    static let clock = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"

    func living(among ids: Set<String>) throws -> Set<String> {
        guard !ids.isEmpty else { return [] }
        let places = (1...ids.count).map { "?\($0)" }.joined(separator: ", ")
        let sql = "SELECT id FROM leaseTerms WHERE id IN (\(places)) AND expiresAt > \(Self.clock)"
        return Set(try values(sql, ids.sorted()))
    }

    func deadRows() throws -> Int? {
        let names = PostgresSchema.tables.map { "'\($0)'" }.joined(separator: ", ")
        return try value(
            """
            SELECT coalesce(sum(n_dead_tup), 0)::bigint FROM pg_stat_user_tables
            WHERE schemaname = current_schema() AND relname IN (\(names))
            """
        )
    }

    /// The names of the columns, which are the same for all rows of a query.
    private static func names(of result: borrowing PostgresResult, kept places: inout [String: Int]) -> [String: Int] {
        if places.isEmpty { places = result.places }
        return places
    }

    private static func returning(_ sql: String) -> String { numbered(sql) + " RETURNING rowID" }

    /// PostgreSQL writes `$1` where the statements of a store write `?1`.
    private static func numbered(_ sql: String) -> String { String(sql.map { $0 == "?" ? "$" : $0 }) }
}

extension PostgresValue {
    init(_ value: StoreValue) {
        self =
            switch value {
            case .integer(let number): number.map { .integer($0) } ?? .nullOf(.integer)
            case .text(let text): text.map { .text(EscapedText.escaped($0)) } ?? .nullOf(.text)
            case .bytes(let bytes): bytes.map { .bytes($0) } ?? .nullOf(.bytes)
            }
    }
}

/// A row of PostgreSQL.
private struct PostgresRow: StoreRow {
    var values: [PostgresValue]
    /// The places of the columns by their names in small letters.
    var names: [String: Int]

    func place(of column: String) -> Int {
        guard let place = names[column.lowercased()] else { preconditionFailure("the query has no column \(column)") }
        return place
    }

    func integer(at place: Int) -> Int64? {
        switch values[place] {
        case .integer(let number): number
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    func text(at place: Int) -> String? { values[place].text.map { EscapedText.original($0) } }
    func bytes(at place: Int) -> [UInt8]? { values[place].bytes }
}

/// An `INSERT` whose values are kept until it is run.
private final class PostgresInsert: StoreInsert {
    private let sql: String
    private let session: PostgresSession
    private var values: [PostgresValue] = []

    init(_ sql: String, _ session: PostgresSession) { (self.sql, self.session) = (sql, session) }

    func bind(_ number: Int64?, at index: Int32) { put(PostgresValue(.integer(number)), index) }
    func bind(_ text: String?, at index: Int32) { put(PostgresValue(.text(text)), index) }
    func bind(_ bytes: [UInt8]?, at index: Int32) { put(PostgresValue(.bytes(bytes)), index) }

    private func put(_ value: PostgresValue, _ index: Int32) {
        while values.count < Int(index) { values.append(.null) }
        values[Int(index) - 1] = value
    }

    func run() throws -> Int64? {
        defer { values = [] }
        let result = try session.run(sql, values)
        return result.count > 0 ? try result.row(0)[0].integer : nil
    }
}
