import Synchronization

/// A value that the concurrent parts of a test share.
package final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    /// Begins with a value.
    package init(_ value: Value) { self.value = Mutex(value) }

    /// Reads or changes the value under the lock.
    package func withLock<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try value.withLock { value in try body(&value) }
    }
}
