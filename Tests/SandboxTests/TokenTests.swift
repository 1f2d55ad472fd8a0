import ExactJSON
import Foundation
import HTTPTypes
import SimulationAPI
import Testing

@testable import Sandbox

@Suite("Token endpoint", .timeLimit(.minutes(5)))
struct TokenTests {
    private static let grant = "grant_type=client_credentials"

    private static func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

    @Test func aTokenIsGrantedAndWorks() async throws {
        let rig = Rig()
        let answer = await rig.token(form: Self.grant, authorization: Self.basic("sandbox:sandbox"))
        #expect(answer.status == 200)
        #expect(answer.headers[.cacheControl] == "no-store")
        #expect(answer.headers[.contentType] == "application/json")
        #expect(answer.json["token_type"]?.string == "Bearer")
        #expect(answer.json["expires_in"]?.integer == 3600)
        #expect(answer.json["scope"]?.string == Scope.all)
        let token = try #require(answer.json["access_token"]?.string)
        #expect(await rig.send(.get, Endpoint.simulations, token: token).status == 200)
        #expect(try await rig.token() != token)
    }

    /// A client whose id and secret need every escape (the vector of AppAuth-iOS#233).
    private static let special = SandboxClient(
        id: "1PpG/Q 1",
        secret: "z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=",
        scopes: [.simulationsRead]
    )

    @Test(arguments: [
        // As RFC 6749 section 2.3.1 says: form-encoded, then Base64.
        "Basic MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndmRlR0MXJGdyUzRA==",
        // As many clients do it.
        basic("1PpG/Q 1:z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw="),
        basic("1PpG%2FQ%201:z%2FtZ9VwFZqApmIQ%2BZH1I5pLk%2FuB4ud%3AX2%2F8bL%2BwfFTt1rFw%3D").replacingOccurrences(
            of: "Basic",
            with: "basic"
        ),
    ])
    func basicCredentialsEncodedAndRaw(_ authorization: String) async {
        let rig = Rig { $0.clients = [Self.special] }
        let answer = await rig.token(form: Self.grant, authorization: authorization)
        #expect(answer.status == 200)
        #expect(answer.json["scope"]?.string == "dialer:simulations:read")
    }

    @Test func credentialsInTheBody() async {
        let rig = Rig { $0.clients = [Self.special] }
        let form =
            Self.grant
            + "&client_id=1PpG%2FQ+1&client_secret=z%2FtZ9VwFZqApmIQ%2BZH1I5pLk%2FuB4ud%3AX2%2F8bL%2BwfFTt1rFw%3D"
        #expect(await rig.token(form: form).status == 200)
    }

    @Test func aSecretThatLooksEscapedButIsNotIsTakenRaw() async {
        let rig = Rig { $0.clients = [SandboxClient(id: "a", secret: "100%zz", scopes: [])] }
        #expect(await rig.token(form: Self.grant, authorization: Self.basic("a:100%zz")).status == 200)
    }

    @Test(arguments: [
        "Basic", "Basic !!!", basic("sandbox"), basic("sandbox:wrong"), basic("sandbox:"), basic(":sandbox"),
        basic("Sandbox:sandbox"), basic("sandbox:sandbox "), "Bearer abc", "sandbox:sandbox", basic("other:sandbox"),
    ])
    func wrongBasicCredentialsAre401(_ authorization: String) async {
        let answer = await Rig().token(form: Self.grant, authorization: authorization)
        #expect(answer.status == 401)
        #expect(answer.json["error"]?.string == "invalid_client")
        #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Basic realm=") == true)
    }

    @Test(arguments: [
        ("", 401, "invalid_client"), ("&client_id=sandbox", 401, "invalid_client"),
        ("&client_secret=sandbox", 401, "invalid_client"), ("&client_id=sandbox&client_secret=", 401, "invalid_client"),
        ("&client_id=sandbox&client_secret=wrong", 401, "invalid_client"),
        ("&client_id=sandbox&client_id=sandbox&client_secret=sandbox", 400, "invalid_request"),
        ("&client_id=sandbox&client_secret=sandbox&client_secret=sandbox", 400, "invalid_request"),
        ("&client_id=sandbox&client_secret=sandbox&grant_type=client_credentials", 400, "invalid_request"),
        ("&client_id=sandbox&client_secret=sandbox&scope=a&scope=b", 400, "invalid_request"),
        ("&client_id=sandbox&client_secret=%zz", 400, "invalid_request"),
        ("&client_id=sandbox&client_secret=sandbox&scope=dialer:everything", 400, "invalid_scope"),
        ("&client_id=sandbox&client_secret=sandbox&scope=dialer:metrics:read+x", 400, "invalid_scope"),
        ("&client_id=sandbox&client_secret=sandbox&unknown=1", 200, nil),
    ])
    func whatIsWrongWithAForm(_ more: String, _ status: Int, _ error: String?) async {
        let answer = await Rig().token(form: Self.grant + more)
        #expect(answer.status == status)
        #expect(answer.json["error"]?.string == error)
        #expect(answer.headers[.cacheControl] == "no-store")
    }

