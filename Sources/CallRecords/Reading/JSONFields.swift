/// Which values of the objects of a file of JSON are fields: every row names its values anew, and may leave some out.
struct JSONFields {
    /// What each name that is looked for stands for, as it is compared, and as it was meant.
    private var wanted: [String: [(name: String, use: Use)]] = [:]
    /// What is known of the names of values so far.
    private var known: [[UInt8]: [Use]] = [:]
    /// The fields that a row had, by their numbers.
    private var seen = [Bool](repeating: false, count: RecordField.allCases.count)
    /// The first name that is not UTF-8.
    private(set) var foreign: [UInt8]?

    /// A field for which a name stands.
    struct Use {
        var field: RecordField
        /// How far down it is in the names of the field; one that is written differently comes behind its own.
        var rank: Int
    }

    /// The most names that are remembered; rows that use more cost time and no memory.
    private static let mostKnown = 4096

    init(_ names: FieldNames) {
        for (field, names) in names.names {
            for (place, name) in names.enumerated() {
                wanted[RecordField.squeezed(name), default: []].append((name, Use(field: field, rank: 2 * place)))
            }
        }
    }

    /// Whether a row had a field.
    func has(_ field: RecordField) -> Bool { seen[field.rawValue] }

    /// The fields for which a name stands.
    mutating func uses(of name: [UInt8]) -> [Use] {
        if let uses = known[name] { return uses }
        if foreign == nil, !name.withUnsafeBufferPointer(\.isUTF8) { foreign = name }
        let text = String(decoding: name, as: UTF8.self)
        let uses = (wanted[RecordField.squeezed(text)] ?? []).map { name, use in
            Use(field: use.field, rank: use.rank + (name == text ? 0 : 1))
        }
        for use in uses { seen[use.field.rawValue] = true }
        if known.count >= Self.mostKnown { known.removeAll(keepingCapacity: true) }
        known[name] = uses
        return uses
    }
}
