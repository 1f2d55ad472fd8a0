package import FoundationEssentials

/// A value that is bound to a statement; a missing one keeps its type, which some databases want to know.
package enum StoreValue: Hashable, Sendable {
    case integer(Int64?)
    case text(String?)
    case bytes([UInt8]?)
}

/// What can be bound to a statement.
package protocol StoreBindable: Sendable {
    var storeValue: StoreValue { get }
    /// The value that stands for a missing one of this type.
    static var storeNull: StoreValue { get }
}

extension FixedWidthInteger where Self: StoreBindable {
    package var storeValue: StoreValue { .integer(Int64(self)) }
    package static var storeNull: StoreValue { .integer(nil) }
}

extension Int: StoreBindable {}
extension Int32: StoreBindable {}
extension Int64: StoreBindable {}

extension Bool: StoreBindable {
    package var storeValue: StoreValue { .integer(self ? 1 : 0) }
    package static var storeNull: StoreValue { .integer(nil) }
}

extension String: StoreBindable {
    package var storeValue: StoreValue { .text(self) }
    package static var storeNull: StoreValue { .text(nil) }
}

extension [UInt8]: StoreBindable {
    package var storeValue: StoreValue { .bytes(self) }
    package static var storeNull: StoreValue { .bytes(nil) }
}

extension Data: StoreBindable {
    package var storeValue: StoreValue { .bytes(Array(self)) }
    package static var storeNull: StoreValue { .bytes(nil) }
}

extension Optional: StoreBindable where Wrapped: StoreBindable {
    package var storeValue: StoreValue { self?.storeValue ?? Wrapped.storeNull }
    package static var storeNull: StoreValue { Wrapped.storeNull }
}
