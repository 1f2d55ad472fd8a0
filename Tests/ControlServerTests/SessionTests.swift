import Addresses
import ExactJSON
import HTTPService
import HTTPTypes
import RunStore
import Testing

@testable import ControlServer

/// Signing in with a browser, and what pages of other sites cannot do with its cookie.
@Suite(.timeLimit(.minutes(5)))
struct SessionTests {
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    private static func signIn(_ fixture: Fixture, _ body: String) async throws -> ServiceResponse {
        try await fixture.send(.post, "/login", headers: form, body: Array(body.utf8))
    }

    /// The cookie as a browser sends it back.
    private static func cookie(of response: ServiceResponse) -> HTTPFields {
        [.cookie: "other=1; " + String((response.headers[.setCookie] ?? "").prefix { $0 != ";" })]
    }

    @Test func theCookieCountsAsTheToken() async throws {
        try await Fixture.with { fixture in
            let answer = try await Self.signIn(fixture, "token=\(Fixture.token)")
            #expect(answer.status == 303 && answer.headers[.location] == "/")
            let cookie = Self.cookie(of: answer)
            try await fixture.expect(200, .get, "/v1/deliveries", headers: cookie)
            try await fixture.expect(404, .post, "/v1/deliveries/1/replay", headers: cookie)
            let secret = try #require(try await fixture.tokens([.viewer]).first).1
            let viewer = Self.cookie(of: try await Self.signIn(fixture, "token=%20\(secret)%0A"))
            try await fixture.expect(200, .get, "/v1/deliveries", headers: viewer)
            try await fixture.expect(403, .post, "/v1/deliveries/1/replay", headers: viewer)
            try await fixture.expect(200, .delete, "/v1/tokens/t-viewer")
            try await fixture.expect(401, .get, "/v1/deliveries", headers: viewer)
        }
    }

    @Test(arguments: [
        (PublicPath.root, false, "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"),
        (.root, true, "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"),
        (PublicPath("/ringback") ?? .root, true, "Path=/ringback; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"),
    ])
    func theCookieIsOutOfReach(_ path: PublicPath, _ isSecure: Bool, _ attributes: String) async throws {
        try await Fixture.with(settings: .init(publicPath: path, isSecure: isSecure)) { fixture in
            let answer = try await Self.signIn(fixture, "token=\(Fixture.token)&next=\(path("/v1/runs"))")
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasSuffix("; " + attributes), "\(cookie)")
            #expect(!cookie.contains(Fixture.token) && answer.body.isEmpty)
            #expect(answer.headers[.location] == path("/v1/runs"))
            let out = try await fixture.send(.post, "/logout")
            #expect(out.status == 303 && out.headers[.location] == path("/login"))
            #expect(out.headers[.setCookie]?.contains("ringback_session=; ") == true)
            #expect(out.headers[.setCookie]?.contains("Max-Age=0") == true)
        }
    }

    @Test(arguments: ["", "token=", "token=wrong", "next=/", "token=%zz", "="]) func aWrongTokenIsNoSession(
        _ body: String
    ) async throws {
        try await Fixture.with { fixture in
            let answer = try await Self.signIn(fixture, body)
            #expect(answer.status == 401 && answer.headers[.setCookie] == nil)
            #expect(answer.headers[.contentType]?.hasPrefix("text/html") == true)
            let page = String(decoding: answer.body, as: UTF8.self)
            #expect(page.contains("role=\"alert\"") && !page.contains("value=\"wrong\""))
        }
    }

    /// A link in a form cannot lead a signed-in browser to another site.
    @Test(arguments: [
        ("https://evil.example/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/"),
        ("/v1/runs?a=1", "/v1/runs?a=1"),
        ("javascript:alert(1)", "/"), ("/a\r\nSet-Cookie: x=1", "/"), ("", "/"),
    ])
    func theNextPageIsOneOfTheService(_ next: String, _ location: String) async throws {
        try await Fixture.with { fixture in
            let answer = try await Self.signIn(fixture, "token=\(Fixture.token)&next=\(FormEncoding.encode(next))")
            #expect(answer.status == 303 && answer.headers[.location] == location)
        }
    }

    @Test func theFormQuotesWhatItWasAskedFor() async throws {
        try await Fixture.with { fixture in
            let answer = try await fixture.send(.get, "/login?next=%22%3E%3Cscript%3E")
            let page = String(decoding: answer.body, as: UTF8.self)
            #expect(answer.status == 200 && page.contains("value=\"&quot;&gt;&lt;script&gt;\""))
            #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            try await fixture.expect(415, .post, "/login", headers: [.contentType: "application/json"])
        }
    }

    /// Another site may link to a page; it may not send a form, sign in for somebody, or read an answer.
    @Test(
        arguments: [
            ("same-origin", nil, 404), ("none", nil, 404), ("cross-site", nil, 403), ("same-site", nil, 403),
            (nil, "http://localhost:8088", 404), (nil, "http://evil.example", 403), (nil, "null", 403),
            // Behind a proxy that does not pass the Host on, the browser's word counts, or the name of --public-host.
            ("same-origin", "https://ci.example", 404), (nil, "https://ci.example", 404),
            (nil, "https://ci.example.evil.example", 403),
        ] as [(String?, String?, Int)]
    )
    func unsafeRequestsOfOtherSitesAreRefused(_ site: String?, _ origin: String?, _ status: Int) async throws {
        try await Fixture.with(publicHosts: ["ci.example"]) { fixture in
            var headers = Self.cookie(of: try await Self.signIn(fixture, "token=\(Fixture.token)"))
            headers[try #require(HTTPField.Name("Sec-Fetch-Site"))] = site
            headers[.origin] = origin
            let answer = try await fixture.ask(.post, "/v1/deliveries/1/replay", headers: headers)
            #expect(answer.status == status)
            if status == 403 { #expect(answer.json["code"] == "cross_origin") }
            for path in ["/login", "/logout"] {
                let answer = try await fixture.send(.post, path, headers: headers)
                #expect((answer.status == 403) == (status == 403), "\(path)")
            }
        }
    }

    /// A link in a pull request opens signed in.
    @Test func aLinkFromAnotherSiteIsFollowed() async throws {
        try await Fixture.with { fixture in
            var headers = Self.cookie(of: try await Self.signIn(fixture, "token=\(Fixture.token)"))
            headers[try #require(HTTPField.Name("Sec-Fetch-Site"))] = "cross-site"
            try await fixture.expect(200, .get, "/v1/deliveries", headers: headers)
        }
    }

    @Test func aTokenInAnAddressOpensNothing() async throws {
        try await Fixture.with { fixture in
            for name in ["token", "access_token", "api_key"] {
                try await fixture.expect(401, .get, "/v1/deliveries?\(name)=\(Fixture.token)", headers: [:])
            }
        }
    }
}
