/// A value as PostgreSQL takes and gives it; parameters are bound, never written into a statement.
package enum PostgresValue: Hashable, Sendable {
    case null
    /// A missing `bigint`, `text` or `bytea`: a server wants to know the type of a parameter that nothing else tells.
    case nullOf(ParameterType)
    /// `bigint`; the smaller integers are read as the same.
    case integer(Int64)
    /// `text`, without U+0000, which PostgreSQL cannot hold.
    case text(String)
    /// `bytea`.
    case bytes([UInt8])
    /// `boolean`.
    case bool(Bool)

    /// The types of parameters.
    package enum ParameterType: UInt32, Sendable {
        case bytes = 17
        case integer = 20
        case text = 25
    }

    /// The type by which the server knows a parameter.
    ///
    /// Source: PostgreSQL, `pg_type.dat`; the numbers are fixed.
    var type: UInt32 {
        switch self {
        case .null: 0
        case .nullOf(let kind): kind.rawValue
        case .bool: 16
        case .bytes: ParameterType.bytes.rawValue
        case .integer: ParameterType.integer.rawValue
        case .text: ParameterType.text.rawValue
        }
    }

    /// The value in the binary format of the protocol; `nil` for `NULL`.
    ///
    /// Source: PostgreSQL, "Frontend/Backend Protocol", "Formats and Format Codes".
    var encoded: [UInt8]? {
        switch self {
        case .null, .nullOf: nil
        case .bool(let value): [value ? 1 : 0]
        case .bytes(let bytes): bytes
        case .integer(let number): withUnsafeBytes(of: number.bigEndian) { Array($0) }
        case .text(let text): Array(text.utf8)
        }
    }

    /// Reads a value in the binary format.
    ///
    /// - Parameter type: the number of its type.
    init(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) {
        switch (type, bytes.count) {
        case (16, 1): self = .bool(bytes[0] != 0)
        case (17, _): self = .bytes(Array(bytes))
        case (20, 8), (21, 2), (23, 4), (26, 4): self = .integer(Self.integer(bytes, isSigned: type != 26))
        case (18, _), (19, _), (25, _), (1042, _), (1043, _): self = .text(String(decoding: bytes, as: UTF8.self))
        default:
            throw PostgresError(
                .unreadable,
                "a column has the type \(type) and \(bytes.count) bytes, which is not read here"
            )
        }
    }

    private static func integer(_ bytes: UnsafeRawBufferPointer, isSigned: Bool) -> Int64 {
        let first: Int64 = isSigned && bytes[0] >= 0x80 ? -1 : 0
        return bytes.reduce(first) { $0 << 8 | Int64($1) }
    }

    /// The number; `nil` if it is something else.
    package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    /// The text; `nil` if it is something else.
    package var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The bytes; `nil` if it is something else.
    package var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}
