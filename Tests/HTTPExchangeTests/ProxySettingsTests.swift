import Addresses
import RingbackTestKit
import Synchronization
import Testing

@testable import HTTPExchange

/// The proxies of the environment.
@Suite(.timeLimit(.minutes(5)))
struct ProxySettingsTests {
    private func settings(_ variables: [String: String]) throws -> ProxySettings {
        try ProxySettings { variables[$0] }
    }

    @Test(
        arguments: [
            // The URL, NO_PROXY, and the proxy's port.
            ("https://api.example/x", "", 1), ("http://api.example/x", "", 2), ("https://10.1.2.3/", "", 1),
            ("https://127.0.0.1/", "", nil), ("https://localhost/", "", nil), ("http://[::1]:8089/", "", nil),
            ("https://a.localhost/", "", nil), ("https://api.example", "*", nil),
            ("https://api.example", "api.example", nil), ("https://API.example", "Api.Example", nil),
            ("https://a.api.example", "api.example", nil), ("https://a.api.example", ".api.example", nil),
            ("https://a.api.example", "*.api.example", nil), ("https://myapi.example", "api.example", 1),
            ("https://api.example", "api.example:443", nil), ("https://api.example:8443", "api.example:443", 1),
            ("https://api.example", "a.example, api.example", nil),
            ("https://api.example", "a.example api.example", nil),
            ("https://10.1.2.3/", "10.0.0.0/8", nil), ("https://11.1.2.3/", "10.0.0.0/8", 1),
            ("https://10.1.2.3/", "10.1.2.3", nil), ("https://[fd00::1]/", "fd00::/8", nil),
            ("https://api.example", "10.0.0.0/8", 1),
        ] as [(String, String, Int?)]
    )
    func holdForTheSchemeAndNotForExceptions(url: String, exceptions: String, port: Int?) throws {
        let proxies = try settings([
            "HTTPS_PROXY": "http://proxy.example:1", "HTTP_PROXY": "http://proxy.example:2", "NO_PROXY": exceptions,
        ])
        let place = try #require(HTTPURL(url))
        #expect(proxies.proxy(for: place)?.port == port)
    }

    @Test(
        arguments: [
            ("http://proxy.example:3128", "proxy.example", 3128, nil, nil),
            ("proxy.example:3128", "proxy.example", 3128, nil, nil),
            ("http://proxy.example", "proxy.example", 80, nil, nil),
            ("http://[fd00::1]:3128/", "fd00::1", 3128, nil, nil),
            ("http://me:p%40ss%3A@proxy.example:1", "proxy.example", 1, "me", "p@ss:"),
            ("me@proxy:1", "proxy", 1, "me", ""),
        ] as [(String, String, Int, String?, String?)]
    )
    func areRead(text: String, host: String, port: Int, user: String?, password: String?) throws {
        let place = try #require(HTTPURL("https://api.example"))
        for name in ["https_proxy", "HTTPS_PROXY"] {
            let settings = try settings([name: text])
            let proxy = try #require(settings.proxy(for: place))
            #expect(proxy.host == host && proxy.port == port && proxy.user == user)
            #expect(proxy.password?.exposed == password && proxy.variable == name)
            #expect(settings.secrets == [proxy.password].compactMap(\.self))
        }
    }

    @Test(arguments: [
        ("socks5://user:canary@proxy.example:1080", "a SOCKS proxy cannot be used"),
        ("https://user:canary@proxy.example:1", "itself reached by https"),
        ("http://user:canary@a b", "must be a proxy such as"),
        ("http://user:canary@proxy:x", "must be a proxy such as"),
    ])
    func refusalsShowNoPassword(text: String, words: String) {
        let error = #expect(throws: ProxySettings.InvalidVariable.self) { try settings(["https_proxy": text]) }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains(words) && message.hasPrefix("https_proxy ") && !message.contains("canary"))
    }

    @Test(arguments: [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
            "it wants a user name and a password (407)"
        ),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "it refused to connect to the host"),
    ])
    func aProxyThatRefusesIsNamed(answer: String, words: String) async throws {
        let seen = Shared("")
        let proxy = try LoopbackListener { connection in
            let text = String(decoding: connection.readRequest(), as: UTF8.self)
            seen.withLock { $0 = text }
            connection.send(answer)
            connection.end()
        }
        defer { proxy.stop() }
        var settings = ConnectionSettings()
        settings.proxies = try self.settings(["https_proxy": "http://me:canary@127.0.0.1:\(proxy.port)"])
        let error = try await HTTPTransport.withConnections(settings) { transport in
            await #expect(throws: TransportError.self) {
                _ = try await transport.send(
                    OutgoingRequest(
                        method: .get,
                        url: "https://api.invalid/",
                        timeout: .seconds(20),
                        maxResponseBytes: 100
                    )
                )
            }
        }
        #expect(error?.code == .notSent)
        #expect(error?.message == "the proxy 127.0.0.1:\(proxy.port) (https_proxy): \(words)")
        let request = seen.withLock { $0 }
        #expect(request.hasPrefix("CONNECT api.invalid:443 HTTP/1.1\r\n"))
        #expect(request.contains("Basic bWU6Y2FuYXJ5"))
    }
}
