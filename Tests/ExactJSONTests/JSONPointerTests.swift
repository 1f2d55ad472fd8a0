import ExactJSON
import Testing

@Suite("JSONPointer", .timeLimit(.minutes(5)))
struct JSONPointerTests {
    /// The examples of RFC 6901 section 5 and some beyond.
    @Test(
        arguments: [
            ("", []),
            ("/foo", ["foo"]),
            ("/foo/0", ["foo", "0"]),
            ("/", [""]),
            ("//", ["", ""]),
            ("/a~1b", ["a/b"]),
            ("/c%d", ["c%d"]),
            ("/ ", [" "]),
            ("/m~0n", ["m~n"]),
            ("/~01", ["~1"]),
            ("/~10", ["/0"]),
            ("/~0~1/é", ["~/", "é"]),
            ("/a~0\u{301}~1\u{301}", ["a~\u{301}/\u{301}"]),
        ] as [(String, [String])]
    )
    func textAndTokensConvertIntoEachOther(text: String, tokens: [String]) {
        #expect(JSONPointer(tokens: tokens).description == text)
        #expect(JSONPointer(text) == JSONPointer(tokens: tokens))
    }

    @Test(arguments: ["a", "a/b", "#/a", " /a", "/~", "/~2", "/a~", "/~/0"])
    func otherTextIsNoPointer(text: String) {
        #expect(JSONPointer(text) == nil)
    }

    @Test func appendingKeepsTheStart() {
        let pointer = JSONPointer.root.appending("outcomeInjection").appending("a/b")
        #expect(pointer.description == "/outcomeInjection/a~1b")
        #expect(JSONPointer.root.description.isEmpty)
    }
}
