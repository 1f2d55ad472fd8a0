import GRDB

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension [UInt8] {
    /// The bytes as a value of a BLOB column.
    var databaseBlob: Data { Data(self) }
}
