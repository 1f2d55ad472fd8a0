import Testing

@testable import CallRecords

/// What a message advises has to be right for the file that it is about.
@Suite(.timeLimit(.minutes(15)))
struct AdviceTests {
    @Test("an unknown word is to be mapped by its reader, not by an example")
    func unknownWords() {
        let text = "dialedAt,outcome\n2026-03-10 09:00:00,Keine Antwort\n"
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(text) }
        #expect(
            error?.message.hasSuffix(
                "Say what each stands for with `--outcomes \"Keine Antwort=OUTCOME\"`; "
                    + "OUTCOME is busy, no-answer, dial-tone, voicemail, answered, abandoned, skip."
            ) == true
        )
        #expect(error?.message.contains("=answered") == false)
    }

    @Test(
        "a header that lacks columns is the line with the most names",
        arguments: [
            "Anrufliste Kampagne Frühling,,,,\nZeit,Ergebnis,Dauer,Agentin,Kunde\n2026-03-10 09:00:00,busy,1,a,b\n",
            "Status,,,,\n\nZeit,Ergebnis,Dauer,Agentin,Kunde\n",
            "Zeit,Ergebnis,Dauer,Agentin,Kunde,\n2026-03-10 09:00:00,busy,1,a,b,c\n",
            "sep=;\nZeit;Ergebnis;Dauer;Agentin;Kunde\n2026-03-10 09:00:00;busy;1;a;b\n",
        ]
    )
    func header(_ text: String) {
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(text) }
        let shown = "its columns are Zeit, Ergebnis, Dauer, Agentin, Kunde. Name them"
        #expect(error?.message.contains(shown) == true, "\(error?.message ?? "")")
    }

    @Test("a column that is missing is named with its flag, and the columns that are there stand below")
    func missingColumns() throws {
        let text = "dialedAt,outcome,Dauer,Agentin,ring\n2026-03-10 09:00:00,busy,1,a,2\n"
        let missing = try RecordFiles.read(text).warnings.filter { $0.code == "column.missing" }.map(\.detail)
        #expect(
            missing.contains(
                "No file has the column talkSeconds: they do not say how long conversations were. "
                    + "If another column holds it, name that with `--columns talkSeconds=NAME`."
            )
        )
        #expect(missing.last == "The files also have the columns Dauer, Agentin.")
        let summary = try RecordFiles.read(text)
        #expect(summary.missing.contains(.agent) && !summary.missing.contains(.ringSeconds))
        #expect(summary.noAgents == "no column for agents was recognised")
        let named = try RecordFiles.read(text) { $0.columns = ["agent=Agentin"].compactMap { ColumnChoice($0) } }
        #expect(named.noAgents == "the records name no agents" && !named.missing.contains(.agent))
    }

    @Test(
        "the form of a time is shown as it stands there",
        arguments: [
            ("02.03.2026 09:15:00", "DD.MM.YYYY HH:mm:ss"), ("2.3.2026 9:15", "DD.MM.YYYY HH:mm"),
            ("03/04/2026 09:15:00", "DD/MM/YYYY HH:mm:ss"), ("03/25/2026 09:15", "MM/DD/YYYY HH:mm"),
            ("25-03-26T09:15:00", "DD-MM-YYTHH:mm:ss"), ("2026/03/02 09:15:00", "YYYY/MM/DD HH:mm:ss"),
            ("3/4/2026 9:15:00 PM", "DD/MM/YYYY hh:mm:ss a"), ("02.03.2026, 09:15", "DD.MM.YYYY, HH:mm"),
            ("02.03.2026 09.15", "DD.MM.YYYY HH.mm"), ("1772442900000", "UnixMS"),
        ]
    )
    func formOfTimes(_ time: String, _ format: String) throws {
        let text = "dialedAt;outcome\n\(time);busy\n"
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(text) }
        #expect(
            error?.message.contains("for example with `--time-format \"\(format)\"`") == true,
            "\(error?.message ?? "")"
        )
        // What the message advises is read.
        #expect(try RecordFiles.read(text) { $0.timeFormat = TimeFormat(format) }.attempts == 1)
    }

    @Test("no format is advised where none can help", arguments: ["02.03.2026", "2026-03-02", "2-Mar-2026 09:15"])
    func noForm(_ time: String) {
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read("dialedAt;outcome\n\(time);busy\n") }
        #expect(error?.code == .time && error?.message.contains("for example") == false, "\(error?.message ?? "")")
        let isDay = !time.contains(":")
        #expect(error?.message.contains("a day without a time of day") == isDay)
    }

    @Test(
        "a zone without its continent is suggested",
        arguments: [("Berlin", "Europe/Berlin"), ("new york", "America/New_York"), ("Europe/Berln", "Europe/Berlin")]
    )
    func zones(_ word: String, _ name: String) {
        #expect(ClockZone.nearest(to: word) == name)
        #expect(ClockZone.nearest(to: "qqqqqqqq") == nil)
    }
}
