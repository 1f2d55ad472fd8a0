import FoundationEssentials
import HTTPExchange
import Testing

@testable import SimulationClient

@Suite(.timeLimit(.minutes(5)))
struct RemoteTextTests {
    private let secret = Secret("p@ss/w0rd +x~y(z)")

    @Test func isBounded() {
        #expect(RemoteText(String(repeating: "a", count: 300)).description.count == 300)
        let long = RemoteText(String(repeating: "a", count: 301)).description
        #expect(long == String(repeating: "a", count: 300) + "…")
        #expect(RemoteText("abcdef", limit: 3).description == "abc…")
    }

    @Test func escapesWhatTerminalsActOn() {
        #expect(RemoteText("a\r\nb\tc").description == #"a\r\nb\tc"#)
        #expect(RemoteText("\u{1B}[31mred\u{7F}\u{9B}").description == #"\u{1b}[31mred\u{7f}\u{9b}"#)
        #expect(RemoteText("a\u{202E}b\u{2028}c\u{200B}").description == #"a\u{202e}b\u{2028}c\u{200b}"#)
        #expect(RemoteText([0x61, 0xFF, 0x62]).description == "a\u{FFFD}b")
        #expect(RemoteText("Zürich 日本 🙂").description == "Zürich 日本 🙂")
    }

    @Test(arguments: [
        "p@ss/w0rd +x~y(z)", #"p@ss\/w0rd +x~y(z)"#, "p%40ss%2Fw0rd%20%2Bx~y%28z%29", "p%40ss%2fw0rd%20%2bx~y%28z%29",
        "p%40ss%2Fw0rd+%2Bx%7Ey%28z%29", "p%40ss%2fw0rd+%2bx%7ey%28z%29",
    ])
    func masksEveryForm(form: String) {
        #expect(
            RemoteText("got '\(form)' twice: \(form)", hiding: [secret]).description
                == "got '[redacted]' twice: [redacted]"
        )
    }

    @Test(arguments: 0..<7)
    func masksBase64WhateverStandsAround(before: Int) {
        let prefix = String(repeating: ":", count: before)
        let text = Data(Array("\(prefix)\(secret.exposed)tail".utf8)).base64EncodedString()
        let shown = RemoteText("Basic \(text)", hiding: [secret]).description
        #expect(shown.contains("[redacted]"))
        let core = Data(Array(secret.exposed.utf8)).base64EncodedString().dropLast(4)
        #expect(before % 3 != 0 || !shown.contains(core))
        // What is left of the digits is too short to hold more than two characters of the secret.
        #expect(shown.count < "Basic [redacted]".count + 4 * (before + 4) / 3 + 8)
    }

    @Test func neverShowsPartOfASecretAtTheEnd() {
        let text = String(repeating: "a", count: 295) + secret.exposed
        #expect(RemoteText(text, hiding: [secret]).description == String(repeating: "a", count: 295) + "…")
        // Masking shortens the text; what moves up must be masked, too.
        let many = String(repeating: String(repeating: "k", count: 100), count: 100)
        let shown = RemoteText(many, hiding: [Secret(String(repeating: "k", count: 100))]).description
        #expect(shown == String(repeating: "[redacted]", count: 30) + "…")
    }

    @Test(arguments: [
        "+1 (555) 010-9999", "+442079460958", "555-010-9999", "(555) 010 9999", "0049.30.1234567", "5550109999",
        "tel:5550109999", #"\n5550109999"#, "a+5550109999", "电话5550109999号",
        "٠١٢٣٤٥٦٧٨٩",
        "5550109999.", "5550109999.Next", "5550109999@sip", "t:202-555-0199",
    ])
    func masksTelephoneNumbers(number: String) {
        let shown = RemoteText("call \(number) now").description
        #expect(!shown.unicodeScalars.contains { $0.properties.numericType == .decimal })
        #expect(shown.contains("[number]"))
    }

    @Test(arguments: [
        "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "12345678-1234-1234-1234-123456789012", "on 2026-11-22 at 14:30",
        "maxCalls is 2000000, more than 1,000,000", "code 404, 12 of 50", "7.25.1 build 4711",
        "e2e:01M8JC9FS2QZ46856062FX30ZZ", "msg_12345678901234", "sim-1234567890", "12345678-90abcdef",
        "20261122T093000Z",
        "tel5550109999",
    ])
    func keepsWhatIsNone(text: String) {
        #expect(RemoteText(text).description == text)
    }

    @Test func masksANumberBesideOtherWords() {
        #expect(
            RemoteText("tel%3A%2B5550109999&x=tel%3a5550109999").description == "tel%3A%2B[number]&x=tel%3a[number]"
        )
        #expect(
            RemoteText("555 010 9999 2nd try, code 7 of call-5550109999").description
                == "[number] 2nd try, code 7 of call-5550109999"
        )
    }

    @Test func neverMasksAnIdentifier() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        for _ in 0..<2000 {
            // Like the id of a run: 26 characters, of which a stretch of eight or more are digits.
            var id = (0..<26).map { _ in alphabet.randomElement(using: &random) ?? "0" }
            let start = Int.random(in: 0...18, using: &random)
            for index in start..<Int.random(in: (start + 8)...26, using: &random) {
                id[index] = alphabet[Int.random(in: 0..<10, using: &random)]
            }
            let text = String(id)
            for (head, tail) in [
                ("", ""), ("e2e:", ""), ("tag=", " "), ("the run (", ")."), ("\"", "\""), ("/", "/cancel"),
            ] {
                let shown = RemoteText("\(head)\(text)\(tail) +12025550123", keeping: [text]).description
                #expect(shown == "\(head)\(text)\(tail) [number]")
                guard id.contains(where: { !$0.isNumber }) else { continue }
                // Without knowing it, by its letters.
                #expect(RemoteText(head + text + tail).description == head + text + tail)
            }
        }
        // Digits alone: what is known is shown, and only as a word.
        #expect(RemoteText("5550109999, 55501099991", keeping: ["5550109999"]).description == "5550109999, [number]")
        let hiding = RemoteText("5550109999", hiding: [Secret("0109")], keeping: ["5550109999"]).description
        #expect(!hiding.contains("0109"))
    }

    @Test(arguments: [
        ("x is at 192.168.100.200, not here", "x is at 192.168.100.200, not here"),
        ("10.200.30.4:8443", "10.200.30.4:8443"), ("http://127.100.100.1/", "http://127.100.100.1/"),
        // Four pairs are written for telephone numbers too, and what is no address is a number.
        ("12.34.56.78", "[number]"), ("192.168.100.300", "[number]"), ("+192.168.100.200", "[number]"),
        ("192.168.100.200.1", "[number]"),
    ])
    func showsAddresses(text: String, shown: String) { #expect(RemoteText(text).description == shown) }

    @Test(arguments: ["", "a", "key", "sandbox"])
    func leavesWordsAloneThatContainAShortSecret(secret: String) {
        let text = "a token for the key of the sandbox is refused"
        #expect(RemoteText(text, hiding: [Secret(secret)]).description == text)
    }

    @Test func masksASecretThatLooksLikeAnIdentifier() {
        let id = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
        #expect(RemoteText("key \(id)!", hiding: [Secret(id)]).description == "key [redacted]!")
        #expect(!RemoteText("key \(id)!", hiding: [Secret("e5f6-7890")]).description.contains("e5f6"))
    }
}
