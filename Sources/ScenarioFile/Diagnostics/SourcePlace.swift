import Addresses

/// Where something was written: a file, and a line and column where they are known.
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
