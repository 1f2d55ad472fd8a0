import ExactJSON
import HTTPExchange
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import SimulationClient

@Suite(.timeLimit(.minutes(5)))
struct TrackingTests {
    private static let reset = TransportError(.unknown, "connection reset")

    /// Tracks `sim-1` from 0 s with a poll every 2 s until the deadline.
    private func track(
        deadline: Double = 300,
        chance: Double = 0.5,
        _ answer: @escaping World.Answer
    ) async throws -> (Tracking, World) {
        let world = try World(chance: chance, answer: answer)
        let tracking = try await world.client.track(
            id: "sim-1",
            until: .seconds(deadline),
            pollInterval: .seconds(2)
        )
        return (tracking, world)
    }

    @Test func followsToTheEnd() async throws {
        let states = ["queued", "running", "running", "completed"]
        let seen = Mutex<[String]>([])
        let world = try World { (_, index) throws(TransportError) in .status(states[index], attempted: index) }
        let tracking = try await world.client.track(
            id: "sim-1",
            until: world.deadline,
            pollInterval: .seconds(2)
        ) { status in seen.withLock { $0.append(status.stateWord) } }
        guard case .ended(let status) = tracking.end else { throw NoFailure() }
        #expect(status.state == .completed)
        #expect(tracking.polls == 4)
        #expect(tracking.notes.isEmpty)
        #expect(seen.withLock { $0 } == states)
        #expect(world.clock.sleeps == [.seconds(2), .seconds(2), .seconds(2)])
    }

    @Test(arguments: ["failed", "cancelled"])
    func otherEndsAreEnds(state: String) async throws {
        let (tracking, _) = try await track { (_, _) throws(TransportError) in .status(state) }
        guard case .ended(let status) = tracking.end else { throw NoFailure() }
        #expect(status.stateWord == state)
    }

    @Test func thereIsOneDeadlineAndItHolds() async throws {
        let (tracking, world) = try await track { (_, _) throws(TransportError) in .status("running") }
        #expect(tracking.end == .timedOut(last: try SimulationStatus(json: .status("running"))))
        #expect(world.clock.now.offset == .seconds(300))
        #expect(world.requests.last?.timeout ?? .zero <= .seconds(10))
    }

    @Test(arguments: [(-1, true), (0, false), (1, false)])
    func theEndIsSeenUpToTheDeadline(milliseconds: Int, isSeen: Bool) async throws {
        let clock = InstantClock()
        let end = Duration.seconds(4) + .milliseconds(milliseconds)
        let network = FakeTransport { (request, _) throws(TransportError) in
            request.isToken ? .token() : .status(clock.now.offset >= end ? "completed" : "running")
        }
        let client = SimulationClient(
            target: try Target(baseURL: "https://acme.api.example"),
            credentials: .test,
            capabilities: .sandbox,
            environment: ClientEnvironment(transport: network.transport, timeline: Timeline(clock), chance: { 0.5 })
        )
        clock.advance(by: .milliseconds(3900))
        let tracking = try await client.track(id: "sim-1", until: .seconds(4), pollInterval: .microseconds(250))
        if case .ended = tracking.end { #expect(isSeen) } else { #expect(!isSeen) }
        #expect(clock.now.offset <= .seconds(4))
    }

    @Test func slowerWhileNothingChanges() async throws {
        let (_, world) = try await track(deadline: 60) { (_, _) throws(TransportError) in .status("running") }
        #expect(Array(world.clock.sleeps.prefix(8)) == [2, 3, 4, 5, 6, 7, 8, 8].map { .seconds($0) })
        let (_, moving) = try await track(deadline: 20) { (_, index) throws(TransportError) in
            .status("running", attempted: index)
        }
        #expect(moving.clock.sleeps.allSatisfy { $0 == .seconds(2) })
    }

    @Test func whatPassesIsSurvived() async throws {
        let (tracking, _) = try await track { (_, index) throws(TransportError) in
            switch index {
            case 0: throw Self.reset
            case 1: return IncomingResponse(status: 502)
            case 2: return .problem(429, "rate_limited", "", ["Retry-After": "5"])
            case 3: throw TransportError(.responseTooLarge, "huge")
            case 4: return IncomingResponse(status: 200, body: Array("{".utf8))
            case 5: return .json(200, ["id": "sim-1"])
            case 6: throw TransportError(.notSent, "refused")
            case 7: return .status("exploding")
            case 8: return IncomingResponse(status: 204)
            default: return .status("completed")
            }
        }
        guard case .ended = tracking.end else { throw NoFailure() }
        #expect(tracking.polls == 10)
        #expect(tracking.notes == ["the state \"exploding\" is not known"])
        #expect(tracking.lastError == nil)
    }

    @Test func failuresToTheEndTimeOut() async throws {
        let (tracking, world) = try await track { (_, _) throws(TransportError) in throw Self.reset }
        #expect(tracking.end == .timedOut(last: nil))
        #expect(tracking.lastError?.code == .unreachable)
        #expect(world.clock.now.offset == .seconds(300))
        // After five failures in a row the pauses are those of the circuit breaker, too: 15, 30, 60 s and so on, up to half of
        // the time that is left.
        #expect(world.clock.sleeps.prefix(4).allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(15) })
        #expect((10..<20).contains(world.requests.count))
    }

    @Test func unknownStatesToTheEndTimeOut() async throws {
        let (tracking, _) = try await track(deadline: 30) { (_, _) throws(TransportError) in .status("Completed") }
        guard case .timedOut(let last?) = tracking.end else { throw NoFailure() }
        #expect(last.stateWord == "Completed")
    }

    @Test func aWaitBeyondTheDeadlineEndsAtOnce() async throws {
        let (tracking, world) = try await track { (_, index) throws(TransportError) in
            index == 0 ? .status("running") : .problem(429, "rate_limited", "", ["Retry-After": "400"])
        }
        guard case .timedOut(_?) = tracking.end else { throw NoFailure() }
        #expect(world.requests.count == 2)
        #expect(tracking.lastError?.code == .timedOut)
        #expect(tracking.lastError?.message.contains("the server asks to wait 6 min 40 s") == true)
    }

    @Test func retryAfterIsKept() async throws {
        let (_, world) = try await track { (_, index) throws(TransportError) in
            index == 0 ? .problem(503, "busy", "", ["Retry-After": "20"]) : .status("completed")
        }
        #expect(world.clock.sleeps.first ?? .zero >= .seconds(20))
    }

    @Test(arguments: 1...3)
    func notVisibleYet(misses: Int) async throws {
        let (tracking, world) = try await track { (_, index) throws(TransportError) in
            index < misses ? .problem(404, "not_found") : .status("completed")
        }
        guard case .ended = tracking.end else { throw NoFailure() }
        #expect(world.clock.now.offset <= .seconds(5))
    }

    @Test func neverVisible() async throws {
        let world = try World { (_, _) throws(TransportError) in .problem(404, "not_found") }
        let error = try await failure {
            try await world.client.track(id: "sim-1", until: world.deadline, pollInterval: .seconds(2))
        }
        #expect(error.code == .notFound)
        #expect(
            error.message == "reading the simulation: not found (404 not_found); the simulation can no longer be read"
        )
        #expect(world.requests.count == 4)
    }

