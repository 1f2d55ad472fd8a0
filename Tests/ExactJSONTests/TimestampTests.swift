import ExactJSON
import Statistics
import Testing

@Suite("Timestamp", .timeLimit(.minutes(5)))
struct TimestampTests {
    /// Milliseconds computed with Python's `datetime`.
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_795_357_800_250, "2026-11-22T14:30:00.250Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (13_574_563_200_000, "2400-02-29T00:00:00.000Z"),
            (-12_219_292_800_000, "1582-10-15T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func textAndInstantConvertIntoEachOther(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            ("2026-11-22T14:30:00+05:30", 1_795_338_000_000), ("2024-02-29T12:00:00-08:00", 1_709_236_800_000),
            ("1970-01-01t00:00:00z", 0), ("1970-01-01 00:00:00Z", 0), ("1970-01-01T00:00:00-00:00", 0),
            ("1970-01-01T00:00:00.1Z", 100), ("1970-01-01T00:00:00.12Z", 120), ("1970-01-01T00:00:00.1239Z", 123),
            ("1970-01-01T00:00:00.000000001Z", 0), ("1970-01-01T23:59:00+23:59", 0), ("1969-12-31T00:01:00-23:59", 0),
            ("1969-12-31T23:59:59.5Z", -500), ("1969-12-31T23:59:60Z", 0), ("1972-06-30T23:59:60Z", 78_796_800_000),
            ("1972-07-01T05:29:60.250+05:30", 78_796_800_250),
        ] as [(String, Int64)]
    )
    func otherFormsAreRead(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            "", "now", "2026-11-22", "14:30:00Z", "2026-11-22T14:30Z", "2026-11-22T14:30:00", "2026-11-22T14:30:00.Z",
            "2026-11-22T14:30:00,5Z", "2026-11-22T24:00:00Z", "2026-11-22T14:60:00Z", "2026-11-22T14:30:61Z",
            "2026-11-22T14:30:60Z", "1972-06-30T23:59:60+01:00", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-11-31T00:00:00Z", "2026-11-00T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2026-11-22T14:30:00+5:30", "2026-11-22T14:30:00+0530", "2026-11-22T14:30:00+24:00",
            "2026-11-22T14:30:00+00:60", "2026-11-22T14:30:00Z ", " 2026-11-22T14:30:00Z", "2026-11-22T14:30:00ZZ",
            "2026-11-22X14:30:00Z", "26-11-22T14:30:00Z", "02026-11-22T14:30:00Z", "+2026-11-22T14:30:00Z",
            "-2026-11-22T14:30:00Z", "2026-1-22T14:30:00Z", "２026-11-22T14:30:00Z", "1795357800250",
        ]
    )
    func otherTextIsRefused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        "an offset must not lead out of the years 0000 to 9999",
        arguments: ["0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z"]
    )
    func instantBeyondTheCalendarIsRefused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func instantThatCannotBeWrittenIsWrittenAsTheNearest() {
        #expect(Timestamp(milliseconds: .min).description == "0000-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: .max).description == "9999-12-31T23:59:59.999Z")
    }

    @Test func everyInstantReadsBack() {
        var random = SplitMix64(seed: 8)
        for _ in 0..<20_000 {
            let instant = Timestamp(
                milliseconds: Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &random)
            )
            #expect(Timestamp(instant.description) == instant)
        }
    }

    @Test("every day of four centuries follows the one before it")
    func daysFollowEachOther() {
        let start: Int64 = 951_782_400_000  // 2000-02-29
        var before = Timestamp(milliseconds: start - 86_400_000).description
        for day in 0..<(146_097 as Int64) {
            let text = Timestamp(milliseconds: start + day * 86_400_000).description
            if !(before < text) || !text.hasSuffix("T00:00:00.000Z") { Issue.record("\(before) then \(text)") }
            before = text
        }
        #expect(before == "2400-02-28T00:00:00.000Z")
    }

    @Test func arithmeticIsInMilliseconds() {
        let start = Timestamp(milliseconds: 1000)
        #expect(start.adding(milliseconds: 250) == Timestamp(milliseconds: 1250))
        #expect(start.adding(milliseconds: -1) < start)
        #expect(Timestamp(seconds: 1.9999).milliseconds == 1999)
        #expect(Timestamp(seconds: -0.0001).milliseconds == -1)
    }
}
