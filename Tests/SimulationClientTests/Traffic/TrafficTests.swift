import HTTPExchange
import RingbackTestKit
import SimulationAPI
import Testing

@testable import SimulationClient

/// What the calls of one client do to each other.
@Suite(.timeLimit(.minutes(5)))
struct TrafficTests {
    private static let reset = TransportError(.unknown, "connection reset")

    @Test func theQuotaRunsOutOverManyCalls() async throws {
        let world = try World { (_, _) throws(TransportError) in throw Self.reset }
        var messages: [String] = []
        for _ in 0..<19 {
            messages.append(
                try await failure { try await world.client.list(tag: "t", until: .seconds(100_000)) }.message
            )
        }
        // Two retries a call of 14 each: 17 calls take 476 of 500, the 18th one retry, the 19th none.
        #expect(world.requests.count == 17 * 3 + 2 + 1)
        #expect(
            messages[16]
                == "looking the simulation up by its tag: no whole answer in 3 attempts over 2.3 s: connection reset"
        )
        #expect(
            messages[18] == """
                looking the simulation up by its tag: no whole answer: connection reset; not tried again, the client's \
                budget for retries is used up
                """
        )
    }

    @Test func successGivesBackAndAddsOne() async throws {
        let world = try World { (_, index) throws(TransportError) in
            if index < 2 { throw Self.reset }
            return .status("running")
        }
        _ = try await world.client.authenticate(until: world.deadline)
        #expect(world.client.traffic.retriesLeft == 500)
        _ = try await world.client.status(of: "sim-1", until: world.deadline)
        #expect(world.requests.count == 3)
        #expect(world.client.traffic.retriesLeft == 500)
        var quota = RetryQuota(capacity: 20)
        #expect(quota.take(.transient) == true)
        #expect(quota.take(.transient) == false)
        #expect(quota.take(.throttling) == true)
        quota.succeeded(spent: 0)
        #expect(quota.available == 2)
        quota.succeeded(spent: 19)
        #expect(quota.available == 20)
    }

    @Test func tokenRetriesTakeFromTheSameQuota() async throws {
        let network = FakeTransport { (_, _) throws(TransportError) in IncomingResponse(status: 503) }
        let world = World(network: network, target: try Target(baseURL: "https://acme.api.example"))
        let error = try await failure { try await world.client.authenticate(until: world.deadline) }
        #expect(error.code == .refusedByServer)
        #expect(world.client.traffic.retriesLeft == 500 - 28)
    }

    @Test func sixFailedPollsAreSurvived() async throws {
        for seconds in [300.0, 20] {
            let world = try World { (_, index) throws(TransportError) in
                if index < 6 { throw Self.reset }
                return .status(index < 8 ? "running" : "completed")
            }
            let tracking = try await world.client.track(
                id: "sim-1",
                until: .seconds(seconds),
                pollInterval: .milliseconds(100)
            )
            guard case .ended = tracking.end else { throw NoFailure() }
            #expect(world.requests.count == 9)
            // Open for 15 s after the fifth failure, and for 30 s after the probe's; half of that time in a hurry.
            #expect(world.clock.sleeps.contains { $0 > .seconds(7) })
        }
    }

    @Test func cancellationsAreNeverHeldBack() async throws {
        let traffic = TrafficRules(requestRate: RequestRate(perSecond: 1, burst: 1))
        let world = try World(
            maxAttempts: 1,
            traffic: traffic
        ) { (_, _) throws(TransportError) in throw Self.reset }
        for _ in 0..<12 { _ = try await failure { try await world.client.cancel(id: "s", until: world.deadline) } }
        #expect(world.requests.count == 12)
        #expect(world.clock.sleeps.isEmpty)
    }

    @Test func theProfileDecidesOverTheRate() async throws {
        #expect(TrafficRules.usual(for: .sandbox).requestRate == .unlimited)
        #expect(TrafficRules.usual(for: .cxone).requestRate == RequestRate(perSecond: 5, burst: 10))
        for (profile, slept) in [(Capabilities.sandbox, Duration.zero), (.cxone, .seconds(1))] {
            let world = try World(profile) { (_, _) throws(TransportError) in .status("running") }
            for _ in 0..<15 { _ = try await world.client.status(of: "sim-1", until: world.deadline) }
            let whole = world.clock.sleeps.reduce(.zero, +)
            #expect(whole >= slept && whole < slept + .milliseconds(1))
        }
    }

    @Test func aRequestThatCannotLeaveInTimeSaysWhy() async throws {
        let traffic = TrafficRules(requestRate: RequestRate(perSecond: 0.1, burst: 1))
        let world = try World(traffic: traffic) { (_, _) throws(TransportError) in .status("running") }
        _ = try await world.client.status(of: "sim-1", until: .seconds(5))
        let error = try await failure { try await world.client.status(of: "sim-1", until: .seconds(5)) }
        #expect(error.code == .timedOut)
        #expect(
            error.message == """
                reading the simulation: held back by the client's own limit of requests a second until the time was up
                """
        )
    }

    @Test func aThrottledOperationIsAskedLessOften() async throws {
        let world = try World(.cxone) { (_, index) throws(TransportError) in
            index == 0 ? .problem(429, "rate_limited") : .status("running")
        }
        for _ in 0..<12 { _ = try await world.client.status(of: "sim-1", until: world.deadline) }
        // The retry after 0.5 s, and then at least one request that had to wait for the smaller rate.
        #expect(world.clock.sleeps.first == .seconds(0.5))
        #expect(world.clock.sleeps.count > 1)
    }
}
