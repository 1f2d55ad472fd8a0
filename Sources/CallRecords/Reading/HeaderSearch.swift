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
        var layout: RecordLayout
        /// The cells of the header; empty for JSON, where every row names its values.
        var header: [[UInt8]]
        /// The number of lines above the header that are left out.
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
        var keys: [[UInt8]] = []
        for row in reader.glance(.jsonLines, lines: Self.lastLine) {
            for key in row.cells where !keys.contains(key) && keys.count < RowReader.mostCells { keys.append(key) }
        }
        let (layout, missing) = match(ColumnNames(keys))
        guard let layout, missing.isEmpty else { throw failure(reader, keys, missing, isHeader: true) }
        reader.form = .jsonLines
        reader.keys = keys
        return FoundHeader(layout: layout, header: [], linesAbove: 0, hasDecimalCommas: false)
    }

    private func findHeader(_ reader: RowReader) throws(RecordsError) -> FoundHeader? {
        let named = namedDelimiter(reader)
        let delimiters = named.map { [$0] } ?? [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
        var best: (delimiter: UInt8, row: RowReader.Glance, layout: RecordLayout)?
        var widest: (row: RowReader.Glance, missing: [RecordField])?
        for delimiter in delimiters {
            for row in reader.glance(.delimited(by: delimiter, hasQuotes: true), lines: Self.lastLine) {
                if row.line == 1, named != nil { continue }
                let (layout, missing) = match(ColumnNames(row.cells))
                if let layout, missing.isEmpty {
                    if best.map({ $0.row.cells.count < row.cells.count }) ?? true { best = (delimiter, row, layout) }
                    break
                }
                // The line that comes closest is the one to talk about: the most fields, then the most columns.
                let isCloser = widest.map {
                    (missing.count, -row.cells.count) < ($0.missing.count, -$0.row.cells.count)
                }
                if isCloser ?? true { widest = (row, missing) }
            }
        }
        guard let best else {
            guard let widest else { return nil }
            throw failure(reader, widest.row.cells, widest.missing, isHeader: Self.isLikeHeader(widest.row.cells))
        }
        let isReport = best.layout.kind != .attempts && best.layout.kind != .agentStates
        // VICIdial's reports that are separated by tabs or bars know no quotation.
        let hasQuotes = !isReport || best.delimiter == UInt8(ascii: ",") || best.delimiter == UInt8(ascii: ";")
        reader.form = .delimited(by: best.delimiter, hasQuotes: true)
        while try reader.next() != .end, reader.line < best.row.line {}
        reader.form = .delimited(by: best.delimiter, hasQuotes: hasQuotes)
        return FoundHeader(
            layout: best.layout,
            header: best.row.cells,
            linesAbove: best.row.line - (named == nil ? 1 : 2),
            hasDecimalCommas: best.delimiter == UInt8(ascii: ";")
        )
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

    private func match(_ names: ColumnNames) -> (layout: RecordLayout?, missing: [RecordField]) {
        if isAgentLog {
            if format != .columns, let layout = names.vicidialAgents { return (layout, []) }
            if format == .vicidial { return (nil, RecordField.logged) }
            let found = names.columns(.agentStates, RecordField.logged, choices: [])
            return (found.layout, found.missing)
        }
        if format == .vicidial || (format == .auto && choices.isEmpty), let layout = names.vicidial {
            return (layout, [])
        }
        if format == .vicidial { return (nil, [.dialedAt, .outcome]) }
        let found = names.columns(.attempts, RecordField.named, choices: choices)
        return (found.layout, found.missing)
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
        let names = ColumnNames(cells).names
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
