import ExactJSON
import Testing

@Suite("JSONReader", .timeLimit(.minutes(5)))
struct JSONReaderTests {
    @Test(
        arguments: [
            ("null", .null),
            (" \t\r\n true \n", .bool(true)),
            ("false", .bool(false)),
            ("0", .number("0")),
            ("-0", .number("-0")),
            ("-0.0", .number("-0.0")),
            ("1E400", .number("1E400")),
            ("1e-7", .number("1e-7")),
            ("0e+1", .number("0e+1")),
            ("123456789012345678901234567890.50", .number("123456789012345678901234567890.50")),
            (#""""#, ""),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
            (#""A\u00e9\u20AC""#, "Aé€"),
            (#""\uD83D\uDE00""#, "😀"),
            (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
            (#""\u0000""#, "\u{0}"),
            (#""\uFFFD\uE000""#, "\u{FFFD}\u{E000}"),
            ("\"\u{7F}\u{2028}\u{FEFF}\"", "\u{7F}\u{2028}\u{FEFF}"),
            ("[]", .array([])),
            ("[ ]", .array([])),
            ("[1,[2,{}],\"\"]", [1, [2, .object([])], ""]),
            ("{}", .object([])),
            ("{ \"\" : 0 }", ["": 0]),
            (#"{"b":1,"a":{"b":2}}"#, ["b": 1, "a": ["b": 2]]),
            (#"{"a":1,"A":2}"#, ["a": 1, "A": 2]),
        ] as [(String, JSONValue)]
    )
    func validDocumentIsRead(text: String, value: JSONValue) throws {
        #expect(try JSONReader.read(text) == value)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd, 0),
            ("  ", .unexpectedEnd, 2),
            ("\u{FEFF}{}", .byteOrderMark, 0),
            ("\u{A0}1", .valueExpected, 0),
            ("\u{C}1", .valueExpected, 0),
            ("-", .digitExpected, 1),
            ("--1", .digitExpected, 1),
            ("1.", .digitExpected, 2),
            ("1.e1", .digitExpected, 2),
            (".5", .valueExpected, 0),
            ("+1", .valueExpected, 0),
            ("-.5", .digitExpected, 1),
            ("01", .unexpectedText, 1),
            ("-01", .unexpectedText, 2),
            ("00", .unexpectedText, 1),
            ("0x1F", .unexpectedText, 1),
            ("1e", .digitExpected, 2),
            ("1e+", .digitExpected, 3),
            ("1e1.5", .unexpectedText, 3),
            ("1 000", .unexpectedText, 2),
            ("NaN", .valueExpected, 0),
            ("-NaN", .digitExpected, 1),
            ("Infinity", .valueExpected, 0),
            ("-Infinity", .digitExpected, 1),
            ("True", .valueExpected, 0),
            ("nul", .valueExpected, 0),
            ("nulll", .unexpectedText, 4),
            ("１", .valueExpected, 0),
            ("'a'", .valueExpected, 0),
            ("// x\n1", .valueExpected, 0),
            ("1 /* x */", .unexpectedText, 2),
            ("{} {}", .unexpectedText, 3),
            ("[1,]", .valueExpected, 3),
            ("[,1]", .valueExpected, 1),
            ("[1,,2]", .valueExpected, 3),
            ("[1 2]", .commaOrBracketExpected, 3),
            ("[1}", .commaOrBracketExpected, 2),
            ("[", .unexpectedEnd, 1),
            ("[1", .commaOrBracketExpected, 2),
            ("]", .valueExpected, 0),
            (#"{"a":1,}"#, .memberNameExpected, 7),
            (#"{,"a":1}"#, .memberNameExpected, 1),
            (#"{"a"}"#, .colonExpected, 4),
            (#"{"a":}"#, .valueExpected, 5),
            (#"{"a":1 "b":2}"#, .commaOrBraceExpected, 7),
            (#"{"a"::1}"#, .valueExpected, 5),
            ("{a:1}", .memberNameExpected, 1),
            ("{1:1}", .memberNameExpected, 1),
            (#"{"a":1"#, .commaOrBraceExpected, 6),
            (#"{"a":1,"b":2,"a":3}"#, .duplicateMember, 13),
            (#"{"a":1,"\u0061":2}"#, .duplicateMember, 7),
            (#"{"x":{"a":1,"a":1}}"#, .duplicateMember, 12),
            (#""abc"#, .unterminatedString, 4),
            (#""abc\"#, .unterminatedString, 5),
            ("\"a\nb\"", .controlCharacter, 2),
            ("\"\u{0}\"", .controlCharacter, 1),
            ("\"\u{1F}\"", .controlCharacter, 1),
            (#""\x41""#, .unknownEscape, 3),
            (#""\a""#, .unknownEscape, 3),
            (#""\U0041""#, .unknownEscape, 3),
            (#""\u12""#, .hexadecimalDigitsExpected, 3),
            (#""\u12G4""#, .hexadecimalDigitsExpected, 3),
            (#""\u+123""#, .hexadecimalDigitsExpected, 3),
            (#""\uD800""#, .unpairedSurrogate, 7),
            (#""\uDC00""#, .unpairedSurrogate, 7),
            (#""\uD800\n""#, .unpairedSurrogate, 8),
            (#""\uD800\u0041""#, .unpairedSurrogate, 13),
            (#""\uD800\uD800""#, .unpairedSurrogate, 13),
            (#""\uDE00\uD83D""#, .unpairedSurrogate, 7),
        ] as [(String, JSONSyntaxError.Reason, Int)]
    )
    func invalidDocumentIsRefused(text: String, reason: JSONSyntaxError.Reason, offset: Int) {
        let thrown = #expect(throws: JSONSyntaxError.self) { try JSONReader.read(text) }
        #expect(thrown?.reason == reason)
        #expect(thrown?.offset == offset)
    }

    @Test(
        arguments: [
            ("[1,]", "expected a value at byte 3"),
            ("{a:1}", "expected a member name in quotation marks at byte 1"),
            ("{} {}", "unexpected text after the document at byte 3"),
            (#"{"a":1,"a":3}"#, #"duplicate member "a" at byte 7"#),
            (#""\uD800""#, "unpaired surrogate at byte 7"),
        ]
    )
    func messageSaysWhatIsWrongAndWhere(text: String, message: String) {
        let thrown = #expect(throws: JSONSyntaxError.self) { try JSONReader.read(text) }
        #expect(thrown?.description == message)
    }

    @Test(
        "invalid UTF-8 in a string is refused",
        arguments: [
            [0xFF], [0x80], [0xC3], [0xC3, 0x28], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xE2, 0x82],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0xAF], [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0x61, 0xE9, 0x62],
        ] as [[UInt8]]
    )
    func invalidUTF8IsRefused(content: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let thrown = #expect(throws: JSONSyntaxError.self) { try JSONReader.read([quote] + content + [quote]) }
        #expect(thrown?.reason == .invalidUTF8)
        #expect(throws: JSONSyntaxError.self) { try JSONReader.read(content + Array("1".utf8)) }
    }

    @Test(arguments: [[0xFE, 0xFF, 0x00, 0x31], [0xFF, 0xFE, 0x31, 0x00], [0x00, 0x31], [0x31, 0x00]] as [[UInt8]])
    func utf16IsRefused(bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONReader.read(bytes) }
    }

    /// U+00E9 and U+0065 U+0301 are the same `String` to Swift and two names to JSON.
    @Test func namesAreComparedByBytes() throws {
        let value = try JSONReader.read(#"{"\u00e9":1,"e\u0301":2}"#)
        guard case .object(let members) = value else {
            Issue.record("no object")
            return
        }
        #expect(members.map { Array($0.name.utf8) } == [[0xC3, 0xA9], [0x65, 0xCC, 0x81]])
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
    func depthIsBounded(open: String, close: String) throws {
        func nested(_ depth: Int) -> String {
            let inner = open == "[" ? "" : "0"
            return String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
        }
        #expect(throws: Never.self) { try JSONReader.read(nested(64)) }
        let thrown = #expect(throws: JSONSyntaxError.self) { try JSONReader.read(nested(65)) }
        #expect(thrown?.reason == .tooDeep)
        #expect(thrown?.offset == 64 * open.utf8.count)
        #expect(throws: JSONSyntaxError.self) { try JSONReader.read(nested(100_000)) }
        #expect(throws: JSONSyntaxError.self) { try JSONReader.read(String(repeating: open, count: 100_000)) }
    }

    @Test func breadthIsNotBounded() throws {
        let value = try JSONReader.read("[" + String(repeating: "[],", count: 20_000) + "{}]")
        #expect(value.elements?.count == 20_001)
    }

    @Test func longNameIsNotEchoedWhole() {
        let name = String(repeating: "x", count: 10_000)
        let thrown = #expect(throws: JSONSyntaxError.self) { try JSONReader.read(#"{"\#(name)":1,"\#(name)":2}"#) }
        #expect((thrown?.message.utf8.count ?? .max) < 200)
    }
}
