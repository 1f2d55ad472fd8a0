import Addresses
import Testing

@Suite("FormEncoding", .timeLimit(.minutes(5)))
struct FormEncodingTests {
    @Test(arguments: [
        ("", []), ("a=b", ["a|b"]), ("a=b&c=d", ["a|b", "c|d"]), ("&&a=b&&", ["a|b"]), ("a", ["a|"]), ("=b", ["|b"]),
        ("a=b=c", ["a|b=c"]), ("a+b=c+d", ["a b|c d"]), ("%61=%C3%A9%2B", ["a|é+"]), ("a=%2f%2F", ["a|//"]),
        ("a=é", ["a|é"]), ("a=%00", ["a|\u{0}"]),
    ])
    func formsAreRead(_ text: String, _ pairs: [String]) {
        #expect(FormEncoding.decode(text)?.map { "\($0.name)|\($0.value)" } == pairs)
    }

    @Test(arguments: ["a=%", "a=%2", "%=a", "a=%zz", "a=%2g", "a=%+1", "a=%-1", "a=% 1", "a=%FF", "a=%C3", "b=1&a=%"])
    func brokenEscapesAreNoForm(_ text: String) {
        #expect(FormEncoding.decode(text) == nil)
    }

    @Test(arguments: [
        ("", ""), ("a-._*Z9", "a-._*Z9"), (" +&=%~", "+%2B%26%3D%25%7E"), ("!'()", "%21%27%28%29"),
        ("£€", "%C2%A3%E2%82%AC"),
    ])
    func encodes(text: String, expected: String) { #expect(FormEncoding.encode(text) == expected) }
}
