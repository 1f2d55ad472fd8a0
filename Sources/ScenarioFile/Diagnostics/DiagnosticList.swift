import SimulationAPI

/// Collects diagnostics, up to a number that can still be read.
struct DiagnosticList: Hashable, Sendable {
    /// How many are kept; a file of a megabyte could hold hundreds of thousands.
    static let capacity = 500

    private(set) var diagnostics: [Diagnostic] = []
    private var dropped = 0

    /// Whether there is an error among those that were reported, kept or not.
    private(set) var hasErrors = false

    mutating func append(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { hasErrors = true }
        if diagnostics.count >= Self.capacity { dropped += 1 } else { diagnostics.append(diagnostic) }
    }

    /// Adds what was found in a document, with the places of the values.
    ///
    /// Nothing is said about values that have been refused already, such as an alias.
    mutating func append(_ report: FormReport, in root: YAMLNode) {
        for finding in report.findings where !root.isRefused(at: finding.violation.pointer) {
            let violation = finding.violation
            let named = finding.isAboutName ? root.namePlace(of: violation.pointer) : nil
            append(
                Diagnostic(
                    finding.isWarning ? .warning : .error,
                    violation.code,
                    violation.message,
                    at: named ?? root.nearest(to: violation.pointer).place,
                    pointer: violation.pointer
                )
            )
        }
        dropped += report.unlisted
        if report.unlisted > 0 { hasErrors = true }
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
