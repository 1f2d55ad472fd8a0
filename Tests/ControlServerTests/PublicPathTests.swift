import Addresses
import ExactJSON
import HTTPService
import HTTPTypes
import Testing

@testable import ControlServer

/// Behind a proxy: paths with a prefix, and whose word on an address counts.
@Suite(.timeLimit(.minutes(5)))
struct PublicPathTests {
    @Test(
        arguments: [
            ("/ringback", "/ringback"), ("/ringback/", "/ringback"), ("/", ""),
            ("/tools/ring-back_2", "/tools/ring-back_2"),
            ("", nil), ("ringback", nil), ("//", nil), ("/a//b", nil), ("/a/../b", nil), ("/.", nil), ("/a b", nil),
            ("/a?b", nil), ("/ü", nil), ("/a;b", nil), ("/\"", nil), ("http://a/b", nil),
        ] as [(String, String?)]
    )
    func aPrefixIsAPlainPath(_ text: String, _ expected: String?) { #expect(PublicPath(text)?.text == expected) }

    @Test(arguments: [
        ("/ringback", "/"), ("/ringback/", "/"), ("/ringback/v1/runs", "/v1/runs"), ("/v1/runs", "/v1/runs"),
        ("/ringbacks", "/ringbacks"), ("/ringback/ringback", "/ringback"), ("/", "/"),
    ])
    func aPathIsServedWithThePrefixAndWithout(_ path: String, _ expected: String) throws {
        let prefix = try #require(PublicPath("/ringback"))
        #expect(prefix.removed(from: path) == expected)
        #expect(PublicPath.root.removed(from: path) == path)
    }

    @Test func probesAndListsAnswerAtBothPaths() async throws {
        try await Fixture.with(settings: .init(publicPath: PublicPath("/ringback") ?? .root)) { fixture in
            for path in ["/healthz", "/readyz", "/v1/webhooks", "/v1/audit"] {
                try await fixture.expect(200, .get, path)
                try await fixture.expect(200, .get, "/ringback\(path)")
            }
            try await fixture.expect(404, .get, "/other/healthz")
        }
    }

    private static let proxies = TrustedProxies(["10.0.0.0/8", "2001:db8::/32"].compactMap { AddressRange($0) })

    @Test(arguments: [
        ("192.0.2.9", ["198.51.100.7"], "192.0.2.9"), ("10.1.2.3", ["198.51.100.7"], "198.51.100.7"),
        ("10.1.2.3", [], "10.1.2.3"), ("10.1.2.3", ["198.51.100.7, 10.9.9.9"], "198.51.100.7"),
        ("10.1.2.3", ["6.6.6.6, 198.51.100.7", "10.9.9.9"], "198.51.100.7"),
        ("10.1.2.3", ["6.6.6.6, nonsense"], "10.1.2.3"), ("2001:db8::1", ["198.51.100.7"], "198.51.100.7"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
    ])
    func forwardedAddressesAreBelievedFromProxiesOnly(_ peer: String, _ fields: [String], _ client: String) {
        var request = ServiceRequest(.get, "/")
        request.address = peer
        request.headers[values: .forwardedFor] = fields
        #expect(Self.proxies.client(of: request) == client)
    }

    /// The word of a proxy on the host or the origin is never believed.
    @Test func forwardedHostsDoNotCount() async throws {
        try await Fixture.with(settings: .init(trustedProxies: Self.proxies)) { fixture in
            var request = ServiceRequest(.get, "/v1/webhooks", headers: [.authorization: "Bearer \(Fixture.token)"])
            request.authority = "evil.example"
            request.address = "10.0.0.1"
            for name in ["X-Forwarded-Host", "Forwarded", "X-Original-Host"] {
                request.headers[try #require(HTTPField.Name(name))] =
                    name == "Forwarded" ? "host=localhost" : "localhost"
            }
            #expect(await fixture.routes.respond(to: request).status == 421)
            request.authority = "localhost"
            request.headers[.origin] = "http://evil.example"
            request.headers[try #require(HTTPField.Name("X-Forwarded-Proto"))] = "http"
            #expect(await fixture.routes.respond(to: request).status == 403)
        }
    }

    @Test func aHundredWrongTokensDoNotLockTheRightOneOut() async throws {
        try await Fixture.with { fixture in
            for number in 0..<100 {
                let headers: HTTPFields = [
                    .authorization: "Bearer wrong-\(number)", .forwardedFor: "198.51.100.\(number)",
                ]
                try await fixture.expect(401, .get, "/v1/webhooks", headers: headers)
            }
            try await fixture.expect(200, .get, "/v1/webhooks")
        }
    }

    @Test func answersHaveTheFieldsThatKeepThemToThemselves() async throws {
        try await Fixture.with { fixture in
            for (method, path) in [
                (HTTPRequest.Method.get, "/healthz"), (.get, "/v1/webhooks"), (.get, "/nothing"),
                (.put, "/v1/webhooks"),
                (.get, "/login"), (.post, "/logout"),
            ] {
                let answer = try await fixture.send(method, path, headers: [.authorization: "Bearer \(Fixture.token)"])
                #expect(answer.headers[.cacheControl] == "no-store", "\(path)")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff", "\(path)")
                #expect(answer.headers[HTTPField.Name("Referrer-Policy") ?? .accept] == "no-referrer", "\(path)")
                #expect(answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true, "\(path)")
            }
        }
    }

    @Test(arguments: [
        (["abc-1:2.3_4"], true), ([], false), (["a b"], false), ([#"a"b"#], false), (["a", "b"], false),
        ([String(repeating: "a", count: 101)], false), ([""], false),
    ])
    func theIdOfARequestIsKeptIfItIsPlain(_ given: [String], _ isKept: Bool) async throws {
        try await Fixture.with { fixture in
            var headers = HTTPFields()
            headers[values: .requestID] = given
            let id = try await fixture.send(.get, "/healthz", headers: headers).headers[.requestID]
            #expect((id == given.first) == isKept)
            #expect(isKept || (id?.utf8.count ?? 0) > 8)
        }
    }
}
