import CallRecords
import DialerEngine
import ExactJSON
import Statistics
import Testing

/// Columns that are found, named or missing, and words that are known or not.
@Suite(.timeLimit(.minutes(15)))
struct HeaderTests {
    @Test(arguments: [
        "dialedAt,outcome", "DIALED_AT,Outcome", "Dialed At,outcome", "dialled-at,RESULT", "call_date,status",
        "timestamp,Call Result",
    ])
    func namesAreFoundHoweverTheyAreWritten(header: String) throws {
        #expect(try RecordFiles.read("\(header)\n2026-03-10 09:00:00,busy\n").rows.used == 1)
    }

    @Test
    func ownNamesComeBeforeOthers() throws {
        let text = "status,outcome,timestamp,dialedAt\nx,busy,2020-01-01 00:00:00,2026-03-10 09:00:00\n"
        #expect(try RecordFiles.read(text).span.from.description == "2026-03-10T09:00:00.000Z")
    }

    @Test
    func missingColumnsAreNamedWithTheFlag() {
        let text = "Anrufzeit;Ergebnis;Dauer\n2026-03-10 09:00:00;busy;7\n"
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(text) }
        #expect(error?.code == .columns)
        #expect(
            error?.message.hasSuffix(
                "calls0.csv has no columns for dialedAt and outcome; its columns are Anrufzeit, Ergebnis, Dauer. "
                    + "Name them with `--columns dialedAt=NAME` and `--columns outcome=NAME`."
            ) == true
        )
    }

    @Test
    func namedColumnsAreTaken() throws {
        let text = "Anrufzeit;Ergebnis;Dauer\n2026-03-10 09:00:00;busy;7\n"
        let columns = ["dialedAt=Anrufzeit", "OUTCOME=ergebnis", "ringSeconds=Dauer"].compactMap { ColumnChoice($0) }
        let summary = try RecordFiles.read(text) { $0.columns = columns }
        #expect(summary.times[.ringing(.busy)]?.mean == 7)
        let wrong = #expect(throws: RecordsError.self) {
            try RecordFiles.read(text) { $0.columns = columns + [ColumnChoice("agent=Agentin")].compactMap(\.self) }
        }
        #expect(wrong?.message.contains("no column for agent (Agentin)") == true)
        #expect(ColumnChoice("dialedAt") == nil && ColumnChoice("nothing=a") == nil && ColumnChoice("agent=") == nil)
    }

    @Test
    func cellsOfARecordAreNoNames() {
        let text = "2026-03-10 09:00:00,busy,Erika Mustermann,+49301234567\n2026-03-10 09:00:00,busy,Max,+49301234568\n"
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(text) }
        #expect(error?.code == .columns && error?.message.contains("has no header in its first 20 lines") == true)
        #expect(error?.message.contains("Erika") == false && error?.message.contains("01234567") == false)
    }

    @Test
    func aHeaderMayStandInTheFirstTwentyLines() throws {
        let row = "dialedAt,outcome\n2026-03-10 09:00:00,busy\n"
        #expect(try RecordFiles.read(String(repeating: "about\n", count: 19) + row).rows.read == 1)
        #expect(throws: RecordsError.self) { try RecordFiles.read(String(repeating: "about\n", count: 20) + row) }
    }

    @Test(
        "lines that are blank are neither rows nor left out",
        arguments: [
            ("\n\ndialedAt,outcome\n2026-03-10 09:00:00,busy\n", nil),
            ("   \ndialedAt,outcome\n2026-03-10 09:00:00,busy\n \t\n", nil),
            ("Title\n\n\ndialedAt,outcome\n2026-03-10 09:00:00,busy\n   ", "The line above"),
            ("Title\n\nof two\ndialedAt,outcome\n\n2026-03-10 09:00:00,busy\n", "The 2 lines above"),
            ("sep=,\n\ndialedAt,outcome\n2026-03-10 09:00:00,busy\n", nil),
            ("{\"dialedAt\":\"2026-03-10 09:00:00\",\"outcome\":\"busy\"}\n   \n", nil),
        ] as [(String, String?)]
    )
    func blankLines(_ text: String, _ above: String?) throws {
        let summary = try RecordFiles.read(text)
        #expect(summary.rows.read == 1 && summary.rows.used == 1)
        #expect(
            above.map { summary.detail("header.above")?.hasPrefix($0) == true }
                ?? (summary.detail("header.above") == nil)
        )
    }

    @Test
    func unknownWordsAreListedWithCountsAndWithoutNumbers() throws {
        var text = "dialedAt,outcome\n"
        for word in 0..<60 {
            for _ in 0...word {
                text += "2026-03-10 09:00:00,odd\(String(UnicodeScalar(UInt8(65 + word % 26))))\(word / 26)\n"
            }
        }
        text +=
            "2026-03-10 09:00:00,call 4930123456 back\n2026-03-10 09:00:00,call 4930999999 back\n2026-03-10 09:00:00,busy\n"
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(text) }
        let message = try #require(error?.message)
        #expect(error?.code == .words)
        #expect(message.contains("  oddH2  60\n  oddG2  59\n"))
        #expect(message.contains("and 11 more words"))
        #expect(!message.contains("4930"))
        #expect(shownWords(message) == 50)
        let named = (0..<60).compactMap {
            OutcomeChoice("ODD\(String(UnicodeScalar(UInt8(65 + $0 % 26))))\($0 / 26)=skip")
        }
        let choices =
            named + ["call 4930123456 back=no-answer", "call 4930999999 back=busy"].compactMap { OutcomeChoice($0) }
        let summary = try RecordFiles.read(text) { $0.outcomes = choices }
        #expect(summary.rows.used == 3 && summary.rows.skipped == [.outcomeSkipped: 1830])
        #expect(
            OutcomeChoice("a=b") == nil && OutcomeChoice("=busy") == nil && OutcomeChoice("x=y=busy")?.word == "x=y"
        )
    }

    private func shownWords(_ message: String) -> Int {
        message.split(separator: "\n").count { $0.hasPrefix("  odd") || $0.hasPrefix("  call") }
    }

    @Test
    func rowsWithoutAWordOrTimeAreCounted() throws {
        let text = "dialedAt,outcome\n2026-03-10 09:00:00,busy\n2026-03-10 09:00:00,NULL\n,busy\nTotal,unheard of\n"
        #expect(try RecordFiles.read(text).rows.skipped == [.outcomeMissing: 1, .timeUnreadable: 2])
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read("dialedAt,outcome\nTotal,7\nx,\n") }
        #expect(error?.message.contains("None of 2 rows is an attempt (dialedAt.unreadable 2)") == true)
    }

    @Test
    func constantColumnsAndOverlapsAreWarnedOf() throws {
        var text = "dialedAt,outcome,ringSeconds,talkSeconds,agent\n"
        for call in 0..<40 { text += "2026-03-10 09:\(call + 10):00,answered,\(call % 5),90,anna\n" }
        let summary = try RecordFiles.read(text)
        #expect(summary.codes == ["talk.overlap", "column.constant"])
        #expect(summary.detail("talk.overlap")?.hasPrefix("39 conversations") == true)
        let missing = summary.warnings.filter { $0.code == "column.missing" }.map(\.detail)
        #expect(
            missing.count == 4
                && missing[0] == "No file has the column waitSeconds: they do not say how long callers waited. "
                    + "If another column holds it, name that with `--columns waitSeconds=NAME`."
        )
    }

    @Test
    func aReservoirIsSaid() throws {
        var text = "dialedAt,outcome,ringSeconds\n"
        for call in 0..<100_001 { text += "\(1_700_000_000 + call),busy,\(call % 50)\n" }
        let summary = try RecordFiles.read(text)
        #expect(summary.codes == ["reservoir"])
        let times = try #require(summary.times[.ringing(.busy)])
        #expect(times.count == 100_001 && times.heldCount == 100_000)
        #expect(try RecordFiles.read(text) { $0.seed = 1 }.times == summary.times)
        #expect(try RecordFiles.read(text) { $0.seed = 2 }.times != summary.times)
    }
}
