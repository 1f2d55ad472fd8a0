import Addresses
public import ExactJSON
public import SimulationAPI

/// One thing that is wrong, or odd, with a scenario file.
public struct Diagnostic: Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Hashable, Sendable, CaseIterable {
        /// The file cannot be used.
        case error
        /// The file can be used, but it probably does not say what was meant.
        case warning
    }

    /// The stable word of a kind of problem, the same type as in the payload's rules.
    public typealias Code = ViolationCode

    /// The longest message, in characters; what comes from the file is cut.
    static let longestMessage = 600

    /// How bad it is.
    public var severity: Severity
    /// The stable word of the kind of problem.
    public var code: Code
    /// What is wrong and what is right, in words, without control characters.
    public var message: String
    /// Where it was written.
    public var place: SourcePlace
    /// Which value it is about; for a missing value, where it belongs.
    public var pointer: JSONPointer

    /// Creates a diagnostic.
    public init(
        _ severity: Severity,
        _ code: Code,
        _ message: String,
        at place: SourcePlace,
        pointer: JSONPointer = .root
    ) {
        self.severity = severity
        self.code = code
        self.message = PrintableText.clipped(PrintableText.escaped(message), to: Self.longestMessage)
        self.place = place
        self.pointer = pointer
    }

    /// The file as it was named, or the `--set` option that gave the value.
    public var file: String { place.file }
    /// The line, from 1, if it is known.
    public var line: Int? { place.line }
    /// The column in characters, from 1, if it is known.
    public var column: Int? { place.column }

    /// The diagnostic as a JSON object, for `--json`.
    public var json: JSONValue {
        .object(present: [
            "severity": .string(severity.rawValue), "code": .string(code.rawValue), "message": .string(message),
            "file": .string(file), "line": line.map { .integer($0) }, "column": column.map { .integer($0) },
            "pointer": .string(pointer.description),
        ])
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `path:line:col: error: message [code]`, as compilers write it.
    public var description: String { "\(place): \(severity.rawValue): \(message) [\(code.rawValue)]" }
}

/// Where something was written: a file, and a line and column if they are known.
public struct SourcePlace: Hashable, Sendable {
    /// The file as it was named, or the `--set` option that gave the value.
    public var file: String
    /// The line, from 1.
    public var line: Int?
    /// The column in characters, from 1.
    public var column: Int?

    /// Creates a place.
    public init(file: String, line: Int? = nil, column: Int? = nil) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourcePlace: CustomStringConvertible {
    /// `file:line:column`, as compilers write it.
    public var description: String {
        let name = PrintableText.escaped(file)
        return if let line, let column { "\(name):\(line):\(column)" } else { name }
    }
}

/// Everything that is wrong with a scenario file.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problems in the order of the file, warnings among them; at least one is an error.
    public var diagnostics: [Diagnostic]

    /// Creates the error.
    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// One diagnostic a line.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
