import HTTPExchange
import RingbackTestKit
import SimulationAPI
import SimulationClient
import Synchronization
import Testing

/// A client in a world where waiting takes no time and chance is fixed.
struct World: Sendable {
    typealias Answer =
        @Sendable (OutgoingRequest, _ index: Int) async throws(TransportError) -> IncomingResponse

    let clock = InstantClock()
    let network: FakeTransport
    let client: SimulationClient

    /// Tokens are granted (`token-1`, `token-2`, …); `answer` sees all other requests, counted from 0.
    init(
        _ capabilities: Capabilities = .sandbox,
        chance: Double = 0.5,
        maxAttempts: Int = 3,
        traffic: TrafficRules? = nil,
        scope: String? = nil,
        answer: @escaping Answer
    ) throws {
        let tokens = Mutex(0)
        let others = Mutex(0)
        self.init(
            network: FakeTransport { (request, _) throws(TransportError) in
                if request.isToken {
                    let number = tokens.next()
                    return .token("token-\(number + 1)", scope: scope)
                }
                return try await answer(request, others.next())
            },
            capabilities,
            chance: chance,
            maxAttempts: maxAttempts,
            traffic: traffic,
            target: try Target(baseURL: "https://acme.api.example")
        )
    }

    /// The network answers token requests itself.
    init(
        network: FakeTransport,
        _ capabilities: Capabilities = .sandbox,
        chance: Double = 0.5,
        maxAttempts: Int = 3,
        traffic: TrafficRules? = nil,
        credentials: Credentials = .test,
        target: Target
    ) {
        self.network = network
        client = SimulationClient(
            target: target,
            credentials: credentials,
            capabilities: capabilities,
            retryPolicy: RetryPolicy(maxAttempts: maxAttempts),
            trafficRules: traffic,
            version: "1.0",
            environment: ClientEnvironment(
                transport: network.transport,
                timeline: Timeline(clock),
                chance: { chance },
                requestID: { "r1" }
            )
        )
    }

    /// The requests that asked for no token.
    var requests: [OutgoingRequest] { network.requests.filter { !$0.isToken } }
    var tokenRequests: [OutgoingRequest] { network.requests.filter(\.isToken) }
    var deadline: Timeline.Instant { Timeline.Instant(offset: .seconds(300)) }
}

extension Credentials {
    static let test = Credentials(clientID: "client", secret: Secret("s3cr3t/value+1"))
}

extension Mutex<Int> {
    borrowing func next() -> Int {
        withLock { value in
            defer { value += 1 }
            return value
        }
    }
}

extension CreateRequest {
    static func test(_ body: String = #"{"maxCalls":1}"#) throws -> CreateRequest {
        CreateRequest(body: Array(body.utf8), key: try #require(IdempotencyKey("run-1")), tag: "t:run-1")
    }
}

/// The error that an operation of the client ends with.
func failure<Value>(_ body: () async throws -> Value) async throws -> ClientError {
    do { _ = try await body() } catch let error as ClientError {
        #expect("\(error)".flaws == [], "\(error)")
        return error
    }
    throw NoFailure()
}

struct NoFailure: Error {}

extension MetricsAggregation {
    /// The totals of a simulation with one call, for tests to which the figures do not matter.
    static let ofOneCall = MetricsAggregation(
        simulationID: "sim-1",
        totalCalls: 1,
        completedCalls: 1,
        averageLatencyMs: 1,
        accuracyRate: 1
    )
}
