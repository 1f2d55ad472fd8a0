import Addresses
import ExactJSON

/// Every leaf of a configuration, with what became of it: ignored, until a reader takes it.
struct SettingsSheet {
    private struct Leaf {
        /// The names on the way, list positions left out, as they are compared.
        var words: [String]
        var value: JSONValue
    }

    private(set) var settings: [ImportedSetting] = []
    private var leaves: [Leaf] = []
    /// The leaves inside the campaign, by their last word.
    private var places: [String: [Int]] = [:]

    /// Lists the leaves of a file.
    ///
    /// - Parameter scope: The path of the campaign; leaves elsewhere are listed and never taken.
    init(_ tree: JSONValue, scope: [String]) {
        add(tree, path: [], isInside: scope.isEmpty, scope)
        if leaves.isEmpty { add(.null, path: ["(empty)"], isInside: false, []) }
    }

    private mutating func add(_ value: JSONValue, path: [String], isInside: Bool, _ scope: [String]) {
        let isInside = isInside || path == scope
        switch value {
        case .object(let members) where !members.isEmpty:
            for member in members { add(member.value, path: path + [member.name], isInside: isInside, scope) }
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                add(element, path: path + [String(index)], isInside: isInside, scope)
            }
        default:
            var words = path.filter { Int($0) == nil }.map(Self.word)
            // The text of an XML element with attributes goes by the name of the element.
            if words.last == "#text", words.count > 1 { words.removeLast() }
            let why = isInside ? value == .null ? "it has no value" : Self.usual : Self.elsewhere
            let name = PrintableText.line(path.joined(separator: "."), limit: 400)
            settings.append(ImportedSetting(name: name, state: .ignored, to: nil, why: why))
            if isInside, let last = words.last { places[last, default: []].append(leaves.count) }
            leaves.append(Leaf(words: words, value: value))
        }
    }

    /// A name as it is compared: dialers write `dialing_mode`, `dialingMode` and `DialingMode`.
    static func word(_ name: String) -> String {
        String(
            decoding: name.utf8.compactMap { byte in
                switch byte {
                case 0x5F, 0x2D, 0x20: nil
                case 0x41...0x5A: byte | 0x20
                default: byte
                }
            },
            as: UTF8.self
        )
    }

    private static let usual = "nothing in a scenario depends on it"
    private static let elsewhere = "it is not part of the campaign"
    /// Names that say nothing without the section they stand in.
    private static let parts: Set = ["days", "hours", "minutes", "seconds", "enabled"]

    /// The leaf of one of these names that has a value; of several names the first that is there.
    ///
    /// Of several leaves of a name it is the one with the fewest steps on the way, so that a campaign's own setting goes
    /// before one of something inside it.
    ///
    /// - Parameter parent: A name on the way to it.
    func first(_ names: String..., under parent: String? = nil) -> Int? { first(names, under: parent) }

    func first(_ names: [String], under parent: String? = nil) -> Int? {
        for name in names {
            let found = (places[Self.word(name)] ?? []).filter { index in
                leaves[index].value != .null
                    && parent.map { leaves[index].words.dropLast().contains(Self.word($0)) } ?? true
            }
            if let nearest = found.min(by: { leaves[$0].words.count < leaves[$1].words.count }) { return nearest }
        }
        return nil
    }

    /// Whether one of these names stands on the way to any leaf of the campaign.
    func hasSection(_ names: String...) -> Bool {
        let words = Set(names.map(Self.word))
        return places.values.contains { $0.contains { leaves[$0].words.dropLast().contains(where: words.contains) } }
    }

    /// All leaves below a name, such as the days, hours, minutes and seconds of a duration.
    ///
    /// Of several sections of that name it is the one with the fewest steps on the way.
    ///
    /// - Parameter parent: A name on the way to it.
    func all(under name: String, in parent: String? = nil) -> [Int] {
        let (word, parent) = (Self.word(name), parent.map(Self.word))
        var nearest: [String]?
        var found: [(index: Int, section: [String])] = []
        for index in places.values.joined().sorted() {
            let way = leaves[index].words.dropLast()
            let start = parent.map { way.firstIndex(of: $0) } ?? way.startIndex
            guard let start, let end = way[start...].firstIndex(of: word) else { continue }
            let section = Array(way[...end])
            found.append((index, section))
            if nearest.map({ section.count < $0.count }) ?? true { nearest = section }
        }
        return found.filter { $0.section == nearest }.map(\.index)
    }

    /// The last word of a leaf as the file has it.
    func title(_ index: Int) -> String {
        steps(index).last { Int($0) == nil && $0 != "#text" } ?? settings[index].name
    }

    /// The section of one of these names on the way to a leaf, as the file has it.
    func section(_ names: [String], of index: Int) -> String {
        let words = Set(names.map(Self.word))
        return steps(index).first { words.contains(Self.word($0)) } ?? title(index)
    }

    private func steps(_ index: Int) -> [String] { settings[index].name.split(separator: ".").map(String.init) }

    func word(_ index: Int) -> String { leaves[index].words.last ?? "" }

    /// The text of a leaf without white space round it; nil if it is empty or null.
    func text(_ index: Int) -> String? {
        let text =
            switch leaves[index].value {
            case .string(let text): text
            case .number(let literal): literal
            case .bool(let flag): flag ? "true" : "false"
            case .null, .array, .object: ""
            }
        let bare = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        return bare.isEmpty || bare == "NULL" || bare == "\\N" ? nil : bare
    }

    /// The truth of a leaf, as dialers write it.
    func flag(_ index: Int?) -> Bool? {
        guard let text = index.flatMap(text)?.lowercased() else { return nil }
        if ["true", "y", "yes", "1", "on", "enabled"].contains(text) { return true }
        return ["false", "n", "no", "0", "off", "disabled"].contains(text) ? false : nil
    }

    func number(_ index: Int) -> ExactDecimal? {
        guard let text = text(index), text.utf8.count <= 40 else { return nil }
        return ExactDecimal(text)
    }

    mutating func mark(_ index: Int, _ state: ImportedSetting.State, to path: String? = nil, _ why: String) {
        settings[index].state = state
        settings[index].to = path
        settings[index].why = why
        guard state != .ignored, !Self.parts.contains(word(index)) else { return }
        for other in places[word(index)] ?? [] where other != index && settings[other].why == Self.usual {
            settings[other].why = "another setting of the file gives it"
        }
    }

    /// Says why settings of these names are ignored, where they are.
    mutating func ignore(_ names: [String], _ why: String) {
        for name in names {
            for index in places[Self.word(name)] ?? [] where settings[index].state == .ignored {
                settings[index].why = why
            }
        }
    }
}
