import ExactJSON
import HTTPExchange
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import SimulationClient

/// What becomes of many requests when there is no token to be had.
@Suite(.timeLimit(.minutes(5)))
struct TokenFailureTests {
    private let deadline = Timeline.Instant(offset: .seconds(100_000))
    private static let refusal = IncomingResponse.json(401, ["error": "invalid_client"])

    private func client(
        _ network: FakeTransport,
        _ clock: some Clock<Duration>,
        credentials: Credentials = .test
    ) throws -> SimulationClient {
        SimulationClient(
            target: try Target(baseURL: "https://acme.api.example"),
            credentials: credentials,
            capabilities: .sandbox,
            environment: ClientEnvironment(
                transport: network.transport,
                timeline: Timeline(clock),
                chance: { 0.5 },
                requestID: { "r1" }
            )
        )
    }

    @Test(arguments: [401, 503])
    func oneFailureIsEverybodys(status: Int) async throws {
        let clock = TestClock()
        let network = FakeTransport { (_, _) throws(TransportError) in
            try? await clock.sleep(until: clock.now.advanced(by: .seconds(1)), tolerance: nil)
            return IncomingResponse(status: status)
        }
        let client = try client(network, clock)
        await withTaskGroup(of: ClientError?.self) { group in
            for _ in 0..<1000 {
                group.addTask { try? await failure { try await client.authenticate(until: deadline) } }
            }
            while client.tokens.waiterCount < 1000 { await Task.yield() }
            // Three attempts and the two pauses between them, or one attempt; those who wait sleep too.
            let time = Task {
                while !Task.isCancelled {
                    clock.advance(by: .milliseconds(50))
                    await Task.yield()
                }
            }
            defer { time.cancel() }
            for await error in group {
                #expect(error?.code == (status == 401 ? .credentialsRejected : .refusedByServer))
            }
        }
        #expect(network.requests.count == (status == 401 ? 1 : 3))
    }

    @Test func manyRejectionsOfOneTokenAreOneRefresh() async throws {
        let tokens = Mutex(0)
        let network = FakeTransport { (request, _) throws(TransportError) in
            if request.isToken { return .token("token-\(tokens.next() + 1)") }
            await Task.yield()
            return request.headers["Authorization"] == "Bearer token-1"
                ? .problem(401, "invalid_token") : .status("running")
        }
        let client = try client(network, TestClock())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 { group.addTask { _ = try await client.status(of: "sim-1", until: deadline) } }
            try await group.waitForAll()
        }
        #expect(tokens.withLock { $0 } == 2)
    }

    @Test func aFinalRefusalIsRememberedForAWhile() async throws {
        let clock = InstantClock()
        let network = FakeTransport { (request, index) throws(TransportError) in
            index < 1 ? Self.refusal : request.isToken ? .token() : .status("running")
        }
        let client = try client(network, clock)
        for _ in 0..<50 {
            let error = try await failure { try await client.status(of: "sim-1", until: deadline) }
            #expect(error.code == .credentialsRejected)
        }
        #expect(network.requests.count == 1)
        // 15 s and half of the 15 s of jitter later it is asked again, and the memory is gone.
        clock.advance(by: .milliseconds(22_499))
        _ = try await failure { try await client.authenticate(until: deadline) }
        clock.advance(by: .milliseconds(1))
        #expect(try await client.authenticate(until: deadline).isEmpty)
        #expect(try await client.status(of: "sim-1", until: deadline).state == .running)
        #expect(network.requests.count == 3)
        #expect(TokenState.memory(chance: 0) == .seconds(15))
    }

    @Test func whatMayPassIsNotRemembered() async throws {
        let network = FakeTransport { (_, index) throws(TransportError) in
            if index < 3 { throw TransportError(.notSent, "refused") }
            return .token()
        }
        let client = try client(network, InstantClock())
        _ = try await failure { try await client.authenticate(until: deadline) }
        #expect(try await client.authenticate(until: deadline).isEmpty)
    }

    @Test(arguments: [4, 1])
    func nearlyDeadTokensAreNotAskedForByEachWaiter(lifetime: Int) async throws {
        let network = FakeTransport { (_, _) throws(TransportError) in .token(expiresIn: lifetime) }
        let client = try client(network, InstantClock())
        for _ in 0..<10 {
            #expect(try await failure { try await client.authenticate(until: deadline) }.code == .badTokenAnswer)
        }
        #expect(network.requests.count == 2)
    }

    @Test func somebodyElsesTimeIsNotMine() async throws {
        let clock = TestClock()
        let network = FakeTransport { (request, index) throws(TransportError) in
            guard index == 0 else { return .token() }
            #expect(request.timeout == .seconds(5))
            try? await clock.sleep(until: TestClock.Instant(offset: .seconds(5)), tolerance: nil)
            throw TransportError(.unknown, "no whole answer")
        }
        let client = try client(network, clock)
        let hasty = Task { try await client.authenticate(until: .seconds(5)) }
        await clock.sleepers()
        let patient = Task { try await client.authenticate(until: .seconds(300)) }
        while client.tokens.waiterCount < 2 { await Task.yield() }
        clock.advance(by: .seconds(5))
        #expect(try await failure { try await hasty.value }.code == .timedOut)
        #expect(try await patient.value.isEmpty)
    }

    @Test(
        arguments: [
            ("client", "plain-secret_1.x*", ClientAuthentication.basic, ""),
            ("client", "a+b", .basic, "try CXONE_CLIENT_AUTH=basic-raw or post: they have special characters"),
            ("cli ent", "plain", .basic, "try CXONE_CLIENT_AUTH=basic-raw or post"),
            ("client", "a%b", .basicRaw, "try CXONE_CLIENT_AUTH=basic or post"), ("client", "a+b", .post, ""),
        ] as [(String, String, ClientAuthentication, String)]
    )
    func advisesOnEncoding(id: String, secret: String, way: ClientAuthentication, advice: String) async throws {
        let network = FakeTransport { (_, _) throws(TransportError) in Self.refusal }
        let credentials = Credentials(clientID: id, secret: Secret(secret), authentication: way)
        let client = try client(network, InstantClock(), credentials: credentials)
        let error = try await failure { try await client.authenticate(until: deadline) }
        let expected = "Check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET."
        #expect(error.remedy.hasPrefix(expected))
        #expect(advice.isEmpty ? error.remedy == expected : error.remedy.contains(advice))
    }
}
