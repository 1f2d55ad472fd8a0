import ExactJSON
import HTTPExchange
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import SimulationClient

@Suite(.timeLimit(.minutes(5)))
struct RequestTests {
    @Test func anExpiredTokenIsReplacedOnceAndTheRequestRepeated() async throws {
        let world = try World { (request, _) throws(TransportError) in
            request.headers["Authorization"] == "Bearer token-2" ? .status("running") : .problem(401, "invalid_token")
        }
        #expect(try await world.client.status(of: "sim-1", until: world.deadline).state == .running)
        #expect(world.tokenRequests.count == 2)
        #expect(world.clock.sleeps.allSatisfy { $0 == .zero })
    }

    @Test func aFreshTokenThatIsRefusedIsTheEnd() async throws {
        let world = try World { (_, _) throws(TransportError) in .problem(401, "invalid_token") }
        let error = try await failure { try await world.client.status(of: "sim-1", until: world.deadline) }
        #expect(error.code == .credentialsRejected)
        #expect(world.requests.count == 2)
        #expect(world.tokenRequests.count == 2)
    }

    @Test func aMissingScopeIsNotRetried() async throws {
        let world = try World { (_, _) throws(TransportError) in .problem(403, "insufficient_scope") }
        let error = try await failure { try await world.client.list(tag: "t", until: world.deadline) }
        #expect(error.code == .forbidden)
        #expect(error.message.contains("dialer:simulations:read") && error.remedy.contains("CXONE_SCOPE"))
        #expect(world.tokenRequests.count == 1)
        #expect(world.requests.count == 1)
    }

    @Test func idsAreEncoded() async throws {
        let world = try World { (_, _) throws(TransportError) in .status("running", id: "a/b?c#d%é ") }
        _ = try await world.client.status(of: "a/b?c#d%é ", until: world.deadline)
        #expect(world.requests.first?.path == "/api/v2/dialer/simulations/a%2Fb%3Fc%23d%25%C3%A9%20")
    }

    @Test(arguments: ["", ".", "..", "a\nb"])
    func idsThatAreNoneAreNotSent(id: String) async throws {
        let world = try World { (_, _) throws(TransportError) in .status("running") }
        let error = try await failure { try await world.client.cancel(id: id, until: world.deadline) }
        #expect(error.code == .notFound)
        #expect(world.network.requests.isEmpty)
    }

    @Test func cancel() async throws {
        let world = try World { (_, index) throws(TransportError) in
            index == 0 ? IncomingResponse(status: 202) : .problem(409, "not_cancellable")
        }
        #expect(try await world.client.cancel(id: "sim-1", until: world.deadline) == .accepted)
        #expect(try await world.client.cancel(id: "sim-1", until: world.deadline) == .alreadyEnded)
        #expect(world.requests.map(\.path) == Array(repeating: "/api/v2/dialer/simulations/sim-1/cancel", count: 2))
        let without = try World { (_, _) throws(TransportError) in IncomingResponse(status: 405) }
        let error = try await failure { try await without.client.cancel(id: "sim-1", until: without.deadline) }
        #expect(error.code == .notOffered)
    }

    @Test func aggregate() async throws {
        let metrics = MetricsAggregation(
            simulationID: "sim-1",
            totalCalls: 50,
            completedCalls: 48,
            averageLatencyMs: 12.5,
            accuracyRate: 0.97
        )
        let world = try World { (_, index) throws(TransportError) in
            IncomingResponse(status: index == 0 ? 502 : 202)
        }
        try await world.client.aggregate(metrics, until: world.deadline)
        #expect(world.requests.count == 2)
        #expect(world.requests.allSatisfy { $0.body == metrics.json.bytes })
        let refused = try World { (_, _) throws(TransportError) in .problem(404, "not_found", "no such simulation") }
        let error = try await failure { try await refused.client.aggregate(metrics, until: refused.deadline) }
        #expect(error.code == .notFound)
        #expect(error.message == "storing the metrics: not found (404 not_found): no such simulation")
    }

    /// Tokens and answers by their order, and whether the metrics can have reached the other side.
    @Test(
        arguments: [
            ("refused token", [401], [.status(202)], false), ("no connection", [200], [.failure(.notSent)], false),
            ("another address", [200], [.failure(.refused)], false),
            ("certificate", [200], [.failure(.untrusted)], false), ("refused", [200], [.status(400)], true),
            ("no answer", [200], [.failure(.unknown)], true),
            ("no connection the second time", [200], [.status(502), .failure(.notSent)], true),
            ("refused second token", [200, 401], [.status(401)], true), ("no time", [200], [], false),
        ] as [(String, [Int], [Attempt], Bool)]
    )
    func anErrorKnowsWhetherTheRequestWasSent(
        _ name: String,
        _ tokens: [Int],
        _ answers: [Attempt],
        _ wasSent: Bool
    ) async throws {
        let asked = Mutex(0)
        let sent = Mutex(0)
        let network = FakeTransport { (request, _) throws(TransportError) in
            if request.isToken {
                let status = tokens[min(asked.next(), tokens.count - 1)]
                return status == 200 ? .token() : .problem(status, "invalid_client")
            }
            switch answers[min(sent.next(), answers.count - 1)] {
            case .status(let status): return .problem(status, "x")
            case .failure(let code): throw TransportError(code, "no")
            }
        }
        let world = World(network: network, target: try Target(baseURL: "https://acme.api.example"))
        let deadline = answers.isEmpty ? world.clock.now : world.deadline
        let error = try await failure { try await world.client.aggregate(.ofOneCall, until: deadline) }
        #expect(error.wasSent == wasSent, "\(error)")
    }

    enum Attempt: Sendable {
        case status(Int), failure(TransportError.Code)
    }

    @Test func anAnswerOfAnotherSimulationIsNone() async throws {
        let world = try World { (_, index) throws(TransportError) in .status("running", id: index == 0 ? "x" : "sim-1")
        }
        #expect(try await world.client.status(of: "sim-1", until: world.deadline).id == "sim-1")
        #expect(world.requests.count == 2)
    }

    @Test(arguments: [
        ("https://acme.api.example", "https://acme.api.example", "https://acme.api.example/oauth/token"),
        (
            "https://acme.api.example:443/base/", "https://acme.api.example/base",
            "https://acme.api.example/base/oauth/token"
        ),
        ("http://127.0.0.1:8089/", "http://127.0.0.1:8089", "http://127.0.0.1:8089/oauth/token"),
        ("http://[::1]:8089", "http://[::1]:8089", "http://[::1]:8089/oauth/token"),
    ])
    func targets(base: String, expected: String, token: String) throws {
        let target = try Target(baseURL: base)
        #expect(target.baseURL == expected)
        #expect(target.tokenURL == token)
    }

    @Test(arguments: [
        "http://acme.example", "https://u:p@acme.example", "https://acme.example?x", "https://acme.example/#f",
        "ftp://a",
        "https://a b", "",
    ])
    func addressesThatAreRefused(address: String) {
        #expect(throws: Target.AddressError.self) { try Target(baseURL: address) }
    }

    @Test func keys() {
        #expect(IdempotencyKey("run-1")?.fieldValue == #""run-1""#)
        for text in ["", "a\"b", "a\\b", "é", "a\n", String(repeating: "k", count: 256)] {
            #expect(IdempotencyKey(text) == nil)
        }
    }
}
