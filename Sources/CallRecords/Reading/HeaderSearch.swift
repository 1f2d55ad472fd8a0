import Addresses

/// Finds the header of a file, and with it the delimiter and what the columns mean.
struct HeaderSearch {
    /// The last line in which a header may stand.
    static let lastLine = 20

    var format: RecordFormat
    var choices: [ColumnChoice]
    /// Whether the file is a log of agents.
    var isAgentLog = false

    /// What was found.
    struct FoundHeader {
        /// Where the fields lie; in objects of JSON each may have any field.
        var layout: RecordLayout
        /// The cells of the header; empty for JSON, where every row names its values.
        var header: [[UInt8]]
        /// The names of columns: those of the header, or of the first objects.
        var columns: [[UInt8]]
        /// The names that stand for no field.
        var unread: [String]
        /// The number of lines above the header that are left out, without those that are blank.
        var linesAbove: Int
        /// Whether a comma may be a decimal mark.
        var hasDecimalCommas: Bool
    }

    /// Finds the header and passes over it, so that the first row comes next; nil for a file without rows.
    func find(_ reader: RowReader) throws(RecordsError) -> FoundHeader? {
        guard let first = reader.firstByte else { return nil }
        if reader.isLikeUTF16 {
            throw RecordsError(
                .form,
                "\(name(reader)) looks like UTF-16 without its byte order mark; save it as UTF-8 or with the mark."
            )
        }
        if first == UInt8(ascii: "[") {
            throw RecordsError(
                .form,
                "\(name(reader)) begins with `[`: an array of JSON is not read. "
                    + "Write one object a line, as `jq -c '.[]'` does."
            )
        }
        if first == UInt8(ascii: "{") { return try findKeys(reader) }
        return try findHeader(reader)
    }

    private func name(_ reader: RowReader) -> String { PrintableText.excerpt(reader.path, to: 300) }

    private func findKeys(_ reader: RowReader) throws(RecordsError) -> FoundHeader? {
        let rows = reader.glance(.jsonLines, lines: Self.lastLine)
        guard rows.contains(where: { !$0.cells.isEmpty }) else {
            throw RecordsError(
                .form,
                "\(name(reader)) has no whole object of JSON in its first \(Self.lastLine) lines. "
                    + "Write one object a line, of at most 1 MiB, as `jq -c` does."
            )
        }
        var keys: [[UInt8]] = []
        var known: Set<[UInt8]> = []
        for row in rows {
            for key in row.cells where known.insert(key).inserted {
                try Self.check(key, reader, row.line)
                keys.append(key)
            }
        }
        let columns = ColumnNames(keys)
        let (names, missing) = match(columns)
        // A column that was chosen may come in a later object.
        let required = missing.filter { isAgentLog || format == .vicidial || $0 == .dialedAt || $0 == .outcome }
        guard let names, required.isEmpty else { throw failure(reader, keys, required, isHeader: true) }
        reader.form = .jsonLines
        reader.fields = JSONFields(names)
        return FoundHeader(
            layout: names.everyField,
            header: [],
            columns: keys,
            unread: names.layout(in: columns).unread(keys),
            linesAbove: 0,
            hasDecimalCommas: false
        )
    }

    /// Refuses a file of JSON none of whose objects had a column that was chosen.
    func checkChoices(_ reader: RowReader, _ found: FoundHeader) throws(RecordsError) {
        guard let fields = reader.fields, !isAgentLog else { return }
        let missing = RecordField.named.filter { field in choices.contains { $0.field == field } && !fields.has(field) }
        if !missing.isEmpty { throw failure(reader, found.columns, missing, isHeader: true) }
    }

