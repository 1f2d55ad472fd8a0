import Addresses

/// Where the fields of a file lie.
struct RecordLayout: Hashable {
    /// What the rows of a file are.
    enum FileKind: Hashable {
        /// A call attempt in each row.
        case attempts
        /// VICIdial's Export Calls Report or `vicidial_log`.
        case vicidialCalls
        /// VICIdial's `vicidial_carrier_log`.
        case vicidialCarrier
        /// VICIdial's `vicidial_statuses`: what its words mean.
        case vicidialStatuses
        /// A state of an agent in each row.
        case agentStates
        /// VICIdial's `vicidial_agent_log`.
        case vicidialAgents
    }

    var kind: FileKind
    /// The place of each field by its number; -1 for a field that the file does not have.
    private var places = [Int](repeating: -1, count: RecordField.allCases.count)

    init(_ kind: FileKind) { self.kind = kind }

    subscript(field: RecordField) -> Int {
        get { places[field.rawValue] }
        set { places[field.rawValue] = newValue }
    }

    func has(_ field: RecordField) -> Bool { self[field] >= 0 }

    /// The names of columns that stand for no field.
    func unread(_ names: [[UInt8]]) -> [String] {
        ColumnNames(names.indices.filter { !places.contains($0) && !names[$0].isEmpty }.map { names[$0] }).names
    }

    /// The same without fields that a condition does not hold for.
    func keeping(where isKept: (RecordField) -> Bool) -> RecordLayout {
        var layout = self
        for field in RecordField.allCases where !isKept(field) { layout[field] = -1 }
        return layout
    }
}

/// The names of the columns of a file, and what is looked for among them.
struct ColumnNames {
    let names: [String]
    private let squeezed: [String]

    init(_ cells: [[UInt8]]) {
        names = cells.map { String(decoding: $0, as: UTF8.self) }
        squeezed = names.map(RecordField.squeezed)
    }

    /// The place of the column with one of these names, the first name first.
    func place(_ wanted: [String]) -> Int? {
        for name in wanted {
            if let place = names.firstIndex(of: name) { return place }
            let short = RecordField.squeezed(name)
            if let place = squeezed.firstIndex(of: short) { return place }
        }
        return nil
    }

    func has(_ wanted: String...) -> Bool { wanted.allSatisfy { place([$0]) != nil } }
}
