import ExactJSON
import HTTPTypes
import Testing

@testable import ControlServer

/// Which requests may pass: their token, host and page.
@Suite(.timeLimit(.minutes(5)))
struct AccessTests {
    @Test(arguments: [
        ("Bearer secret-of-a-test", 200), ("bearer secret-of-a-test", 200), ("Bearer secret-of-a-tesT", 401),
        ("Bearer secret-of-a-test ", 200), ("Bearer ", 401), ("Bearer", 401), ("", 401), ("secret-of-a-test", 401),
        ("Basic secret-of-a-test", 401), ("Bearer  secret-of-a-test", 401),
    ])
    func requestsNeedTheToken(_ authorization: String, _ status: Int) async throws {
        try await Fixture.with { fixture in
            for path in ["/v1/webhooks", "/v1/deliveries"] {
                let answer = try await fixture.ask(.get, path, headers: [.authorization: authorization])
                #expect(answer.status == status)
                if status == 401 {
                    #expect(answer.json["code"]?.string == "invalid_token")
                    #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer realm=") == true)
                }
            }
        }
    }

    @Test func requestsWithoutATokenOrWithTwoAreRefused() async throws {
        try await Fixture.with { fixture in
            try await fixture.expect(401, .get, "/v1/webhooks", headers: [:])
            var two = HTTPFields()
            two[values: .authorization] = ["Bearer \(Fixture.token)", "Bearer \(Fixture.token)"]
            try await fixture.expect(401, .get, "/v1/webhooks", headers: two)
            // The answer does not reveal that the path is unknown.
            try await fixture.expect(401, .get, "/v1/nothing", headers: [:])
        }
    }

    @Test func healthNeedsNoToken() async throws {
        try await Fixture.with { fixture in
            for path in ["/healthz", "/readyz"] {
                try await fixture.expect(200, .get, path, headers: [:])
            }
        }
    }

    @Test(arguments: [
        ("localhost", 200), ("LOCALHOST:1", 200), ("[::1]:8088", 200), ("::1", 421), ("evil.example", 421),
        ("localhost.evil.example", 421), ("evil.example:localhost", 421), ("", 421),
    ])
    func otherHostsAreRefused(_ authority: String, _ status: Int) async throws {
        try await Fixture.with(hosts: ["localhost", "::1"]) { fixture in
            try await fixture.expect(status, .get, "/v1/webhooks", authority: authority)
            // A probe asks for the address of a pod.
            for path in ["/healthz", "/readyz", "/readyz?verbose"] {
                try await fixture.expect(200, .get, path, headers: [:], authority: authority)
            }
        }
    }

    @Test(arguments: [
        ("http://localhost:8088", 200), ("https://localhost:8088", 200), ("http://localhost:8089", 403),
        ("http://evil.example", 403), ("null", 403), ("", 403),
    ])
    func pagesOfOtherOriginsAreRefused(_ origin: String, _ status: Int) async throws {
        try await Fixture.with { fixture in
            let headers: HTTPFields = [.authorization: "Bearer \(Fixture.token)", .origin: origin]
            try await fixture.expect(status, .get, "/v1/webhooks", headers: headers)
        }
    }

    @Test(arguments: [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403), ("?", 403)])
    func pagesOfOtherSitesAreRefused(_ site: String, _ status: Int) async throws {
        try await Fixture.with { fixture in
            let name = try #require(HTTPField.Name("Sec-Fetch-Site"))
            let headers: HTTPFields = [.authorization: "Bearer \(Fixture.token)", name: site]
            try await fixture.expect((status == 200 ? 404 : 403), .post, "/v1/deliveries/1/replay", headers: headers)
        }
    }

    @Test func newTokensAreLongAndDiffer() {
        let made = (0..<20).map { _ in APIToken.random() }
        #expect(Set(made.map(\.text)).count == 20)
        for (text, token) in made {
            #expect(text.count == 47 && text.hasPrefix("rbk_"))
            #expect(token.matches(APIToken(text)))
            #expect(!token.matches(APIToken(String(text.dropLast()))))
        }
    }
}
