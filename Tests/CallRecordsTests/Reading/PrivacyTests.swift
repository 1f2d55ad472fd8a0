import CallRecords
import DialerEngine
import Testing

/// Numbers, names, agents and contacts are keys: nothing of them comes out.
@Suite(.timeLimit(.minutes(15)))
struct PrivacyTests {
    static let canaries = ["Canaria", "4930777", "kanarien", "c-anary"]

    private func check(_ text: String, _ place: String) {
        for canary in Self.canaries { #expect(!text.contains(canary), "\(canary) in \(place)") }
    }

    @Test
    func nothingOfAPersonComesOut() throws {
        let lines = [
            "Report for Canaria", "dialedAt,outcome,talkSeconds,agent,contact,id,remark",
            "2026-03-10 09:00:00,answered,10,Canaria,4930777001,c-anary-1,kanarien",
            "2026-03-10 09:00:00,answered,10,Canaria,4930777001,c-anary-1,kanarien",
            "2026-03-10 09:01:00,answered,x,Canaria,4930777002,c-anary-1,kanarien", "Canaria,busy,,,,,",
            "2026-03-10 09:02:00,,,Canaria,,,",
            "2026-03-10 09:03:00,busy,,Canaria,4930777003,4.9E+11,kanarien,4930777",
            "2026-03-10 09:05:00,busy,,Canaria,,,", "2026-03-10 09:04:00,busy,-5,Canaria,4930777,,\"kanarien",
        ]
        var list = ""
        let summary = try RecordFiles.read(
            [Array(lines.joined(separator: "\n").utf8)],
            skipped: { list += String(decoding: $0, as: UTF8.self) }
        )
        check(list, "the list of rows that are left out")
        check("\(summary)", "the summary")
        #expect(list.split(separator: "\n").count == summary.rows.skipped.values.reduce(1, +))
        for text in [
            lines.dropFirst(2).joined(separator: "\n"),
            lines.joined(separator: "\n") + "\n\n\"2026-03-10 09:03:00,odd4930777word",
            lines.joined(separator: "\n").replacing("busy", with: "b4930777"), "{\"Canaria\": 4930777}",
        ] {
            do throws(RecordsError) {
                check("\(try RecordFiles.read(text))", "the summary")
            } catch {
                // The names of columns are shown, and words without their numbers.
                check(error.message.replacing("its columns are Canaria.", with: ""), error.message)
            }
        }
    }
}
