/// Everything that is wrong with a scenario file.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problems in the order of the file, warnings among them; at least one is an error.
    public var diagnostics: [Diagnostic]

    /// Creates the error.
    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// One diagnostic a line.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
