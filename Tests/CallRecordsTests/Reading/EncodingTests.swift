import Testing

@testable import CallRecords

/// Files that are not UTF-8 though nobody said so.
@Suite(.timeLimit(.minutes(15)))
struct EncodingTests {
    private func latin(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    @Test("a word for an outcome is refused with its place, and read once the encoding is named")
    func words() throws {
        let text = "dialedAt,outcome\n2026-03-10 09:00:00,busy\n2026-03-10 09:01:00,Rückruf\n"
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read([latin(text)]) }
        #expect(error?.code == .form)
        #expect(
            error?.message.hasSuffix(
                "calls0.csv:3: the word for the outcome is not UTF-8; read as Latin-1 it is \"Rückruf\". "
                    + "Read the files with `--encoding latin-1`, or save them as UTF-8."
            ) == true
        )
        let summary = try RecordFiles.read(
            [latin(text)],
            configure: {
                $0.encoding = .latin1
                $0.outcomes = ["Rückruf=answered"].compactMap { OutcomeChoice($0) }
            }
        )
        #expect(summary.answered == 1 && summary.attempts == 2)
    }

    @Test(
        "names of columns follow the same rule, whether they are used or not",
        arguments: [
            "dialedAt,outcome,Größe\n2026-03-10 09:00:00,busy,1\n",
            "Prüfung,outcome\n2026-03-10 09:00:00,busy\n",
            "{\"dialedAt\":\"2026-03-10 09:00:00\",\"outcome\":\"busy\",\"Größe\":1}\n",
        ]
    )
    func columns(_ text: String) {
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read([latin(text)]) }
        #expect(
            error?.message.contains("calls0.csv:1: the name of a column is not UTF-8") == true,
            "\(error?.message ?? "")"
        )
        #expect(error?.message.contains("--encoding latin-1") == true)
        #expect(error?.message.contains("\u{FFFD}") == false)
    }

    @Test("what a house says of its statuses follows it too")
    func statuses() {
        let calls = "call_date,status,lead_id,length_in_sec\n2026-03-10 09:00:00,B,1,0\n"
        let statuses = "status,human_answered,answering_machine\nRÜCK,Y,N\n"
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read([latin(calls), latin(statuses)]) }
        #expect(error?.message.contains("calls1.csv:2: the status is not UTF-8") == true)
    }

    @Test("names of people are only warned of, without showing them")
    func names() throws {
        let text = """
            dialedAt,outcome,agent,contact,id
            2026-03-10 09:00:00,answered,Anna,Köhler,1
            2026-03-10 09:01:00,answered,Jörg,Köhler,2
            """
        let summary = try RecordFiles.read([latin(text)])
        #expect(summary.agents.count == 2 && summary.contacts?.contacts == 1)
        let detail = try #require(summary.detail("text.encoding"))
        #expect(detail.contains("3 names of agents, contacts or calls are not UTF-8; the first is in "))
        #expect(detail.contains("calls0.csv:2") && !detail.contains("hler") && !detail.contains("rg"))
        #expect(try RecordFiles.read(text).detail("text.encoding") == nil)
        let one = try RecordFiles.read([latin("dialedAt,outcome,agent\n2026-03-10 09:00:00,busy,Jörg\n")])
        #expect(one.detail("text.encoding")?.hasPrefix("1 name of agents, contacts or calls is not UTF-8, in ") == true)
    }

    @Test("a long word ends with a whole letter, and is found again")
    func longWords() throws {
        let word = "a" + String(repeating: "ü", count: 60)
        let text = "dialedAt,outcome\n2026-03-10 09:00:00,\(word)\n"
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(text) }
        #expect(error?.code == .words && error?.message.contains("\u{FFFD}") == false)
        let summary = try RecordFiles.read(text) { $0.outcomes = ["\(word)=busy"].compactMap { OutcomeChoice($0) } }
        #expect(summary.attempts == 1)
    }
}
