public import ScenarioFile

/// A run that could not begin, or whose records could not be kept.
public struct RunError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Word: String { case configuration, storage, gone }
        private let word: Word

        /// An option or the environment is wrong.
        public static let configuration = Code(word: .configuration)
        /// The home, the database or the audit log cannot be used.
        public static let storage = Code(word: .storage)
        /// The run that was to be resumed has nothing left to go on with.
        public static let gone = Code(word: .gone)

        /// The word of the code.
        public var description: String { word.rawValue }
    }

    /// What kind of failure it is.
    public var code: Code
    /// What is wrong and what to do.
    public var message: String
    /// The places in the scenario that it is about.
    public var diagnostics: [Diagnostic]
    /// The error beneath.
    public var cause: (any Error)?

    /// Creates an error.
    public init(_ code: Code, _ message: String, diagnostics: [Diagnostic] = [], cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.diagnostics = diagnostics
        self.cause = cause
    }

    /// The message.
    public var description: String { message }
}
