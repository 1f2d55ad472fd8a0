package import FoundationEssentials

/// One row of a query, valid while the query hands it out.
package protocol StoreRow {
    /// The place of a column, whatever the case of its letters; a missing one is an error of this program.
    func place(of column: String) -> Int
    /// The number in a column; `nil` for `NULL`. A truth is 0 or 1.
    func integer(at place: Int) -> Int64?
    func text(at place: Int) -> String?
    func bytes(at place: Int) -> [UInt8]?
}

/// What a column can be read as.
package protocol StoreColumn {
    /// The value of a column; `nil` for `NULL`.
    static func read(_ row: any StoreRow, at place: Int) -> Self?
}

extension StoreRow {
    /// The value of a column that may be `NULL`.
    package subscript<Value: StoreColumn>(_ place: Int) -> Value? { Value.read(self, at: place) }
    package subscript<Value: StoreColumn>(_ column: String) -> Value? { Value.read(self, at: place(of: column)) }

    /// The value of a column that the schema fills in every row.
    package subscript<Value: StoreColumn>(_ place: Int) -> Value {
        guard let value = Value.read(self, at: place) else { preconditionFailure("column \(place) has a value") }
        return value
    }
    package subscript<Value: StoreColumn>(_ column: String) -> Value { self[place(of: column)] }
}

extension FixedWidthInteger where Self: StoreColumn {
    package static func read(_ row: any StoreRow, at place: Int) -> Self? {
        row.integer(at: place).map { Self(truncatingIfNeeded: $0) }
    }
}

extension Int: StoreColumn {}
extension Int32: StoreColumn {}
extension Int64: StoreColumn {}

extension Bool: StoreColumn {
    package static func read(_ row: any StoreRow, at place: Int) -> Bool? { row.integer(at: place).map { $0 != 0 } }
}

extension String: StoreColumn {
    package static func read(_ row: any StoreRow, at place: Int) -> String? { row.text(at: place) }
}

extension [UInt8]: StoreColumn {
    package static func read(_ row: any StoreRow, at place: Int) -> [UInt8]? { row.bytes(at: place) }
}

extension Data: StoreColumn {
    package static func read(_ row: any StoreRow, at place: Int) -> Data? { row.bytes(at: place).map { Data($0) } }
}
