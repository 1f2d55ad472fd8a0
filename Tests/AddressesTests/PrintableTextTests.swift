import Addresses
import Testing

@Suite("Text of unknown origin", .timeLimit(.minutes(5)))
struct PrintableTextTests {
    @Test(
        "what could steer a terminal, reorder text or break a document is shown as its code",
        arguments: [
            ("a\u{1B}[2Jb", #"a\u{1b}[2Jb"#), ("\u{202E}abc", #"\u{202e}abc"#), ("שלום", "שלום"),
            ("\u{FFFE}\u{1FFFF}", #"\u{fffe}\u{1ffff}"#), ("👩‍👩‍👧", "👩‍👩‍👧"), ("\u{E0041}", #"\u{e0041}"#),
            ("\u{61C}\u{200B}\u{2060}\u{FEFF}\u{AD}", #"\u{61c}\u{200b}\u{2060}\u{feff}\u{ad}"#),
            ("می\u{200C}خواهم ١٢\u{600}", "می\u{200C}خواهم ١٢\u{600}"), ("\u{E000}", #"\u{e000}"#),
            ("\0\u{7F}\u{85}", #"\u{0}\u{7f}\u{85}"#),
            ("a\r\nb\tc\u{2028}d", #"a\u{d}\u{a}b\u{9}c\u{2028}d"#), ("", ""), ("3 € – \"é\"", "3 € – \"é\""),
        ]
    )
    func escaped(_ text: String, _ shown: String) { #expect(PrintableText.escaped(text) == shown) }

    @Test("a line has spaces for line breaks and tabs, and a bounded length")
    func line() {
        #expect(PrintableText.line("a\r\nb\tc\u{2028}d\u{1B}") == #"a  b c d\u{1b}"#)
        #expect(PrintableText.line(String(repeating: "x", count: 5000)).count == PrintableText.limit + 1)
        #expect(PrintableText.line("\u{1B}\u{1B}", limit: 1) == #"\u{1b}…"#)
    }

    @Test("a block keeps its line breaks and nothing else")
    func block() { #expect(PrintableText.block("a\tb\n\u{1B}c\r\nd") == "a b\n\\u{1b}c\nd") }

    @Test(
        "a quoted text shows by code what is invisible or looks like something else",
        arguments: [
            ("max\u{A0}Calls", #"max\u{a0}Calls"#), ("max\u{200B}Calls", #"max\u{200b}Calls"#),
            ("m\u{430}xCalls", #"m\u{430}xCalls"#), ("\u{430}", #"\u{430}"#), ("\u{FEFF}name", #"\u{feff}name"#),
            ("\u{2212}5", #"\u{2212}5"#), ("1\u{2013}2", #"1\u{2013}2"#), ("\u{FF11}\u{FF12}", #"\u{ff11}\u{ff12}"#),
            ("\u{3000}x\u{2007}y", #"\u{3000}x\u{2007}y"#), ("\u{3164}", #"\u{3164}"#),
            ("\u{391}gents", #"\u{391}gents"#),
            ("проверка", "проверка"), ("Αθήνα", "Αθήνα"), ("Zürich 日本 🙂", "Zürich 日本 🙂"), ("a b", "a b"), ("", ""),
        ]
    )
    func quoted(_ text: String, _ shown: String) { #expect(PrintableText.excerpt(text) == shown) }

    @Test("an excerpt is cut before it is escaped")
    func excerpt() {
        let long = String(repeating: "9", count: 63) + "\u{1B}9"
        #expect(PrintableText.excerpt(long) == String(repeating: "9", count: 63) + #"\u{1b}…"#)
        #expect(PrintableText.clipped("abc", to: 3) == "abc" && PrintableText.clipped("abcd", to: 3) == "abc…")
    }
}
