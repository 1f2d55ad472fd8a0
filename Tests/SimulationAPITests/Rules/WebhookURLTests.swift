import ExactJSON
import SimulationAPI
import Testing

@Suite("WebhookURL", .timeLimit(.minutes(5)))
struct WebhookURLTests {
    static let advice =
        "webhookUrl must be an absolute https URL, or http on a loopback host; a port is 1 to 65535"
    static let characters = "webhookUrl has characters that no URL has; percent-encode them"
    static let userInformation = "webhookUrl must not carry a user name or password; deliveries are signed instead"

    @Test(
        arguments: [
            "https://example.com", "https://example.com/", "HTTPS://EXAMPLE.com:8443/a/b?c=d#e",
            "https://example.com?x=1", "https://xn--bro-hoa.example/hook", "https://example.com./x",
            "https://203.0.113.9/x", "https://[2001:db8::1]:8443/x", "http://localhost/x", "http://LOCALHOST:8080/x",
            "http://hooks.localhost/x", "http://127.0.0.1:1/x", "http://127.255.0.9:65535/x", "http://[::1]:8080/x",
            "http://[0:0:0:0:0:0:0:1]/x", "https://127.0.0.1/x", "https://example.com/%20/@x", "https://example.com:/x",
        ]
    )
    func addressPasses(url: String) throws {
        #expect(WebhookURL.problem(of: url) == nil)
        let payload = PayloadRules().check(try PayloadDocuments.with("webhookUrl", JSONValue.string(url).text)).payload
        #expect(payload?.webhookURL == url)
    }

    @Test(
        arguments: [
            ("", advice), ("/hook", advice), ("//example.com/hook", advice), ("example.com/hook", advice),
            ("hook", advice), ("https:/example.com", advice), ("https:example.com", advice), ("https://", advice),
            ("https:///hook", advice), ("https://?x", advice), ("ftp://example.com", advice),
            ("ws://localhost", advice), ("file:///etc/passwd", advice), ("javascript://x", advice),
            ("https://example.com:0/x", advice), ("https://example.com:65536/x", advice),
            ("https://example.com:-1/x", advice), ("https://example.com:+80/x", advice),
            ("https://example.com:80:80/x", advice), ("https://example.com:x/", advice),
            ("https://example.com:99999999999999999999/", advice), ("https://[::1", advice), ("https://[]/", advice),
            ("https://[1::2::3]/", advice), ("https://[::1]x/", advice), ("https://[::1%25eth0]/", advice),
            ("https://::1/", advice), ("https://a..b/", advice), ("https://./", advice),
            (" https://example.com", characters), ("https://example.com/a b", characters),
            ("https://example.com/\n", characters), ("https://example.com/\u{0}", characters),
            ("https://büro.example/", characters), ("https://example.com\\@evil.example/", characters),
            ("https://example.com/{id}", characters), ("https://example.com/<x>", characters),
            ("https://user:password@example.com/", userInformation), ("https://user@example.com/", userInformation),
            ("https://@example.com/", userInformation), ("http://localhost@example.com/", userInformation),
            ("https://a@b@example.com/", userInformation),
            (
                "http://example.com/hook",
                "webhookUrl uses http to example.com, which is not a loopback host; use https, or name the host in CXONE_ALLOW_HTTP"
            ),
            (
                "http://10.0.0.1/",
                "webhookUrl uses http to 10.0.0.1, which is not a loopback host; use https, or name the host in CXONE_ALLOW_HTTP"
            ),
            (
                "http://0.0.0.0/",
                "webhookUrl uses http to 0.0.0.0, which is not a loopback host; use https, or name the host in CXONE_ALLOW_HTTP"
            ),
            (
                "http://[::2]/",
                "webhookUrl uses http to ::2, which is not a loopback host; use https, or name the host in CXONE_ALLOW_HTTP"
            ),
            (
                "http://localhost.example/",
                "webhookUrl uses http to localhost.example, which is not a loopback host; use https, or name the host in CXONE_ALLOW_HTTP"
            ),
            (
                "http://127.0.0.1.example/",
                "webhookUrl uses http to 127.0.0.1.example, which is not a loopback host; use https, or name the host in CXONE_ALLOW_HTTP"
            ),
        ]
    )
    func addressIsRefused(url: String, message: String) throws {
        #expect(WebhookURL.problem(of: url) == message)
        #expect(
            PayloadRules().check(try PayloadDocuments.with("webhookUrl", JSONValue.string(url).text)).lines
                == ["/webhookUrl [webhook_url.invalid] \(message)"]
        )
    }

    @Test func lengthIsBounded() {
        let start = "https://example.com/"
        let path = String(repeating: "x", count: 2048 - start.utf8.count)
        #expect(WebhookURL.problem(of: start + path) == nil)
        #expect(WebhookURL.problem(of: start + path + "x") == "webhookUrl is longer than 2048 bytes")
    }
}
