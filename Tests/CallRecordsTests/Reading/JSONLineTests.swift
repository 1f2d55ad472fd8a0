import Statistics
import Testing

@testable import CallRecords

/// Objects of JSON, each of which names its values itself.
@Suite(.timeLimit(.minutes(15)))
struct JSONLineTests {
    private func object(_ minute: Int, _ members: String) -> String {
        "{\"dialedAt\":\"2026-03-10 09:\(10 + minute):00\",\"outcome\":\"answered\",\(members)}\n"
    }

    @Test("a field that comes in a late object is read", arguments: [25, 40])
    func lateFields(first: Int) throws {
        let text = (0..<45).map { minute in
            object(
                minute,
                minute < first
                    ? "\"id\":\(minute)"
                    : "\"id\":\(minute),\"talk_time\":60,\"Agent\":\"a\",\"contact\":\"c\(minute)\""
            )
        }
        let summary = try RecordFiles.read(text.joined())
        #expect(summary.times[.talk]?.count == 45 - first && summary.times[.talk]?.mean == 60)
        // Objects without a contact are as rows whose cell is empty.
        #expect(summary.agents.count == 1 && summary.contacts == nil && summary.detail("contact.unusable") != nil)
        #expect(summary.missing == [.ringSeconds, .waitSeconds, .wrapSeconds])
    }

    @Test(
        "every object takes the first of a field's names that it has",
        arguments: [
            ("\"talk\":1,\"talkSeconds\":2,\"talkSec\":3", 2.0), ("\"talkSeconds\":2,\"talk\":1", 2),
            ("\"talk\":1", 1), ("\"talk\":1,\"talkSec\":3", 3), ("\"Talk Seconds\":4,\"talkSeconds\":2", 2),
            ("\"talkSeconds\":2,\"Talk Seconds\":4", 2), ("\"Talk Seconds\":4,\"talk\":1", 4),
            ("\"talkSeconds\":2,\"talkSeconds\":5", 5), ("\"a\":{\"talkSeconds\":7},\"talk\":1", 1),
        ]
    )
    func firstName(_ members: String, _ seconds: Double) throws {
        let text = (0..<30).map { object($0, "\"id\":\($0)") }.joined() + object(30, members)
        #expect(try RecordFiles.read(text).times[.talk]?.mean == seconds)
    }

    @Test("a column that is chosen may come late, and has to come")
    func choices() throws {
        let text = (0..<30).map { object($0, $0 < 25 ? "\"id\":\($0)" : "\"id\":\($0),\"extra\":{\"Agentin\":\"a\"}") }
        let late = try RecordFiles.read(text.joined()) {
            $0.columns = ["agent=extra.Agentin"].compactMap { ColumnChoice($0) }
        }
        #expect(late.agents.count == 1)
        let error = #expect(throws: RecordsError.self) {
            try RecordFiles.read(text.joined()) { $0.columns = ["agent=Agentin"].compactMap { ColumnChoice($0) } }
        }
        #expect(error?.code == .columns)
        #expect(
            error?.message.contains("has no column for agent (Agentin); its columns are dialedAt, outcome, id.") == true
        )
    }

    @Test("objects of many thousand members are read in time that grows with their length", arguments: [4000, 20_000])
    func wideObjects(names: Int) throws {
        // With each value compared to each name, this took seven minutes.
        let members = (0..<20_000).map { "\"k\($0 % names)\":1" }.joined(separator: ",")
        let text = (0..<20).map { object($0, members) }.joined()
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try RecordFiles.read(text).rows.used == 20)
        #expect(clock.now - start < .seconds(60))
    }

    @Test("a first object of half a MiB is a first object")
    func longObject() throws {
        let text = object(0, "\"note\":\"\(String(repeating: "x", count: 500_000))\"") + object(1, "\"id\":1")
        #expect(try RecordFiles.read(text).rows.used == 2)
    }

    @Test(
        "a file without an object is refused with what is wrong",
        arguments: [
            "{\n}\n", "{\"dialedAt\":\n\"2026-03-10 09:00:00\"}\n",
            "{\"a\":\"FILL\"}\n",
        ]
    )
    func noObject(_ text: String) {
        let text = text.replacing("FILL", with: String(repeating: "x", count: 2_000_000))
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(text) }
        #expect(error?.code == .form)
        #expect(
            error?.message.contains("has no whole object of JSON in its first 20 lines. Write one object a line")
                == true
        )
    }

    @Test("a name that is not UTF-8 is refused in a late object too")
    func foreignName() {
        let text = (0..<25).map { object($0, "\"id\":\($0)") }.joined() + object(25, "\"Größe\":1")
        let error = #expect(throws: RecordsError.self) {
            try RecordFiles.read([text.unicodeScalars.map { UInt8($0.value) }])
        }
        #expect(error?.message.contains("calls0.csv:26: the name of a column is not UTF-8") == true)
    }

    @Test("reading ends when its task is cancelled, however few rows were read")
    func cancelled() async {
        let task = Task { () -> Bool in
            while !Task.isCancelled { await Task.yield() }
            do throws(RecordsError) {
                _ = try RecordFiles.read("dialedAt,outcome\n2026-03-10 09:00:00,busy\n")
                return false
            } catch {
                return error.code == .interrupted
            }
        }
        task.cancel()
        #expect(await task.value)
    }
}
