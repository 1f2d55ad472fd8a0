import HTTPService
import NIOHTTP1
import Testing

@testable import Webhooks

@Suite("DeliveryHeaders", .timeLimit(.minutes(5)))
struct DeliveryHeadersTests {
    private static func isName(_ text: String, _ known: StaticString) -> Bool { text.utf8.span.isName(known) }

    @Test func namesCompareWithoutCase() {
        #expect(Self.isName("webhook-id", "webhook-id") && Self.isName("WEBHOOK-Id", "webhook-id"))
        #expect(!Self.isName("webhook-i", "webhook-id") && !Self.isName("webhook-idd", "webhook-id"))
        // Bytes that differ from a letter, a digit or a hyphen in the bit of the case alone.
        #expect(!Self.isName("webhook\u{0D}id", "webhook-id") && !Self.isName("x\u{10}", "x0"))
        #expect(!Self.isName("@", "`") && !Self.isName("[", "{") && Self.isName("AZaz09", "azaz09"))
    }

    @Test func aFieldThatOccursTwiceHasNoValue() {
        let headers = DeliveryHeaders(HTTPHeaders([("Webhook-Id", "a"), ("x", "b"), ("webhook-id", "a")]))
        #expect(headers.webhookID == .repeated && headers.webhookID.value == nil)
        #expect(DeliveryHeaders(HTTPHeaders([("Webhook-Id", "a")])).webhookID.value == "a")
    }
}
