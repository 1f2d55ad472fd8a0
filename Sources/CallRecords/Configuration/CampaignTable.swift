import ExactJSON

/// Rows of VICIdial's table of campaigns: SQL, delimited text, or the answer of its NON-AGENT_API.
enum CampaignTable {
    /// A row as an object of its columns; several rows as a list.
    static func read(_ text: String) throws(ConfigurationError) -> JSONValue {
        let rows = SQLRows.isSQL(text) ? try SQLRows.read(text) : try delimited(text)
        guard rows.count == 1 else { return .array(rows) }
        return rows[0]
    }

    /// The columns of `campaigns_list`, in their documented order.
    static let documentedColumns = [
        "campaign_id", "campaign_name", "active", "user_group", "dial_method", "dial_level", "lead_order",
        "dial_statuses",
        "dial_timeout", "dial_prefix", "manual_dial_prefix", "three_way_dial_prefix",
    ]

    static func row(_ columns: [String], _ values: [JSONValue]) -> JSONValue {
        var names: Set<String> = []
        return .object(
            zip(columns, values).compactMap { names.insert($0).inserted ? JSONValue.Member($0, $1) : nil }
        )
    }

    private static func delimited(_ text: String) throws(ConfigurationError) -> [JSONValue] {
        let firstLine = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
        if firstLine.hasPrefix("ERROR:") {
            throw ConfigurationError("the file holds an error of the NON-AGENT_API in place of a campaign")
        }
        let delimiter = [",", ";", "\t", "|"].max { left, right in count(left, firstLine) < count(right, firstLine) }
        let records = try records(text, UInt8(ascii: delimiter?.unicodeScalars.first ?? ","))
            .filter { $0.contains { !$0.allSatisfy(\.isWhitespace) } }
        guard let first = records.first, first.count > 1 else {
            throw ConfigurationError("the file is neither JSON nor XML, and no table of campaigns with columns")
        }
        let header = first.map { String($0.drop(while: \.isWhitespace)) }
        let words = header.map { $0.lowercased() }
        if words.contains("dial_method") || words.contains("campaign_id") {
            let rows = records.dropFirst().filter { $0 != first }
            guard !rows.isEmpty else { throw ConfigurationError("the file has a header and no campaign below it") }
            for row in rows where row.count != header.count {
                throw ConfigurationError(
                    "a row has \(row.count) fields and the header \(header.count); put values with delimiters in quotes"
                )
            }
            return rows.map { row(words, $0.map { .string($0) }) }
        }
        // The API writes no header unless it is asked for one; versions differ in the last columns.
        guard records.allSatisfy({ (6...100).contains($0.count) && isMethod($0[4]) }) else {
            throw ConfigurationError(
                "the file has no header with dial_method; ask the NON-AGENT_API for header=YES, or export the row with its columns"
            )
        }
        let columns = documentedColumns + (documentedColumns.count..<100).map { "field_\($0 + 1)" }
        return records.map { row(columns, $0.map { .string($0) }) }
    }

    private static func count(_ delimiter: String, _ line: Substring) -> Int {
        line.utf8.count { $0 == delimiter.utf8.first }
    }

    private static func isMethod(_ text: String) -> Bool {
        ["MANUAL", "RATIO", "INBOUND_MAN", "ADAPT_", "SHARED_"].contains { text.uppercased().hasPrefix($0) }
    }

    /// Fields by RFC 4180: quotes round a field, two quotes for one inside.
    private static func records(_ text: String, _ delimiter: UInt8) throws(ConfigurationError) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var wasQuoted = false
        var (line, quoteLine) = (1, 1)
        func take() {
            record.append(String(decoding: field, as: UTF8.self))
            (field, wasQuoted) = ([], false)
        }
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == 0x0A || byte == 0x0D && bytes.first != 0x0A { line += 1 }
            if isQuoted {
                if byte != 0x22 {
                    field.append(byte)
                } else if bytes.first == 0x22 {
                    field.append(byte)
                    bytes.removeFirst()
                } else {
                    (isQuoted, wasQuoted) = (false, true)
                }
            } else if byte == 0x22, field.isEmpty, !wasQuoted {
                (isQuoted, quoteLine) = (true, line)
            } else if byte == delimiter {
                take()
            } else if byte == 0x0A || byte == 0x0D {
                if byte == 0x0D, bytes.first == 0x0A { bytes.removeFirst() }
                take()
                records.append(record)
                record = []
            } else {
                field.append(byte)
            }
        }
        guard !isQuoted else {
            throw ConfigurationError("the quote that opens in line \(quoteLine) has no end; close it, or take it out")
        }
        if !field.isEmpty || wasQuoted || !record.isEmpty {
            take()
            records.append(record)
        }
        return records
    }
}
