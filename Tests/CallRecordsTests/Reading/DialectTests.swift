import CallRecords
import DialerEngine
import Statistics
import Testing

/// The same records in every way of writing them down.
@Suite(.timeLimit(.minutes(15)))
struct DialectTests {
    enum Encoding: CaseIterable {
        case utf8, utf8WithMark, latin1, utf16Little, utf16Big

        func bytes(_ text: String) -> [UInt8] {
            func wide(_ isBig: Bool) -> [UInt8] {
                "\u{FEFF}\(text)".utf16.flatMap {
                    isBig ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)]
                }
            }
            return switch self {
            case .utf8: Array(text.utf8)
            case .utf8WithMark: [0xEF, 0xBB, 0xBF] + Array(text.utf8)
            case .latin1: text.unicodeScalars.map { UInt8($0.value) }
            case .utf16Little: wide(false)
            case .utf16Big: wide(true)
            }
        }
    }

    struct Dialect {
        var delimiter = ","
        var lineEnd = "\n"
        var quotesAll = false
        var title = ""
        var endsWithLineEnd = true

        func text(_ rows: [[String]]) -> String {
            let lines = rows.map { row in
                row.map { cell in
                    let special = cell.unicodeScalars.contains { "\"\r\n\(delimiter)".unicodeScalars.contains($0) }
                    return quotesAll || special ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
                }.joined(separator: delimiter)
            }
            return title + lines.joined(separator: lineEnd) + (endsWithLineEnd ? lineEnd : "")
        }
    }

    /// Records with everything in them that a dialect can stumble over.
    static let rows: [[String]] = {
        var random = SplitMix64(seed: 7)
        let remarks = [
            "", "said \"later\"", "a, b; c", "tab\there", "two\nlines", "CRLF\r\nhere", "| bar", "\"", "plain",
            "größer", "  spaces  ",
        ]
        var rows = [
            ["Remark", "dialedAt", "outcome", "ringSeconds", "waitSeconds", "talkSeconds", "agent", "contact", "id"]
        ]
        for call in 0..<200 {
            let second = call * 37
            let time = "2026-03-1\(call % 4) 1\(second / 3600):\(second / 60 % 60 < 10 ? "0" : "")\(second / 60 % 60):"
            let isAnswered = call % 3 == 0
            rows.append([
                remarks[Int(random.next() % UInt64(remarks.count))],
                "\(time)\(second % 60 < 10 ? "0" : "")\(second % 60)",
                isAnswered ? "answered" : ["busy", "no-answer"][call % 2], "\(random.next() % 30)",
                isAnswered ? "\(random.next() % 9).\(random.next() % 10)" : "",
                isAnswered ? "0:0\(random.next() % 10):12" : "NULL",
                isAnswered ? ["Müller, A.", "O'Neil", "\"Q\""][Int(random.next() % 3)] : "",
                "contact \(random.next() % 60)",
                "\(call / 2 * 2 == call ? call : call)",
            ])
        }
        return rows
    }()

    /// What differs between two summaries.
    private func differences(_ left: CallSummary, _ right: CallSummary) -> [String] {
        let same = [
            "rows": left.rows == right.rows, "outcomes": left.outcomes == right.outcomes,
            "times": left.times == right.times,
            "patience": left.patience == right.patience, "agents": left.agents.count == right.agents.count,
            "contacts": left.contacts == right.contacts, "days": left.days == right.days,
        ]
        return same.filter { !$0.value }.map(\.key).sorted()
    }

    @Test(arguments: [",", ";", "\t", "|"], ["\n", "\r\n", "\r"])
    func anyDialectReadsTheSame(delimiter: String, lineEnd: String) throws {
        let reference = try RecordFiles.read(Dialect().text(Self.rows))
        #expect(reference.attempts == 200 && reference.agents.count == 3)
        for encoding in Encoding.allCases {
            for quotesAll in [false, true] {
                for title in ["", "sep=\(delimiter)\(lineEnd)", "The calls of a week\(lineEnd)\(lineEnd)"] {
                    var dialect = Dialect(delimiter: delimiter, lineEnd: lineEnd, quotesAll: quotesAll, title: title)
                    dialect.endsWithLineEnd = !quotesAll
                    let bytes = encoding.bytes(dialect.text(Self.rows))
                    let summary = try RecordFiles.read(
                        [bytes],
                        configure: { if encoding == .latin1 { $0.encoding = .latin1 } }
                    )
                    #expect(differences(summary, reference) == [], "\(encoding) \(quotesAll) \(title.debugDescription)")
                }
            }
        }
    }

    @Test
    func linesOfJSONReadTheSame() throws {
        let reference = try RecordFiles.read(Dialect().text(Self.rows))
        func quoted(_ text: String) -> String {
            let escaped = text.unicodeScalars.map { scalar -> String in
                switch scalar {
                case "\"", "\\": "\\\(scalar)"
                case "\n": "\\n"
                case "\r": "\\r"
                case "\t": "\\u0009"
                case "ö": "\\u00f6"
                default: String(scalar)
                }
            }
            return "\"\(escaped.joined())\""
        }
        let lines = Self.rows.dropFirst().enumerated().map { place, row in
            let members = zip(Self.rows[0], row).map { name, cell -> String in
                let isNumber = !cell.isEmpty && cell.allSatisfy { $0.isNumber || $0 == "." }
                return "\(quoted(name)):\(cell.isEmpty || cell == "NULL" ? "null" : isNumber ? cell : quoted(cell))"
            }
            let more = place % 2 == 0 ? ["\"more\": {\"deep\": [1, {\"a\": 2}], \"id\": 7}", "\"flag\":true"] : []
            // The order of members says nothing.
            return "{\((members.reversed() + more).joined(separator: ", "))}"
        }
        #expect(differences(try RecordFiles.read(lines.joined(separator: "\r\n")), reference) == [])
    }

    @Test
    func commasMarkDecimalsWhereSemicolonsDelimit() throws {
        let text =
            "dialedAt;outcome;waitSeconds;talkSeconds\n2026-03-10 09:00:00;answered;1,25;12.5\n2026-03-10 09:01:00;answered;2,5;13,5\n"
        let summary = try RecordFiles.read(text)
        #expect(summary.patience.connected.count == 2 && summary.patience.connected.smallest == 1.25)
        // One decimal mark holds for a column.
        #expect(summary.times[.talk]?.count == 1 && summary.times[.talk]?.mean == 12.5)
        #expect(summary.detail("value.unreadable")?.contains("talkSeconds 1") == true)
        for delimiter in ["\t", "|"] {
            let other = try RecordFiles.read(text.replacing(";", with: delimiter))
            #expect(other.patience.connected.count == 0)
            #expect(other.detail("value.unreadable")?.contains("waitSeconds 2") == true)
        }
    }

    @Test
    func quotesThatNeverCloseCostOneRow() throws {
        let good = (10..<40).map { "2026-03-10 09:\($0):00,busy,x" }
        var lines = ["dialedAt,outcome,remark"] + good
        lines[5] = "2026-03-10 09:14:00,busy,\"never closed"
        let summary = try RecordFiles.read(lines.joined(separator: "\n"))
        #expect(summary.rows.read == 30 && summary.rows.used == 29 && summary.rows.skipped == [.quoteOpen: 1])
        #expect(summary.detail("quote.open")?.contains("calls0.csv:6.") == true)
        // A mark that closes in the middle of a later cell was none that opened.
        lines[15] = "2026-03-10 09:24:00,busy,\"quoted\""
        let other = try RecordFiles.read(lines.joined(separator: "\n"))
        #expect(other.rows.used == 29 && other.rows.skipped == [.quoteOpen: 1])
        // Marks inside of a cell are letters.
        lines[5] = "2026-03-10 09:14:00,busy,5\" screen"
        #expect(try RecordFiles.read(lines.joined(separator: "\n")).rows.used == 30)
    }

    @Test
    func linesOfAnyLengthAndBytesOfZeroStopNothing() throws {
        let long = String(repeating: "x", count: 900_000)
        let tooLong = String(repeating: "y", count: 3_000_000)
        let text = """
            dialedAt,outcome,remark
            2026-03-10 09:00:00,busy,\(long)
            2026-03-10 09:01:00,busy,\(tooLong)
            2026-03-10 09:02:00,busy,"\(tooLong)"
            \0\0\0\0\0\02026-03-10 09:03:00,\0busy\0,\0
            2026-03-10 09:04:00,busy,z
            """
        let summary = try RecordFiles.read(text)
        #expect(summary.rows.read == 5 && summary.rows.used == 3)
        #expect(summary.rows.skipped == [.tooLong: 2])
    }

    @Test
    func rowsWithMoreCellsThanTheHeaderAreLeftOut() throws {
        let text = """
            dialedAt,outcome,talkSeconds
            2026-03-10 09:00:00,answered,1,5
            2026-03-10 09:01:00,answered,15,
            2026-03-10 09:02:00,answered
            Total,3,61,7
            """
        let summary = try RecordFiles.read(text)
        #expect(summary.rows.used == 2 && summary.rows.skipped == [.cellsTooMany: 1, .timeUnreadable: 1])
        #expect(summary.times[.talk]?.mean == 15)
    }
}
