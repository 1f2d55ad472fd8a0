/// One metric with its help, its type and its labels, as a page of metrics describes it.
package struct MetricFamily: Sendable {
    /// How its values are read.
    package enum Instrument: Hashable, Sendable {
        /// It only grows, from 0 at the start of the process.
        case counter
        case gauge
        /// Counts of values up to each of these bounds.
        case histogram(buckets: [Double])
    }

    /// A label, and which values it may have.
    package struct Label: Hashable, Sendable {
        package var name: String
        /// The values that are known from the start, of which any other becomes `other`; `nil` if none are known.
        package var values: [String]?

        /// A label with known values.
        package static func fixed(_ name: String, _ values: [String]) -> Label { Label(name: name, values: values) }

        /// A label such as the name of a monitor: the first hundred values stand for themselves, further ones as `other`.
        package static func free(_ name: String) -> Label { Label(name: name, values: nil) }
    }

    /// What stands for a value that is not known, or one too many.
    package static let other = "other"
    /// How many values a free label may have.
    package static let mostFreeValues = 100

    package var name: String
    package var kind: Instrument
    package var help: String
    package var labels: [Label]
    /// The values of the labels of the series that stand on the page from the start.
    package var initial: [[String]]

    /// - Parameter initial: `nil` for every combination of known values; for none if a label is free, or for a gauge, whose
    ///   value is not known before it is read.
    package init(_ name: String, _ kind: Instrument, _ help: String, labels: [Label] = [], initial: [[String]]? = nil) {
        (self.name, self.kind, self.help, self.labels) = (name, kind, help, labels)
        self.initial =
            initial ?? (kind == .gauge ? [] : nil)
            ?? labels.reduce([[]]) { found, label in
                found.flatMap { start in (label.values ?? []).map { start + [$0] } }
            }
    }

    /// The value with which a series counts.
    func value(_ given: String?, of label: Label, free: inout [String: Set<String>]) -> String {
        guard let given else { return Self.other }
        if let known = label.values { return known.contains(given) ? given : Self.other }
        if free[label.name, default: []].contains(given) { return given }
        guard free[label.name, default: []].count < Self.mostFreeValues else { return Self.other }
        free[label.name, default: []].insert(given)
        return given
    }
}
