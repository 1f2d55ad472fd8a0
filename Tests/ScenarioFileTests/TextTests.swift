import ExactJSON
import Testing

@testable import ScenarioFile

@Suite("Numbers, durations and shares", .timeLimit(.minutes(5)))
struct TextTests {
    @Test(
        "durations",
        arguments: [
            ("250ms", 0.25), ("2s", 2), ("5m", 300), ("8h", 28_800), ("1h30m", 5_400), ("1h30m0.5s", 5_400.5),
            ("0.4s", 0.4),
            ("15", 15), ("1.5", 1.5), (".5", 0.5), ("0", 0), ("0s", 0), ("1e3", 1_000), ("1000000000", 1e9),
            ("0.1ms", 0.0001), ("7d", 604_800), ("1d12h", 129_600),
        ]
    )
    func durations(_ text: String, _ seconds: Double) {
        #expect(DurationText.seconds(text) == seconds)
    }

    @Test(
        "texts that are no duration",
        arguments: [
            "", "s", "2 s", " 2s", "-2s", "+2s", "2S", "30m1h", "1h1h", "1w", "1h1d", "2sx", "1..2s", "1e3s", ".s",
            "nan",
            ".inf", "1e400",
            "1000000001", "٣s", "1h30", "ms", "1,5s",
        ]
    )
    func noDurations(_ text: String) {
        #expect(DurationText.seconds(text) == nil)
    }

    @Test(
        "plain scalars of the core schema",
        arguments: [
            ("", JSONValue.null), ("~", .null), ("Null", .null), ("true", true), ("FALSE", false), ("yes", "yes"),
            ("5", 5), ("+5", 5), ("-0", .number("-0")), ("007", 7), ("0x1F", 31), ("0o17", 15), ("0xG", "0xG"),
            (".5", .number("0.5")),
            ("+0.5", .number("0.5")), ("5.", 5), ("1_000", "1_000"), ("1e3", .number("1e3")), ("1E+3", .number("1e+3")),
            (".nan", .number(".nan")), ("-.inf", .number("-.inf")), ("+.INF", .number(".inf")), ("1.2.3", "1.2.3"),
            (".", "."), ("-", "-"), ("1e", "1e"),
            ("0xFFFFFFFFFFFFFFFFF", .number("0xFFFFFFFFFFFFFFFFF")), ("2s", "2s"), ("0.40", .number("0.40")),
        ]
    )
    func scalars(_ text: String, _ value: JSONValue) {
        #expect(CoreSchema.value(ofPlain: text) == value)
    }

    @Test(
        "shares are exact",
        arguments: [
            ("3%", "0.03"), ("0.03", "0.03"), ("2.5%", "0.025"), ("100%", "1"), ("-1%", "-0.01"), ("0.1%", "0.001"),
        ]
    )
    func rates(_ text: String, _ value: String) {
        #expect(RateText.value(text) == ExactDecimal(value))
        #expect(RateText.value(text + "x") == nil && RateText.value("%") == nil && RateText.value("1e1%") == nil)
    }
}