    private func findHeader(_ reader: RowReader) throws(RecordsError) -> FoundHeader? {
        let named = namedDelimiter(reader)
        let delimiters = named.map { [$0] } ?? [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
        var best: (delimiter: UInt8, row: RowReader.Glance, layout: RecordLayout)?
        var closest: (row: RowReader.Glance, missing: [RecordField])?
        for delimiter in delimiters {
            let rows = reader.glance(.delimited(by: delimiter, hasQuotes: true), lines: Self.lastLine)
                .filter { $0.line > 1 || named == nil }
            var found: (row: RowReader.Glance, layout: RecordLayout)?
            for row in rows where found == nil {
                let columns = ColumnNames(row.cells)
                let (names, missing) = match(columns)
                if let names, missing.isEmpty { found = (row, names.layout(in: columns)) }
            }
            if let found {
                if best.map({ $0.row.cells.count < found.row.cells.count }) ?? true {
                    best = (delimiter, found.row, found.layout)
                }
            } else if let row = Self.likelyHeader(rows) {
                // The delimiter that comes closest is the one to talk about: the most fields, then the most columns.
                let missing = match(ColumnNames(row.cells)).missing
                let isCloser = closest.map {
                    (missing.count, -row.filled) < ($0.missing.count, -$0.row.filled)
                }
                if isCloser ?? true { closest = (row, missing) }
            }
        }
        guard let best else {
            guard let closest else { return nil }
            let isHeader = Self.isLikeHeader(closest.row.cells)
            if isHeader { for cell in closest.row.cells { try Self.check(cell, reader, closest.row.line) } }
            throw failure(reader, closest.row.cells, closest.missing, isHeader: isHeader)
        }
        for cell in best.row.cells { try Self.check(cell, reader, best.row.line) }
        let isReport = best.layout.kind != .attempts && best.layout.kind != .agentStates
        // VICIdial's reports that are separated by tabs or bars know no quotation.
        let hasQuotes = !isReport || best.delimiter == UInt8(ascii: ",") || best.delimiter == UInt8(ascii: ";")
        reader.form = .delimited(by: best.delimiter, hasQuotes: true)
        var linesAbove = 0
        while try reader.next() != .end, reader.line < best.row.line {
            if reader.line > 1 || named == nil { linesAbove += reader.nextLine - reader.line }
        }
        reader.form = .delimited(by: best.delimiter, hasQuotes: hasQuotes)
        return FoundHeader(
            layout: best.layout,
            header: best.row.cells,
            columns: best.row.cells,
            unread: best.layout.unread(best.row.cells),
            linesAbove: linesAbove,
            hasDecimalCommas: best.delimiter == UInt8(ascii: ";")
        )
    }

    /// The row that its author meant as the header, though it lacks columns: the one with the most cells that are filled.
    ///
    /// A title above it has fewer. A record below it may have more, if a column has no name.
    private static func likelyHeader(_ rows: [RowReader.Glance]) -> RowReader.Glance? {
        let most = rows.map(\.filled).max() ?? 0
        guard let fullest = rows.firstIndex(where: { $0.filled == most }) else { return nil }
        guard !isLikeHeader(rows[fullest].cells) else { return rows[fullest] }
        return rows[..<fullest].last { $0.filled * 2 > most && isLikeHeader($0.cells) } ?? rows[fullest]
    }

    private static func check(_ name: [UInt8], _ reader: RowReader, _ line: Int) throws(RecordsError) {
        guard name.withUnsafeBufferPointer(\.isUTF8) else {
            throw .notUTF8("the name of a column", name, at: reader.place(line))
        }
    }

    /// The delimiter that a first line `sep=;` names.
    private func namedDelimiter(_ reader: RowReader) -> UInt8? {
        // With a delimiter that no file has, the line is one cell.
        let rows = reader.glance(.delimited(by: 0x01, hasQuotes: false), lines: 1)
        guard let line = rows.first?.cells.first else { return nil }
        let text = line.prefix(4).map { $0 | 0x20 }
        guard text.elementsEqual("sep=".utf8.map { $0 | 0x20 }) else { return nil }
        // A tab or a space behind the sign is white space, and gone.
        guard line.count == 5 else { return line.count == 4 ? UInt8(ascii: "\t") : nil }
        return line[4] == UInt8(ascii: "\"") ? nil : line[4]
    }

    private func match(_ columns: ColumnNames) -> (names: FieldNames?, missing: [RecordField]) {
        func checked(_ names: FieldNames, _ required: [RecordField]) -> (FieldNames?, [RecordField]) {
            let layout = names.layout(in: columns)
            return (names, required.filter { !layout.has($0) })
        }
        if isAgentLog {
            if format != .columns, let names = FieldNames.vicidialAgents(columns) { return (names, []) }
            if format == .vicidial { return (nil, RecordField.logged) }
            return checked(.columns(.agentStates, RecordField.logged, choices: []), RecordField.logged)
        }
        if format == .vicidial || (format == .auto && choices.isEmpty), let names = FieldNames.vicidial(columns) {
            return (names, [])
        }
        if format == .vicidial { return (nil, [.dialedAt, .outcome]) }
        let required = RecordField.named.filter { field in
            field == .dialedAt || field == .outcome || choices.contains { $0.field == field }
        }
        return checked(.columns(.attempts, RecordField.named, choices: choices), required)
    }

    /// Whether cells can be names of columns; those of a record may name a person, and are not shown.
    private static func isLikeHeader(_ cells: [[UInt8]]) -> Bool {
        cells.count > 1
            && !cells.contains { cell in
                let digits = cell.count { (0x30...0x39).contains($0) }
                return digits > 2 || digits == cell.count && digits > 0 || cell.contains(UInt8(ascii: "@"))
            }
    }

    private func failure(
        _ reader: RowReader,
        _ cells: [[UInt8]],
        _ missing: [RecordField],
        isHeader: Bool
    ) -> RecordsError {
        guard isHeader else {
            return RecordsError(
                .columns,
                "\(name(reader)) has no header in its first \(Self.lastLine) lines. "
                    + "Export it with the names of its columns in the first line."
            )
        }
        let names = ColumnNames(cells).names.filter { !$0.isEmpty }
        let shown = names.prefix(50).map { PrintableText.excerpt($0, to: 40) }.joined(separator: ", ")
        let more = names.count > 50 ? " and \(names.count - 50) more" : ""
        if format == .vicidial {
            let wanted =
                isAgentLog ? "vicidial_agent_log" : "the Export Calls Report, vicidial_log or vicidial_carrier_log"
            return RecordsError(
                .columns,
                "\(name(reader)) is not \(wanted): its columns are \(shown)\(more). Read it with `--format columns`."
            )
        }
        let wanted = missing.map { field in
            choices.last { $0.field == field }.map { "\(field.name) (\(PrintableText.excerpt($0.column, to: 40)))" }
                ?? field.name
        }
        let one = missing.count == 1
        let advice =
            isAgentLog
            ? "A log of agents has the columns agent, from, to and state."
            : "Name \(one ? "it" : "them") with "
                + missing.map { "`--columns \($0.name)=NAME`" }.joined(separator: " and ") + "."
        return RecordsError(
            .columns,
            "\(name(reader)) has no \(one ? "column" : "columns") for \(wanted.joined(separator: " and ")); "
                + "its columns are \(shown)\(more). \(advice)"
        )
    }
}
