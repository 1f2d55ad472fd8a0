import HTTPExchange
import RingbackTestKit
import SimulationAPI
import SimulationClient
import Synchronization
import Testing

/// Every operation of the client through a network that spoils either direction: it ends in time with a value or an
/// error, and nothing is created twice.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct ToxicTests {
    private static let cells = Mutex(0)
    private static let operations: [FakeOperation] = [.token, .create, .status, .aggregate, .cancel]
    /// The time for an operation, its retries included, and for one attempt: a harmless toxic has room on a busy machine.
    private static func limits(_ toxic: Toxic?) -> (all: Duration, attempt: Duration) {
        toxic?.isHarmless == false ? (.seconds(3), .seconds(1)) : (.seconds(60), .seconds(20))
    }

    /// What came of an operation.
    private enum End: Equatable { case value, unknown, error }

    @Test(arguments: Toxic.allCases, ToxicProxy.Direction.allCases)
    func endsInTime(_ toxic: Toxic, _ direction: ToxicProxy.Direction) async throws {
        for operation in Self.operations {
            try await FakeAPI.with { api in
                // The simulation that is asked after exists.
                if operation != .token, operation != .create {
                    _ = try await Self.carryOut(.create, nil, base: api.origin, tokens: api.origin)
                }
                let before = api.requests(.create).count
                try await ToxicProxy.with(toxic, direction, before: api.origin) { proxy in
                    let start = ContinuousClock.now
                    let end = try await Self.carryOut(
                        operation,
                        toxic,
                        base: proxy,
                        tokens: operation == .token ? proxy : api.origin
                    )
                    let elapsed = ContinuousClock.now - start
                    #expect(elapsed < Self.limits(toxic).all * 5, "\(operation)")
                    if toxic.isHarmless {
                        #expect(end == .value, "\(operation)")
                    } else {
                        #expect(end != .value, "\(operation)")
                        // What cannot be known is not called a failure.
                        if operation == .create, api.requests(.create).count > before { #expect(end == .unknown) }
                    }
                }
                #expect(api.requests(.create).count <= before + (operation == .create ? 1 : 0))
                Self.cells.withLock { $0 += 1 }
            }
        }
    }

    @Test func countsItsCells() {
        let all = Toxic.allCases.count * ToxicProxy.Direction.allCases.count * Self.operations.count
        print("toxics: \(Self.cells.withLock { $0 }) of \(all) cells ran")
        #expect(all == 80)
    }

    private static func carryOut(
        _ operation: FakeOperation,
        _ toxic: Toxic?,
        base: String,
        tokens: String
    ) async throws -> End {
        try await HTTPTransport.withConnections { transport in
            let (limit, attempt) = limits(toxic)
            var timeouts = RequestTimeouts()
            timeouts.token = attempt
            timeouts.create = attempt
            timeouts.read = attempt
            timeouts.cancel = attempt
            timeouts.aggregate = attempt
            let timeline = Timeline()
            let client = SimulationClient(
                target: try Target(baseURL: base, tokenURL: "\(tokens)\(Endpoint.token)"),
                credentials: Credentials(clientID: "c", secret: Secret("s")),
                capabilities: .cxone,
                timeouts: timeouts,
                environment: ClientEnvironment(transport: transport, timeline: timeline)
            )
            let deadline = timeline.after(limit)
            do {
                switch operation {
                case .token: _ = try await client.authenticate(until: deadline)
                case .create:
                    guard let key = IdempotencyKey("k") else { return .error }
                    let request = CreateRequest(body: Array(payload.utf8), key: key, tag: "toxic")
                    if case .unknown = try await client.create(request, until: deadline) { return .unknown }
                case .status: _ = try await client.status(of: FakeAPI.simulationID, until: deadline)
                case .aggregate: try await client.aggregate(metrics, until: deadline)
                default: _ = try await client.cancel(id: FakeAPI.simulationID, until: deadline)
                }
                return .value
            } catch is ClientError {
                return .error
            }
        }
    }

    private static let metrics = MetricsAggregation(
        simulationID: FakeAPI.simulationID,
        totalCalls: 1,
        completedCalls: 1,
        averageLatencyMs: 1,
        accuracyRate: 1
    )

    private static let payload =
        #"{"campaignId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","virtualAgentMatrix":{"flowId":"f"},"#
        + #""outcomeInjection":{"enabled":true,"dialToneProbability":0,"busySignalProbability":0,"#
        + #""noAnswerProbability":0.5,"answerProbability":0.5},"concurrencyLimit":1,"maxCalls":1,"#
        + #""complianceBypass":true,"tag":"toxic"}"#
}
