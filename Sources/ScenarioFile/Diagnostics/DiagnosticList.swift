/// Collects diagnostics, as many as somebody will read.
struct DiagnosticList: Hashable, Sendable {
    /// How many are kept; a file of a megabyte could hold hundreds of thousands.
    static let capacity = 500

    private(set) var diagnostics: [Diagnostic] = []
    private var dropped = 0

    /// Whether there is an error among those that were reported, kept or not.
    private(set) var hasErrors = false

    /// Whether another one would be dropped.
    var isFull: Bool { diagnostics.count >= Self.capacity }

    mutating func append(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { hasErrors = true }
        if isFull { dropped += 1 } else { diagnostics.append(diagnostic) }
    }

    /// Counts errors that are not worth to be put into words.
    mutating func appendErrors(_ count: Int) {
        guard count > 0 else { return }
        hasErrors = true
        dropped += count
    }

    /// The diagnostics in the order of the file, those without a place last, and a note about what was dropped.
    func sorted(file: String) -> [Diagnostic] {
        let order = diagnostics.enumerated().sorted { left, right in
            let (a, b) = (left.element.place, right.element.place)
            let (x, y) = ((a.line ?? .max, a.column ?? .max), (b.line ?? .max, b.column ?? .max))
            return x != y ? x < y : left.offset < right.offset
        }
        let list = order.map(\.element)
        guard dropped > 0 else { return list }
        let note = "\(dropped) further problems are not listed"
        return list + [Diagnostic(hasErrors ? .error : .warning, .tooMany, note, at: SourcePlace(file: file))]
    }
}
