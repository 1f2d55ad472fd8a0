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
                "webhookUrl uses http to example.com, which is no loopback host; use https"
            ),
            ("http://10.0.0.1/", "webhookUrl uses http to 10.0.0.1, which is no loopback host; use https"),
            ("http://0.0.0.0/", "webhookUrl uses http to 0.0.0.0, which is no loopback host; use https"),
            ("http://[::2]/", "webhookUrl uses http to ::2, which is no loopback host; use https"),
            (
                "http://localhost.example/",
                "webhookUrl uses http to localhost.example, which is no loopback host; use https"
            ),
            (
                "http://127.0.0.1.example/",
                "webhookUrl uses http to 127.0.0.1.example, which is no loopback host; use https"
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

@Suite("HTTPURL", .timeLimit(.minutes(5)))
struct HTTPURLTests {
    @Test(
        arguments: [
            ("https://API.example", "https://api.example", "api.example", nil, ""),
            ("https://api.example:443/x", "https://api.example", "api.example", 443, "/x"),
            ("http://api.example:443/x", "http://api.example:443", "api.example", 443, "/x"),
            ("http://api.example:80?q", "http://api.example", "api.example", 80, "?q"),
            ("https://api.example:80#f", "https://api.example:80", "api.example", 80, "#f"),
            ("HTTP://127.0.0.1:8089/a/b?c", "http://127.0.0.1:8089", "127.0.0.1", 8089, "/a/b?c"),
            ("http://[::1]:8089/", "http://[::1]:8089", "::1", 8089, "/"),
            ("https://[2001:DB8::1]", "https://[2001:db8::1]", "2001:db8::1", nil, ""),
            ("https://[2001:db8::1]:443/x", "https://[2001:db8::1]", "2001:db8::1", 443, "/x"),
            ("https://api.example:/x", "https://api.example", "api.example", nil, "/x"),
            ("https://user:pw@api.example:8443/x", "https://api.example:8443", "api.example", 8443, "/x"),
        ] as [(String, String, String, Int?, String)]
    )
    func urlIsTakenApart(text: String, origin: String, host: String, port: Int?, rest: String) throws {
        let url = try #require(HTTPURL(text))
        #expect(url.origin == origin)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.rest == rest)
        #expect(url.hasUserInformation == text.contains("@"))
    }

    @Test(arguments: ["", "://", "http://a\u{301}b/", "https://\u{212A}.example", "http://a/ b", "http://a/\r\nX: y"])
    func otherTextIsNoURL(text: String) {
        #expect(HTTPURL(text) == nil)
    }

    @Test(
        arguments: [
            "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "fe80::1:2",
            "::ffff:192.0.2.1",
            "1:2:3:4:5:6:192.0.2.1", "0001:0DB8::00a0",
        ])
    func ipv6AddressIsAHost(address: String) {
        #expect(HTTPURL("https://[\(address)]/")?.host == address.lowercased())
    }

    @Test(
        arguments: [
            ":", ":::", "1:", ":1", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2::3",
            "12345::",
            "g::", "+1::", "-1::", "::1.2.3", "::1.2.3.256", "::1.2.3.+4", "1.2.3.4::", "192.0.2.1", "v1.x",
            "fe80::1%eth0",
        ])
    func otherTextInBracketsIsNoHost(address: String) {
        #expect(HTTPURL("https://[\(address)]/") == nil)
    }

    @Test(
        arguments: [
            ("localhost", true), ("LocalHost", true), ("a.localhost", true), ("127.0.0.1", true), ("127.9.8.255", true),
            ("::1", true), ("0:0:0:0:0:0:0:1", true), ("::0001", true), ("::ffff:127.0.0.1", true),
            ("localhost.example", false), ("notlocalhost", false), ("128.0.0.1", false), ("127.0.0.256", false),
            ("127.0.0", false), ("127.1", false), ("127.+0.0.1", false), ("127.0.0.1.example", false),
            ("127.0.0.1.", false), ("0.0.0.0", false), ("::", false), ("::2", false), ("::ffff:128.0.0.1", false),
            ("", false),
        ])
    func loopbackHostIsRecognised(host: String, isLoopback: Bool) {
        #expect(HTTPURL.isLoopback(host: host) == isLoopback)
    }
}
