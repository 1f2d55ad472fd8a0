import Addresses
import ExactJSON

/// The rows of `INSERT` statements of MySQL, with columns named there or in a `CREATE TABLE` before.
struct SQLRows {
    private enum Token: Equatable {
        case name(String), text(String), symbol(UInt8)
    }

    /// Whether a statement of a text inserts a row.
    static func isSQL(_ text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).contains { line in
            let start = line.drop { $0.isWhitespace || $0 == ";" }.prefix(10).uppercased()
            return start.hasPrefix("INSERT ") || start.hasPrefix("REPLACE ") || start.hasPrefix("CREATE TAB")
        }
    }

    static func read(_ text: String) throws(ConfigurationError) -> [JSONValue] {
        var reader = SQLRows(tokens: try tokens(Array(text.utf8)))
        try reader.statements()
        guard !reader.rows.isEmpty else {
            throw reader.failure
                ?? ConfigurationError("the file inserts no row into vicidial_campaigns or a table with dial_method")
        }
        return reader.rows
    }

    private let tokens: [Token]
    private var position = 0
    private var columns: [String: [String]] = [:]
    private var rows: [JSONValue] = []
    /// Why the first insert was left out; nil if each one was read, or is certainly of another table.
    private var failure: ConfigurationError?

    private init(tokens: [Token]) { self.tokens = tokens }

    private var current: Token? { position < tokens.count ? tokens[position] : nil }

    private mutating func skip(_ word: String) -> Bool {
        guard case .name(let name) = current, name.uppercased() == word else { return false }
        position += 1
        return true
    }

    private mutating func skip(symbol: UnicodeScalar) -> Bool {
        guard current == .symbol(UInt8(ascii: symbol)) else { return false }
        position += 1
        return true
    }

    private mutating func name() -> String? {
        guard case .name(let name) = current else { return nil }
        position += 1
        return name
    }

    private mutating func statements() throws(ConfigurationError) {
        while current != nil {
            if skip("CREATE") {
                if skip("TABLE") { createTable() }
            } else if skip("INSERT") || skip("REPLACE") {
                let table = target()
                // A dump of several tables is fine; what cannot be read in another one takes nothing away.
                do throws(ConfigurationError) { try insert(into: table) } catch {
                    if Self.isOfCampaigns(table, []) { throw error }
                    failure = failure ?? error
                }
            }
            while current != nil, !skip(symbol: ";") { position += 1 }
        }
    }

    /// The name of a table, without the database before it.
    private mutating func table() -> String {
        var table = name() ?? ""
        while skip(symbol: "."), let next = name() { table = next }
        return table
    }

    private mutating func createTable() {
        while skip("IF") || skip("NOT") || skip("EXISTS") {}
        let table = table()
        guard skip(symbol: "(") else { return }
        var names: [String] = []
        var depth = 1
        var isFirst = true
        while depth > 0, let token = current {
            position += 1
            switch token {
            case .symbol(UInt8(ascii: "(")): depth += 1
            case .symbol(UInt8(ascii: ")")): depth -= 1
            case .symbol(UInt8(ascii: ",")) where depth == 1: isFirst = true
            case .name(let name) where isFirst && depth == 1:
                isFirst = false
                let keys = [
                    "PRIMARY", "KEY", "UNIQUE", "INDEX", "CONSTRAINT", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK",
                ]
                if !keys.contains(name.uppercased()) { names.append(name.lowercased()) }
            default: break
            }
        }
        columns[table] = names
    }

    /// Whether rows of a table are campaigns; it may have another name than VICIdial's, as copies do.
    private static func isOfCampaigns(_ table: String, _ columns: [String]) -> Bool {
        table.lowercased() == "vicidial_campaigns" || columns.contains("dial_method")
    }

    /// The table of an insert.
    private mutating func target() -> String {
        while skip("LOW_PRIORITY") || skip("DELAYED") || skip("HIGH_PRIORITY") || skip("IGNORE") || skip("INTO") {}
        return table()
    }

    private mutating func insert(into table: String) throws(ConfigurationError) {
        if skip("SET") { return assignments(table) }
        var names = columns[table]
        if skip(symbol: "(") {
            var listed: [String] = []
            while let name = name() {
                listed.append(name.lowercased())
                _ = skip(symbol: ",")
            }
            guard skip(symbol: ")") else { throw Self.unreadable("the columns of \(PrintableText.excerpt(table))") }
            names = listed
        }
        guard skip("VALUES") || skip("VALUE") else {
            throw Self.unreadable("the insert into \(PrintableText.excerpt(table))")
        }
        repeat {
            if let names, !Self.isOfCampaigns(table, names) { return }
            guard skip(symbol: "("), let values = values() else { throw Self.unreadable("the values of a row") }
            guard let names else {
                throw ConfigurationError(
                    "the insert names no columns; dump the row with --complete-insert, or with its CREATE TABLE before"
                )
            }
            guard names.count == values.count else {
                throw ConfigurationError("the insert names \(names.count) columns and gives \(values.count) values")
            }
            rows.append(CampaignTable.row(names, values))
        } while skip(symbol: ",")
    }

    private static func unreadable(_ what: String) -> ConfigurationError {
        ConfigurationError("the file begins like SQL, and \(what) cannot be read")
    }

    /// The values up to the closing bracket; what is more than a literal, such as a function, is its text.
    private mutating func values() -> [JSONValue]? {
        var values: [JSONValue] = []
        while let value = value(until: [UInt8(ascii: ","), UInt8(ascii: ")")]) {
            values.append(value)
            if skip(symbol: ",") { continue }
            return skip(symbol: ")") ? values : nil
        }
        return nil
    }

    private mutating func assignments(_ table: String) {
        var names: [String] = []
        var values: [JSONValue] = []
        while let name = name(), skip(symbol: "=") {
            guard let value = value(until: [UInt8(ascii: ","), UInt8(ascii: ";")]) else { break }
            names.append(name.lowercased())
            values.append(value)
            guard skip(symbol: ",") else { break }
        }
        if !names.isEmpty, Self.isOfCampaigns(table, names) { rows.append(CampaignTable.row(names, values)) }
    }

    private mutating func value(until ends: [UInt8]) -> JSONValue? {
        var words: [String] = []
        var isNull = false
        var depth = 0
        while let token = current {
            if case .symbol(let symbol) = token, depth == 0, ends.contains(symbol) { break }
            position += 1
            switch token {
            case .text(let text): words.append(text)
            case .name(let name):
                isNull = words.isEmpty && name.uppercased() == "NULL"
                // `_utf8mb4'text'` names the character set of the text.
                if !name.hasPrefix("_") { words.append(name) }
            case .symbol(let symbol):
                if symbol == UInt8(ascii: "(") { depth += 1 }
                if symbol == UInt8(ascii: ")") { depth -= 1 }
                words.append(String(UnicodeScalar(symbol)))
            }
        }
        guard current != nil || ends.contains(UInt8(ascii: ";")) else { return nil }
        return isNull && words.count == 1 ? .null : .string(words.joined())
    }

    private static func tokens(_ bytes: [UInt8]) throws(ConfigurationError) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        func at(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x20, 0x09...0x0D: index += 1
            case UInt8(ascii: "-") where at(1) == byte && (at(2) <= 0x20):
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
            case UInt8(ascii: "/") where at(1) == UInt8(ascii: "*"):
                index += 2
                while index < bytes.count, !(bytes[index] == UInt8(ascii: "*") && at(1) == UInt8(ascii: "/")) {
                    index += 1
                }
                index = min(bytes.count, index + 2)
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
                guard let (content, end) = literal(bytes, index) else {
                    throw ConfigurationError("the file begins like SQL, and a text in it has no end")
                }
                tokens.append(byte == UInt8(ascii: "`") ? .name(content) : .text(content))
                index = end
            case _ where isWord(byte):
                let start = index
                while index < bytes.count, isWord(bytes[index]) { index += 1 }
                tokens.append(.name(text(start..<index)))
            default:
                tokens.append(.symbol(byte))
                index += 1
            }
        }
        return tokens
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24, 0x80...: true
        default: false
        }
    }

    /// The text in quotes that begins here, and where it ends.
    private static func literal(_ bytes: [UInt8], _ start: Int) -> (String, Int)? {
        let quote = bytes[start]
        var content: [UInt8] = []
        var index = start + 1
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`"), index + 1 < bytes.count {
                switch bytes[index + 1] {
                case UInt8(ascii: "n"): content.append(0x0A)
                case UInt8(ascii: "r"): content.append(0x0D)
                case UInt8(ascii: "t"): content.append(0x09)
                case UInt8(ascii: "0"): content.append(0x20)
                case let next: content.append(next)
                }
                index += 2
            } else if byte == quote {
                guard index + 1 < bytes.count, bytes[index + 1] == quote else {
                    return (String(decoding: content, as: UTF8.self), index + 1)
                }
                content.append(quote)
                index += 2
            } else {
                content.append(byte)
                index += 1
            }
        }
        return nil
    }
}
