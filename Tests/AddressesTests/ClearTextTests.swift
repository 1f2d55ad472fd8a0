import Addresses
import Testing

/// Addresses without TLS, as they are written.
@Suite(.timeLimit(.minutes(5)))
struct ClearTextTests {
    @Test(arguments: [
        // The URL, the value of CXONE_ALLOW_HTTP, and whether it may be used.
        ("https://api.example", "", true), ("http://127.0.0.1:1", "", true), ("http://127.8.9.1", "", true),
        ("http://[::1]/x", "", true), ("http://localhost", "", true), ("http://a.localhost", "", true),
        ("http://api.example", "", false), ("http://10.0.0.1", "", false), ("http://0.0.0.0", "", false),
        ("http://sandbox:8089", "", false), ("http://sandbox:8089", "sandbox", true),
        ("http://SANDBOX:8089", "Sandbox", true), ("http://sandbox", "qa, sandbox", true),
        ("http://sandbox", "qa sandbox", true), ("http://10.0.0.1", "10.0.0.1", true),
        // Exact names: neither a part of one, nor a pattern, nor an address with a scheme or a port.
        ("http://a.sandbox", "sandbox", false), ("http://sandbox", "*", false), ("http://sandbox", ".sandbox", false),
        ("http://sandbox:8089", "sandbox:8089", false), ("http://sandbox", "http://sandbox", false),
    ])
    func isForThisMachineAndNamedHosts(_ text: String, _ value: String, _ isAllowed: Bool) throws {
        let url = try #require(HTTPURL(text))
        let refusal = ClearText.$hosts.withValue(ClearText.hosts(in: value)) { ClearText.refusal(of: url) }
        let words =
            "uses http to \(url.host), which is not a loopback host; use https, or name the host in CXONE_ALLOW_HTTP"
        #expect(refusal == (isAllowed ? nil : words))
    }
}
