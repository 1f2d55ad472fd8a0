import RunStore
import ScenarioFile

/// A run that could not begin, or whose records could not be kept.
public struct RunError: Error, Sendable, CustomStringConvertible {
    /// The kind of a failure; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The word of the code.
        public let description: String

        /// An option or the environment is wrong.
        public static let configuration = Code(description: "configuration")
        /// The home, the database or the audit log cannot be used.
        public static let storage = Code(description: "storage")
        /// The run that was to be resumed cannot go on.
        public static let notResumable = Code(description: "notResumable")
        /// The run was left as it is, and can be resumed.
        package static let left = Code(description: "left")
    }

    /// The kind of failure.
    public var code: Code
    /// What is wrong and what to do.
    public var message: String
    /// The cause, if it is an error too.
    public var cause: (any Error)?

    /// Whether the run's files were written: they speak of this run, whatever happened to it afterwards.
    package internal(set) var hasFiles = false

    /// Creates an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }

    /// Whether an error, or what has caused it, is one of a store that machines share, and goes away by itself.
    package static func isOfStoreThatPasses(_ error: any Error) -> Bool {
        if SharedStoreError.passes(error) { return true }
        return (error as? RunError)?.cause.map { isOfStoreThatPasses($0) } ?? false
    }

    /// Does `work`; another error becomes the cause of a run error, whose message begins with `prefix`.
    static func wrapping<Result>(
        _ code: Code,
        _ prefix: String = "",
        _ work: () async throws -> Result
    ) async throws(RunError) -> Result {
        do { return try await work() } catch let error as RunError { throw error } catch {
            throw RunError(code, "\(prefix)\(error)", cause: error)
        }
    }
}