    @Test func goneAfterItWasSeen() async throws {
        let world = try World { (_, index) throws(TransportError) in
            index == 0 ? .status("running") : .problem(404, "not_found")
        }
        let error = try await failure {
            try await world.client.track(id: "sim-1", until: world.deadline, pollInterval: .seconds(2))
        }
        #expect(error.code == .notFound)
        #expect(world.requests.count == 2)
    }

    @Test(arguments: [
        (403, ClientError.Code.forbidden), (302, .redirected), (400, .refusedByServer), (401, .credentialsRejected),
    ])
    func refusalsEndIt(status: Int, code: ClientError.Code) async throws {
        let world = try World { (_, _) throws(TransportError) in IncomingResponse(status: status) }
        let error = try await failure {
            try await world.client.track(id: "sim-1", until: world.deadline, pollInterval: .seconds(2))
        }
        #expect(error.code == code)
    }

    @Test func anExpiredTokenIsReplaced() async throws {
        let (tracking, world) = try await track { (request, _) throws(TransportError) in
            request.headers["Authorization"] == "Bearer token-1" ? .problem(401, "invalid_token") : .status("completed")
        }
        guard case .ended = tracking.end else { throw NoFailure() }
        #expect(world.tokenRequests.count == 2)
    }

    @Test func impossibleOrdersAreNoted() async throws {
        let states = ["running", "queued", "running", "queued", "completed"]
        let (tracking, _) = try await track { (_, index) throws(TransportError) in .status(states[index]) }
        #expect(tracking.notes == ["the simulation was running, then queued"])
    }

    @Test func cancellationEndsIt() async throws {
        let world = try World { (_, index) throws(TransportError) in
            if index == 3 { withUnsafeCurrentTask { $0?.cancel() } }
            return .status("running")
        }
        let result = await Task {
            try await world.client.track(id: "sim-1", until: world.deadline, pollInterval: .seconds(2))
        }.result
        let error = try await failure { try result.get() }
        #expect(error.code == .cancelled)
        #expect(world.requests.count == 4)
    }

    @Test func aWebhookBringsThePollForward() async throws {
        let clock = TestClock()
        let wake = WakeSignal()
        let network = FakeTransport { (request, index) throws(TransportError) in
            if request.isToken { return .token() }
            return .status(index == 1 ? "running" : "completed")
        }
        let client = SimulationClient(
            target: try Target(baseURL: "https://acme.api.example"),
            credentials: .test,
            capabilities: .sandbox,
            environment: ClientEnvironment(transport: network.transport, timeline: Timeline(clock), chance: { 0.5 })
        )
        let tracking = Task {
            try await client.track(
                id: "sim-1",
                until: client.timeline.after(.seconds(300)),
                pollInterval: .seconds(60),
                wakenBy: wake
            )
        }
        await clock.sleepers()
        wake.signal()
        clock.advance(by: .seconds(1))
        #expect(try await tracking.value.polls == 2)
        #expect(clock.now.offset == .seconds(1))
    }
}
