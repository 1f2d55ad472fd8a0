import Addresses
import Testing

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
