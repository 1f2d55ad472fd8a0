import HTTPExchange
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RetryAfterTests {
    private static let sent = "Sun, 22 Nov 2026 14:30:00 GMT"

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Wednesday, 01-Jan-69 00:00:00 GMT", 3_124_224_000), ("Sun, 30 Feb 2026 00:00:00 GMT", nil),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 06 Nov 1994 08:49 GMT", nil), ("1994-11-06T08:49:37Z", nil),
            ("", nil), ("GMT", nil),
        ] as [(String, Int64?)]
    )
    func readsDates(text: String, expected: Int64?) { #expect(HTTPDate(text)?.seconds == expected) }

    @Test(
        arguments: [
            (["2"], .seconds(2)), ([" 2 "], .seconds(2)), (["0"], .zero),
            (["99999999999999999999"], .seconds(315_360_000)),
            (["-1"], nil), (["1.5"], nil), (["soon"], nil), (["1, 2"], nil), ([""], nil), ([], nil),
            (["2", "7"], .seconds(7)), (["Sun, 22 Nov 2026 14:30:09 GMT"], .seconds(9)),
            (["Sunday, 22-Nov-26 14:30:09 GMT"], .seconds(9)), (["Sun Nov 22 14:30:09 2026"], .seconds(9)),
            (["Sun, 22 Nov 2026 14:29:00 GMT"], .zero),
        ] as [([String], Duration?)]
    )
    func readsRetryAfter(values: [String], expected: Duration?) {
        let fields = HeaderFields(values.map { ("retry-after", $0) } + [("Date", Self.sent)])
        #expect(RetryAfter.read(fields) == expected)
    }

    @Test func aDateWithoutTheServersClockIsIgnored() {
        #expect(RetryAfter.read(["Retry-After": Self.sent]) == nil)
    }
}
