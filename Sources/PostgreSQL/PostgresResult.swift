import SystemLibpq

/// The rows of one statement, in libpq's memory; freed with this value.
package struct PostgresResult: ~Copyable {
    private let pointer: OpaquePointer

    /// - Parameter pointer: a result of libpq, which this value frees from now on.
    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    /// The number of rows.
    package var count: Int { Int(PQntuples(pointer)) }
    /// The rows that the statement changed; 0 for one that only reads.
    package var changed: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// The places of the columns by their names, which the server writes in small letters.
    package var places: [String: Int] {
        var places: [String: Int] = [:]
        for column in 0..<PQnfields(pointer) {
            if let name = PQfname(pointer, column) { places[String(cString: name)] = Int(column) }
        }
        return places
    }

    /// One row as values, in the order of the columns.
    ///
    /// - Throws: ``PostgresError`` of the code `unreadable` for a type that is not read here.
    package func row(_ number: Int) throws(PostgresError) -> [PostgresValue] {
        precondition(number >= 0 && number < count, "a row of the result")
        var values: [PostgresValue] = []
        for column in 0..<PQnfields(pointer) {
            if PQgetisnull(pointer, Int32(number), column) == 1 {
                values.append(.null)
                continue
            }
            let length = Int(PQgetlength(pointer, Int32(number), column))
            let bytes = UnsafeRawBufferPointer(start: PQgetvalue(pointer, Int32(number), column), count: length)
            values.append(try PostgresValue(bytes, type: PQftype(pointer, column)))
        }
        return values
    }

    /// All rows.
    package func rows() throws(PostgresError) -> [[PostgresValue]] {
        var rows: [[PostgresValue]] = []
        for number in 0..<count { rows.append(try row(number)) }
        return rows
    }

    /// Whether the statement did not run, because an earlier one of its pipeline has failed.
    var isAborted: Bool { PQresultStatus(pointer) == PGRES_PIPELINE_ABORTED }

    /// The failure that the result says; `nil` if the statement has succeeded.
    var failure: PostgresError? { Self.failure(of: pointer) }

    /// The failure that a result of libpq says.
    static func failure(of pointer: OpaquePointer) -> PostgresError? {
        switch PQresultStatus(pointer) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY: return nil
        default:
            func field(_ code: Character) -> String? {
                PQresultErrorField(pointer, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
            }
            // Fields of the protocol: M is the message, D more of it, C the state, H advice.
            let parts = [field("M"), field("D"), field("H")].compactMap { $0 }
            let message = parts.isEmpty ? String(cString: PQresultErrorMessage(pointer)) : parts.joined(separator: "; ")
            return PostgresError(.refused, message, state: field("C") ?? "")
        }
    }
}
