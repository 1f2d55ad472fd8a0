import NIOCore
import Testing

@testable import HTTPService

@Suite("RequestFields", .timeLimit(.minutes(1)))
struct RequestFieldsTests {
    private static func isName(_ text: String, _ known: StaticString) -> Bool { text.utf8.span.isName(known) }

    @Test func fieldsComeInTheirOrderHoweverOften() {
        let pairs = [("Host", "a"), ("x", ""), ("host", "b\u{e9}"), ("x", "c")]
        var seen: [String] = []
        RequestFields(pairs.map { (name: $0.0, value: $0.1) }).forEach { seen.append("\($0.text)=\($1.text)") }
        #expect(seen == ["Host=a", "x=", "host=b\u{e9}", "x=c"])
    }

    @Test func namesAreTheSameInAnyCaseAndOnlyThen() {
        #expect(Self.isName("webhook-id", "webhook-id") && Self.isName("WEBHOOK-Id", "webhook-id"))
        #expect(!Self.isName("webhook-i", "webhook-id") && !Self.isName("webhook-idd", "webhook-id"))
        // What differs from a letter, a digit or a hyphen in the bit of the case alone.
        #expect(!Self.isName("webhook\u{0D}id", "webhook-id") && !Self.isName("x\u{10}", "x0"))
        #expect(!Self.isName("@", "`") && !Self.isName("[", "{") && Self.isName("AZaz09", "azaz09"))
    }
}