    @Test(arguments: [
        ("", "invalid_request"), ("scope=x", "invalid_request"), ("grant_type=", "invalid_request"),
        ("grant_type=password", "unsupported_grant_type"), ("grant_type=Client_Credentials", "unsupported_grant_type"),
        ("grant_type=authorization_code", "unsupported_grant_type"),
    ])
    func otherGrantsAreRefused(_ form: String, _ error: String) async {
        let answer = await Rig().token(form: form, authorization: Self.basic("sandbox:sandbox"))
        #expect(answer.status == 400)
        #expect(answer.json["error"]?.string == error)
    }

    @Test func credentialsStandInOnePlaceOnly() async {
        let rig = Rig()
        let both = await rig.token(
            form: Self.grant + "&client_id=sandbox&client_secret=sandbox",
            authorization: Self.basic("sandbox:sandbox")
        )
        #expect(both.status == 400 && both.json["error"]?.string == "invalid_request")
        // A parameter without a value counts as left out.
        let empty = await rig.token(
            form: Self.grant + "&client_id=&client_secret=",
            authorization: Self.basic("sandbox:sandbox")
        )
        #expect(empty.status == 200)
    }

    @Test func onlyFormsAreRead() async {
        let answer = await Rig().send(
            .post,
            Endpoint.token,
            headers: [.authorization: Self.basic("sandbox:sandbox")],
            body: #"{"grant_type":"client_credentials"}"#
        )
        #expect(answer.status == 400 && answer.json["error"]?.string == "invalid_request")
    }

    @Test(arguments: [
        ("", "dialer:simulations:write dialer:simulations:read"),
        ("dialer:simulations:read", "dialer:simulations:read"),
        ("dialer:simulations:read+dialer:simulations:write", "dialer:simulations:read dialer:simulations:write"),
        ("dialer:simulations:read++dialer:simulations:read", "dialer:simulations:read"),
    ])
    func scopesAreThoseAskedFor(_ asked: String, _ granted: String) async {
        let client = SandboxClient(id: "c", secret: "s", scopes: [.simulationsWrite, .simulationsRead])
        let rig = Rig { $0.clients = [client] }
        let answer = await rig.token(form: "\(Self.grant)&scope=\(asked)&client_id=c&client_secret=s")
        #expect(answer.json["scope"]?.string == granted)
        let beyond = await rig.token(form: "\(Self.grant)&scope=dialer:metrics:read&client_id=c&client_secret=s")
        #expect(beyond.status == 400 && beyond.json["error"]?.string == "invalid_scope")
    }

    @Test func tokensExpireAtTheExactSecond() async throws {
        let rig = Rig { $0.tokenLifetime = .seconds(60) }
        let token = try await rig.token()
        rig.advance(59.999)
        #expect(await rig.send(.get, Endpoint.simulations, token: token).status == 200)
        rig.advance(0.001)
        let expired = await rig.send(.get, Endpoint.simulations, token: token)
        #expect(expired.status == 401)
        #expect(expired.headers[.wwwAuthenticate]?.contains("the token has expired") == true)
        // It is still known as expired for a while, also after others were granted.
        rig.advance(3000)
        _ = try await rig.token()
        let later = await rig.send(.get, Endpoint.simulations, token: token)
        #expect(later.headers[.wwwAuthenticate]?.contains("the token has expired") == true)
        rig.advance(3600)
        _ = try await rig.token()
        let forgotten = await rig.send(.get, Endpoint.simulations, token: token)
        #expect(forgotten.headers[.wwwAuthenticate]?.contains("the token is unknown") == true)
    }

    @Test(arguments: [
        ("a:b", "a", "b", Scope.allCases), ("a:b%3Ac", "a", "b:c", Scope.allCases),
        ("a%20b:c+d", "a b", "c+d", Scope.allCases),
        ("a:b:dialer:simulations:read", "a", "b", [.simulationsRead]),
        (
            "a:b:dialer:simulations:read,dialer:metrics:read dialer:simulations:write", "a", "b",
            [.simulationsRead, .metricsRead, .simulationsWrite]
        ),
    ])
    func clientsOnTheCommandLine(_ text: String, _ id: String, _ secret: String, _ scopes: [Scope]) throws {
        #expect(try SandboxClient(parsing: text) == SandboxClient(id: id, secret: secret, scopes: scopes))
    }

    @Test(arguments: ["", "a", "a:", ":b", "a:b:c", "a:%zz", "a:b:dialer:simulations:reed"])
    func whatIsNoClient(_ text: String) {
        #expect(throws: SandboxClient.ClientFormatError.self) { try SandboxClient(parsing: text) }
    }
}
