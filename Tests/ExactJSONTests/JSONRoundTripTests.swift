import ExactJSON
import Statistics
import Testing

@Suite("JSON: value → bytes → value", .timeLimit(.minutes(5)))
struct JSONRoundTripTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func valueSurvivesWriting(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let value = randomValue(depth: 0, &random)
            let compact = try JSONReader.read(value.bytes)
            #expect(compact == value)
            #expect(compact.bytes == value.bytes)
            #expect(try JSONReader.read(value.prettyText).bytes == value.bytes)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func changedBytesNeverCrash(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let original = Array(
            #"{"a":[1.5e3,-0,"\uD83D\uDE00é\n"],"outcomeInjection":{"enabled":true,"x":null},"tag":"t:1"}"#.utf8
        )
        var refused = 0
        for _ in 0..<5000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = bytes.indices.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.remove(at: place)
                default: bytes.insert(bytes.randomElement(using: &random) ?? 0, at: place)
                }
            }
            do {
                let value = try JSONReader.read(bytes)
                // What was read is also written as something that reads the same.
                #expect(try JSONReader.read(value.bytes) == value)
            } catch {
                refused += 1
                #expect((0...bytes.count).contains(error.offset))
            }
        }
        #expect(refused > 1000)
    }

    @Test func everyPrefixOfADocumentIsRefused() {
        let text = #"{"a":[1,{"b":"\u00e9\\"}],"c":null}"#
        for count in 0..<text.utf8.count {
            #expect(throws: JSONSyntaxError.self) { try JSONReader.read(text.utf8.prefix(count)) }
        }
    }

    @Test(
        arguments: [
            (0.0, "0"), (-0.0, "0"), (1, "1"), (-3, "-3"), (0.1, "0.1"), (0.975, "0.975"), (2.5e-9, "2.5e-09"),
            (1e14, "100000000000000"), (1e16, "1e+16"), (.infinity, "null"), (.nan, "null"),
        ])
    func doubleIsWrittenShort(value: Double, text: String) {
        #expect(JSONValue.double(value).text == text)
    }

    @Test func everyFiniteDoubleReadsBack() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<5000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(try JSONReader.read(JSONValue.double(value).text).double == value)
        }
    }

    @Test(
        arguments: [
            ("7", 7), ("-0", 0), ("2.0", 2), ("25e-1", nil), ("20e-1", 2), ("1e3", 1000), ("2.5", nil),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
            ("1e400", nil), ("true", nil), ("\"7\"", nil), ("null", nil),
        ] as [(String, Int?)]
    )
    func integerIsReadByValue(text: String, integer: Int?) throws {
        #expect(try JSONReader.read(text).integer == integer)
    }

    @Test func prettyTextIsIndented() {
        let value: JSONValue = ["a": [1, [], .object([])], "b": ["c": nil]]
        #expect(
            value.prettyText == """
                {
                  "a": [
                    1,
                    [],
                    {}
                  ],
                  "b": {
                    "c": null
                  }
                }
                """
        )
    }

    @Test func controlCharactersAreEscaped() {
        #expect(JSONValue.string("\u{0}\u{1F}\u{7F}\n\"\\/é").text == #""\u0000\u001f\u007f\n\"\\/é""#)
    }

    private func randomValue(depth: Int, _ random: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth < 4 ? 6 : 4), using: &random) {
        case 0: return [.null, true, false].randomElement(using: &random) ?? .null
        case 1: return .number(randomNumber(&random))
        case 2, 3: return .string(randomText(&random))
        case 4:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in randomValue(depth: depth + 1, &random) }
            )
        default:
            return .object(
                (0..<Int.random(in: 0...4, using: &random)).map { index in
                    .init("\(index)" + randomText(&random), randomValue(depth: depth + 1, &random))
                }
            )
        }
    }

    private func randomNumber(_ random: inout SplitMix64) -> String {
        var text = Bool.random(using: &random) ? "-" : ""
        text += String(UInt64.random(in: 0...(.max >> UInt64.random(in: 0..<64, using: &random)), using: &random))
        if Bool.random(using: &random) { text += ".0\(UInt32.random(in: 0...(.max), using: &random))0" }
        if Bool.random(using: &random) { text += "e-\(Int.random(in: 0...999, using: &random))" }
        return text
    }

    private func randomText(_ random: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let limit: UInt32 = Bool.random(using: &random) ? 0x80 : 0x10FFFF
            if let scalar = UnicodeScalar(UInt32.random(in: 0...limit, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
