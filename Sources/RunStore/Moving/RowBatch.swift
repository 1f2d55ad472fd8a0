import PostgreSQL

/// Rows that are inserted in one statement.
final class RowBatch {
    private let head: String
    private let columns: Int
    private let end: String
    private var values: [any StoreBindable] = []
    private var bytes = 0

    init(_ head: String, columns: Int, end: String = "") { (self.head, self.columns, self.end) = (head, columns, end) }

    /// Whether the rows should be inserted before more are added.
    var isFull: Bool { values.count >= 2000 || bytes >= 1 << 22 }

    func add(_ row: [any StoreBindable]) {
        precondition(row.count == columns, "a value for each column")
        values += row
        for case .bytes(let bytes?) in row.lazy.map(\.storeValue) { self.bytes += bytes.count }
    }

    /// Inserts the rows, and forgets them.
    ///
    /// - Returns: their numbers in the order in which they were added, if the table numbers them and none was there.
    func insert(into target: PostgresTransaction) throws -> [Int64] {
        guard !values.isEmpty else { return [] }
        defer { (values, bytes) = ([], 0) }
        let rows = stride(from: 0, to: values.count, by: columns).map { start in
            "(" + (1...columns).map { "?\(start + $0)" }.joined(separator: ", ") + ")"
        }
        let sql = "INSERT INTO \(head) VALUES \(rows.joined(separator: ", ")) \(end)"
        let isNumbered = ["runs(", "webhooks(", "deliveries("].contains { head.hasPrefix($0) }
        guard isNumbered else {
            _ = try target.execute(sql, values)
            return []
        }
        // The server numbers the rows of a statement in their order, so that theirs is the order of the numbers.
        return try (target.values("\(sql) RETURNING rowID", values) as [Int64]).sorted()
    }
}
