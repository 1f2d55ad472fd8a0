import Addresses
import ExactJSON
import FoundationEssentials
import HTTPExchange
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import SimulationClient

@Suite(.timeLimit(.minutes(5)))
struct TokenSourceTests {
    private let deadline = Timeline.Instant(offset: .seconds(100_000))

    private func source(
        _ network: FakeTransport,
        _ clock: some Clock<Duration>,
        _ credentials: Credentials = .test
    ) -> TokenSource {
        TokenSource(
            TokenEndpoint(
                url: "https://acme.api.example/oauth/token",
                credentials: credentials,
                policy: RetryPolicy(),
                timeout: .seconds(10),
                userAgent: "ringback/1.0",
                world: ClientEnvironment(
                    transport: network.transport,
                    timeline: Timeline(clock),
                    chance: { 0.5 },
                    requestID: { "r1" }
                ),
                traffic: TrafficControl(.sandbox)
            )
        )
    }

    /// Tokens `token-1`, `token-2`, … of the given life.
    private func granting(_ lifetime: Int?) -> FakeTransport {
        FakeTransport { (_, index) throws(TransportError) in .token("token-\(index + 1)", expiresIn: lifetime) }
    }

    @Test func asksAsTheRFCSays() async throws {
        let network = granting(3600)
        let token = try await source(network, InstantClock()).token(until: deadline)
        #expect(token.value.exposed == "token-1")
        let request = try #require(network.requests.first)
        #expect(request.method == .post)
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        #expect(
            request.headers["authorization"] == "Basic "
                + Data(Array("client:s3cr3t%2Fvalue%2B1".utf8)).base64EncodedString()
        )
        #expect(request.headers["user-agent"] == "ringback/1.0")
        #expect(request.text == "grant_type=client_credentials&scope=" + FormEncoding.encode(Scope.all))
        #expect(request.maxResponseBytes == 65_536)
    }

    @Test func aThousandWaitersMakeOneRequest() async throws {
        let clock = TestClock()
        let network = FakeTransport { (_, _) throws(TransportError) in
            try? await clock.sleep(until: TestClock.Instant(offset: .seconds(1)), tolerance: nil)
            return .token()
        }
        let source = source(network, clock)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<1000 { group.addTask { try await source.token(until: deadline).generation } }
            await clock.sleepers()
            clock.advance(by: .seconds(1))
            for try await generation in group { #expect(generation == 1) }
        }
        #expect(network.requests.count == 1)
    }

    @Test func aWaiterThatLeavesTakesNobodyAlong() async throws {
        let clock = TestClock()
        let network = FakeTransport { (_, _) throws(TransportError) in
            do { try await clock.sleep(until: TestClock.Instant(offset: .seconds(1)), tolerance: nil) } catch {
                throw TransportError(.cancelled, "cancelled")
            }
            return .token()
        }
        let source = source(network, clock)
        let first = Task { try await source.token(until: deadline) }
        await clock.sleepers()
        let second = Task { try await source.token(until: deadline) }
        while source.waiterCount < 2 { await Task.yield() }
        first.cancel()
        let left = try await failure {
            try await first.value
        }
        #expect(left.code == .cancelled)
        clock.advance(by: .seconds(1))
        #expect(try await second.value.value.exposed == "token-1")
        #expect(network.requests.count == 1)
    }

    @Test func theLastWaiterTakesTheFetchAlong() async throws {
        let clock = TestClock()
        let network = FakeTransport { (_, index) throws(TransportError) in
            guard index == 0 else { return .token("token-2") }
            do { try await clock.sleep(until: TestClock.Instant(offset: .seconds(1)), tolerance: nil) } catch {
                throw TransportError(.cancelled, "cancelled")
            }
            return .token()
        }
        let source = source(network, clock)
        let only = Task { try await source.token(until: deadline) }
        await clock.sleepers()
        only.cancel()
        await #expect(throws: ClientError.self) { try await only.value }
        #expect(try await source.token(until: deadline).value.exposed == "token-2")
    }

    @Test func nobodyWaitsBeyondTheirOwnTime() async throws {
        let clock = TestClock()
        let network = FakeTransport { (_, _) throws(TransportError) in
            do { try await clock.sleep(until: TestClock.Instant(offset: .seconds(9)), tolerance: nil) } catch {
                throw TransportError(.cancelled, "cancelled")
            }
            return .token()
        }
        let source = source(network, clock)
        let patient = Task { try await source.token(until: deadline) }
        await clock.sleepers()
        let hasty = Task { try await source.token(until: Timeline.Instant(offset: .seconds(2))) }
        await clock.sleepers(2)
        clock.advance(by: .seconds(2))
        let error = await #expect(throws: ClientError.self) { try await hasty.value }
        #expect(error?.code == .timedOut)
        clock.advance(by: .seconds(7))
        #expect(try await patient.value.generation == 1)
        #expect(network.requests.count == 1)
    }

    @Test(arguments: [(3600, 3570), (300, 270), (100, 90), (20, 18), (5, 4.5)] as [(Int, Double)])
    func lifeIsCutBySkewOnce(lifetime: Int, usable: Double) async throws {
        let clock = InstantClock()
        let network = granting(lifetime)
        let source = source(network, clock)
        _ = try await source.token(until: deadline)
        clock.advance(by: .milliseconds(Int(usable * 1000) - 1))
        #expect(try await source.token(until: deadline).generation == 1)
        clock.advance(by: .milliseconds(1))
        #expect(try await source.token(until: deadline).generation == 2)
        #expect(network.requests.count == 2)
    }

    @Test func lifeCountsFromTheRequest() async throws {
        let clock = InstantClock()
        let network = FakeTransport { (_, index) throws(TransportError) in
            clock.advance(by: .seconds(50))
            return .token("token-\(index + 1)", expiresIn: 100)
        }
        let source = source(network, clock)
        _ = try await source.token(until: deadline)
        clock.advance(by: .seconds(39))
        #expect(try await source.token(until: deadline).generation == 1)
        clock.advance(by: .seconds(1))
        #expect(try await source.token(until: deadline).generation == 2)
    }

    @Test func aMissingLifeIsFiveMinutes() async throws {
        let clock = InstantClock()
        let source = source(granting(nil), clock)
        #expect(try await source.token(until: deadline).expires == .seconds(270))
    }

    @Test(arguments: [1, 4])
    func aTokenThatIsNearlyDeadIsRefused(lifetime: Int) async throws {
        let network = granting(lifetime)
        let error = try await failure {
            try await source(network, InstantClock()).token(until: deadline)
        }
        #expect(error.code == .badTokenAnswer)
        #expect(network.requests.count == 2)
        let once = FakeTransport { (_, index) throws(TransportError) in .token(expiresIn: index == 0 ? lifetime : 60) }
        #expect(try await source(once, InstantClock()).token(until: deadline).expires == .seconds(54))
    }

    @Test func aRejectedGenerationIsReplacedOnce() async throws {
        let network = granting(3600)
        let source = source(network, TestClock())
        let generation = try await source.token(until: deadline).generation
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    source.invalidate(generation: generation)
                    return try await source.token(until: deadline).generation
                }
            }
            for try await replaced in group { #expect(replaced == 2) }
        }
        #expect(network.requests.count == 2)
    }

    @Test(
        arguments: [
            (200, #"{"access_token":"t","token_type":"bearer","expires_in":"60"}"#, nil),
            (200, #"{"access_token":"t","token_type":"BEARER","expires_in":60}"#, nil),
            (201, #"{"access_token":"t","token_type":"Bearer","expires_in":60}"#, nil),
            (202, "\u{FEFF}" + #"{"access_token":"t","token_type":"Bearer","expires_in":60}"#, nil),
            (200, #"{"access_token":"t","expires_in":60}"#, "no token_type"),
            (200, #"{"access_token":"t","token_type":null,"expires_in":60}"#, "no token_type"),
            (
                200, #"{"access_token":"t","token_type":"BearerToken","scope":"","expires_in":"60"}"#,
                "the token_type \"BearerToken\""
            ),
        ] as [(Int, String, String?)]
    )
    func whatServersCallATokenIsTaken(status: Int, body: String, oddity: String?) async throws {
        let network = FakeTransport { (_, _) throws(TransportError) in
            IncomingResponse(status: status, body: Array(body.utf8))
        }
        let source = source(network, InstantClock())
        #expect(try await source.token(until: deadline).expires == .seconds(54))
        #expect(try await source.token(until: deadline).missingScopes == [])
        let words = oddity.map { "the answer of the token endpoint has \($0); the token is used as a Bearer token" }
        #expect(source.oddity == words)
    }

    @Test(arguments: [
        (200, #"{"access_token":"t","token_type":"mac"}"#, "the token_type is \"mac\", and such a token needs a proof"),
        (200, #"{"access_token":"t","token_type":"DPoP"}"#, "the token_type is \"DPoP\""),
        (200, #"{"access_token":"","token_type":"Bearer"}"#, "the answer has no access_token"),
        (200, #"{"access_token":"a\r\nX: y","token_type":"Bearer"}"#, "characters that no header can carry"),
        (200, "<html>", "the answer is not JSON (200)"), (204, "", "the answer is not JSON (204)"),
        (404, "", "no token is given there (404)"),
    ])
    func unusableAnswers(status: Int, body: String, message: String) async throws {
        let network = FakeTransport { (_, _) throws(TransportError) in
            IncomingResponse(status: status, body: Array(body.utf8))
        }
        let error = try await failure {
            try await source(network, InstantClock()).token(until: deadline)
        }
        #expect(error.code == .badTokenAnswer)
        #expect(error.message.contains(message))
        // The address answered, so nothing says to check it; and each refusal says what would help.
        #expect(!error.remedy.isEmpty && !error.remedy.contains("Check"))
        #expect(network.requests.count == 1)
    }

    @Test func wrongCredentials() async throws {
        let network = FakeTransport { (request, _) throws(TransportError) in
            .json(
                401,
                [
                    "error": "invalid_client",
                    "error_description": .string("no: \(request.headers["Authorization"] ?? "")"),
                ]
            )
        }
        let error = try await failure {
            try await source(network, InstantClock()).token(until: deadline)
        }
        #expect(error.code == .credentialsRejected)
        #expect(
            error.description == """
                asking for an access token: the client id or secret was refused (401 invalid_client): no: Basic \
                [redacted] (request r1). Check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET. If they are right, try \
                CXONE_CLIENT_AUTH=basic-raw or post: they have special characters.
                """
        )
        #expect(network.requests.count == 1)
    }

    @Test(arguments: [("invalid_scope", "CXONE_SCOPE"), ("unauthorized_client", "client credentials grant")])
    func refusedGrants(word: String, remedy: String) async throws {
        let network = FakeTransport { (_, _) throws(TransportError) in .json(400, ["error": .string(word)]) }
        let error = try await failure {
            try await source(network, InstantClock()).token(until: deadline)
        }
        #expect(error.code == .credentialsRejected)
        #expect(error.remedy.contains(remedy))
    }

    @Test(arguments: [429, 500, 502, 503])
    func failuresThatPassAreRetried(status: Int) async throws {
        let clock = InstantClock()
        let network = FakeTransport { (_, index) throws(TransportError) in
            index < 2 ? IncomingResponse(status: status) : .token()
        }
        _ = try await source(network, clock).token(until: deadline)
        let first: Duration = .milliseconds(status == 429 ? 500 : 750)
        #expect(clock.sleeps == [first, first * 2])
        let dead = FakeTransport { (_, _) throws(TransportError) in IncomingResponse(status: status) }
        let error = try await failure {
            try await source(dead, InstantClock()).token(until: deadline)
        }
        #expect(error.code == (status == 429 ? .rateLimited : .refusedByServer))
        #expect(dead.requests.count == 3)
    }

    @Test func unreachable() async throws {
        let network = FakeTransport { (_, _) throws(TransportError) in throw TransportError(.notSent, "refused") }
        let error = try await failure {
            try await source(network, InstantClock()).token(until: deadline)
        }
        #expect(error.code == .unreachable)
        #expect(
            error.description == """
                asking for an access token: nothing could be sent in 3 attempts over 2.3 s: refused (request r1). \
                Check CXONE_TOKEN_URL and CXONE_BASE_URL, and that this machine reaches them.
                """
        )
    }

    @Test func redirectsAreNotFollowed() async throws {
        let network = FakeTransport { (_, _) throws(TransportError) in
            IncomingResponse(status: 302, headers: ["Location": "https://evil.example/"])
        }
        let error = try await failure {
            try await source(network, InstantClock()).token(until: deadline)
        }
        #expect(error.code == .redirected)
        #expect(network.requests.count == 1)
    }

    @Test func missingScopesAreNamed() async throws {
        let narrow = try World(scope: "dialer:simulations:write dialer:simulations:read") {
            (_, _) throws(TransportError) in .created()
        }
        #expect(
            try await narrow.client.authenticate(until: deadline) == ["dialer:campaigns:write", "dialer:metrics:read"]
        )
        let silent = try World { (_, _) throws(TransportError) in .created() }
        #expect(try await silent.client.authenticate(until: deadline).isEmpty)
    }
}
