import ExactJSON
import HTTPTypes
import SimulationAPI
import Testing

@testable import Sandbox

@Suite("Authorization", .timeLimit(.minutes(5)))
struct AuthorizationTests {
    /// Every operation that needs a token, with the scope.
    private static let operations: [(HTTPRequest.Method, String, Scope)] = [
        (.post, Endpoint.simulations, .simulationsWrite), (.get, Endpoint.simulations, .simulationsRead),
        (.get, "\(Endpoint.simulations)/x", .simulationsRead),
        (.post, "\(Endpoint.simulations)/x/cancel", .simulationsWrite), (.post, Endpoint.aggregations, .metricsRead),
    ]

    @Test(arguments: operations)
    func withoutATokenNothingIsSaidOfAnError(_ method: HTTPRequest.Method, _ path: String, _ scope: Scope) async {
        for authorization in [nil, "", "Basic c2FuZGJveDpzYW5kYm94", "Bearer", "Bearer a b", "token abc"] {
            let headers: HTTPFields = authorization.map { [.authorization: $0] } ?? [:]
            let answer = await Rig().send(method, path, headers: headers)
            #expect(answer.status == 401 && answer.code == "invalid_token")
            #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"ringback-sandbox\"")
        }
    }

    @Test(arguments: operations)
    func anUnknownTokenIsCalledUnknown(_ method: HTTPRequest.Method, _ path: String, _ scope: Scope) async {
        let answer = await Rig().send(method, path, token: "rbk_unknown")
        #expect(answer.status == 401 && answer.code == "invalid_token")
        #expect(
            answer.headers[.wwwAuthenticate]
                == "Bearer realm=\"ringback-sandbox\", error=\"invalid_token\", "
                + "error_description=\"the token is unknown\""
        )
    }

    @Test(arguments: operations)
    func theScopeThatIsMissingIsNamed(_ method: HTTPRequest.Method, _ path: String, _ scope: Scope) async throws {
        let rig = Rig()
        let others = Scope.allCases.filter { $0 != scope }.map(\.rawValue).joined(separator: "+")
        let answer = await rig.send(method, path, token: try await rig.token(others))
        #expect(answer.status == 403 && answer.code == "insufficient_scope")
        #expect(answer.json["detail"]?.string?.contains(scope.rawValue) == true)
        #expect(
            answer.headers[.wwwAuthenticate]
                == "Bearer realm=\"ringback-sandbox\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
        )
        let allowed = await rig.send(method, path, token: try await rig.token(scope.rawValue))
        #expect(![401, 403].contains(allowed.status))
    }

    @Test func theWordBearerIsReadInAnyCase() async throws {
        let rig = Rig()
        let token = try await rig.token()
        for word in ["Bearer", "bearer", "BEARER"] {
            let headers: HTTPFields = [.authorization: "\(word) \(token)"]
            #expect(await rig.send(.get, Endpoint.simulations, headers: headers).status == 200)
        }
    }

    @Test func theBucketHoldsASecondsWorthAndRefills() async throws {
        let rig = Rig { $0.rateLimit = 4 }
        let token = try await rig.token()
        func list() async -> Answer { await rig.send(.get, Endpoint.simulations, token: token) }
        for _ in 0..<4 { #expect(await list().status == 200) }
        let refused = await list()
        #expect(refused.status == 429 && refused.code == "rate_limited")
        #expect(refused.headers[.retryAfter] == "1")
        rig.advance(0.24)
        #expect(await list().status == 429)
        rig.advance(0.02)
        #expect(await list().status == 200)
        #expect(await list().status == 429)
        // However long nobody asks, no more than a second's worth is there.
        rig.advance(600)
        for _ in 0..<4 { #expect(await list().status == 200) }
        #expect(await list().status == 429)
        // Each endpoint has a bucket of its own.
        #expect(await rig.send(.get, "\(Endpoint.simulations)/x", token: token).status == 404)
        #expect(await rig.send(.get, "/healthz").status == 200)
    }

    @Test(arguments: [(0.5, "2"), (0.1, "10"), (2.0, "1"), (1e-9, "86400")])
    func retryAfterSaysWhenThereIsRoom(_ rate: Double, _ seconds: String) async throws {
        let rig = Rig { $0.rateLimit = rate }
        let token = try await rig.token()
        var answer = await rig.send(.get, Endpoint.simulations, token: token)
        #expect(answer.status == 200)
        while answer.status == 200 { answer = await rig.send(.get, Endpoint.simulations, token: token) }
        #expect(answer.headers[.retryAfter] == seconds)
        guard rate >= 0.1 else { return }
        rig.advance(1 / rate - 0.001)
        #expect(await rig.send(.get, Endpoint.simulations, token: token).status == 429)
        rig.advance(0.002)
        #expect(await rig.send(.get, Endpoint.simulations, token: token).status == 200)
    }

    @Test func eachClientHasABucketOfItsOwn() async throws {
        let clients = ["a", "b"].map { SandboxClient(id: $0, secret: "s", scopes: Scope.allCases) }
        let rig = Rig {
            $0.rateLimit = 1
            $0.clients = clients
        }
        let tokens = [try await rig.token(id: "a", secret: "s"), try await rig.token(id: "b", secret: "s")]
        for token in tokens { #expect(await rig.send(.get, Endpoint.simulations, token: token).status == 200) }
        for token in tokens { #expect(await rig.send(.get, Endpoint.simulations, token: token).status == 429) }
        // The token endpoint is limited too, once it is known who asks.
        let form = "grant_type=client_credentials&client_id=a&client_secret="
        #expect(await rig.token(form: form + "s").status == 429)
        #expect(await rig.token(form: form + "wrong").status == 401)
    }
}
