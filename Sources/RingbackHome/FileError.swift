/// A file operation that the system refused.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, such as `open`.
    package var operation: String
    /// On which file.
    package var path: String
    /// The system's error number.
    package var errorNumber: Int32

    /// Creates an error.
    package init(_ operation: String, _ path: String, _ errorNumber: Int32) {
        self.operation = operation
        self.path = path
        self.errorNumber = errorNumber
    }

    /// Whether the system could not say that bytes are on the disk.
    package var isFailedSync: Bool { operation == Self.sync }

    /// The operation of a failed sync.
    package static let sync = "sync"

    /// What failed, where, and the system's words for it.
    package var description: String { "cannot \(operation) \(path): \(SystemError.text(errorNumber))" }
}
