import ExactJSON
import HTTPExchange
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import SimulationClient

@Suite(.timeLimit(.minutes(5)))
struct CreateTests {
    private static let reset = TransportError(.unknown, "connection reset")

    @Test func sendsTheSameBytesUnderTheSameKey() async throws {
        let world = try World { (_, index) throws(TransportError) in
            if index < 2 { throw Self.reset }
            return .created()
        }
        let outcome = try await world.client.create(try .test(), until: world.deadline)
        #expect(outcome.id == "sim-1")
        #expect(world.requests.count == 3)
        for request in world.requests {
            #expect(request.method == .post)
            #expect(request.url == "https://acme.api.example/api/v2/dialer/simulations")
            #expect(request.text == #"{"maxCalls":1}"#)
            #expect(request.headers.all("idempotency-key") == [#""run-1""#])
            #expect(request.headers["Authorization"] == "Bearer token-1")
            #expect(request.headers["X-Request-Id"] == "r1")
            #expect(request.headers["User-Agent"] == "ringback/1.0")
            #expect(request.maxResponseBytes == 1_048_576)
        }
        #expect(world.clock.sleeps == [.milliseconds(750), .milliseconds(1500)])
    }

    @Test(arguments: [200, 201, 202])
    func successHasAnID(status: Int) async throws {
        let world = try World(.cxone) { (_, _) throws(TransportError) in .json(status, ["id": "sim-9"]) }
        #expect(try await world.client.create(try .test(), until: world.deadline).id == "sim-9")
    }

    @Test(arguments: [
        #"{"state":"queued"}"#, #"{"id":""}"#, #"{"id":".."}"#, "not json", "", #"{"id":7}"#,
    ])
    func anAnswerWithoutAnIDIsAmbiguous(body: String) async throws {
        let world = try World(.cxone) { (request, _) throws(TransportError) in
            request.method == .post
                ? IncomingResponse(status: 201, body: Array(body.utf8)) : .json(200, ["simulations": []])
        }
        let outcome = try await world.client.create(try .test(), until: world.deadline)
        guard case .unknown(let error) = outcome else { throw NoFailure() }
        #expect(error.code == .outcomeUnknown)
        #expect(error.remedy == "Look for the tag t:run-1 and the key run-1 before you start it again.")
        #expect(world.requests.filter { $0.method == .post }.count == 1)
    }

    @Test func anErrorInA201IsARefusal() async throws {
        let world = try World { (_, _) throws(TransportError) in .json(201, ["id": "sim-1", "error": "no licence"]) }
        let error = try await failure {
            try await world.client.create(try request, until: world.deadline)
        }
        #expect(error.code == .refusedByServer)
        #expect(error.message == "creating the simulation: answered 201 with the error: no licence")
        #expect(world.requests.count == 1)
    }

    @Test(arguments: [TransportError.Code.unknown, .responseTooLarge])
    func withoutKeysALostAnswerIsLookedUp(code: TransportError.Code) async throws {
        let world = try World(.cxone) { (request, index) throws(TransportError) in
            if request.method == .post { throw TransportError(code, "lost") }
            #expect(request.path == "/api/v2/dialer/simulations?tag=t%3Arun-1")
            let other = JSONValue.status("running", id: "other", tag: "t:run-2")
            return .json(
                200,
                ["simulations": index < 2 ? [other] : [other, .status("running", id: "mine", tag: "t:run-1")]]
            )
        }
        let outcome = try await world.client.create(try request, until: world.deadline)
        #expect(outcome.id == "mine")
        #expect(world.requests.filter { $0.method == .post }.count == 1)
    }

    @Test func nothingFoundIsUnknownAfterThreeLooks() async throws {
        let world = try World(.cxone) { (request, _) throws(TransportError) in
            if request.method == .post { return IncomingResponse(status: 502) }
            return .json(200, ["simulations": []])
        }
        let outcome = try await world.client.create(try request, until: world.deadline)
        #expect(outcome.id == nil)
        #expect(world.requests.filter { $0.method == .get }.count == 3)
        #expect(world.clock.now.offset <= .seconds(5))
    }

    @Test(arguments: [404, 405])
    func aListThatIsNotOfferedIsAskedOnce(status: Int) async throws {
        let world = try World(.cxone) { (request, _) throws(TransportError) in
            if request.method == .post { throw Self.reset }
            return IncomingResponse(status: status)
        }
        let outcome = try await world.client.create(try request, until: world.deadline)
        #expect(outcome.id == nil)
        #expect(world.requests.count == 2)
    }

    @Test func withoutKeysThrottlingIsRetriedAndNothingElse() async throws {
        let throttled = try World(.cxone) { (_, index) throws(TransportError) in
            index == 0 ? .problem(429, "rate_limited", "", ["Retry-After": "2"]) : .created()
        }
        #expect(try await throttled.client.create(try request, until: throttled.deadline).id == "sim-1")
        #expect(throttled.clock.sleeps == [.seconds(2.5)])
        let busy = try World(.cxone) { (_, index) throws(TransportError) in
            index == 0 ? IncomingResponse(status: 503, headers: ["Retry-After": "1"]) : .created()
        }
        #expect(try await busy.client.create(try request, until: busy.deadline).id == "sim-1")
    }

    @Test func withKeysLostAnswersEndUnknownWhenAttemptsAreUsedUp() async throws {
        let world = try World { (request, _) throws(TransportError) in
            if request.method == .post { throw Self.reset }
            return .json(200, ["simulations": []])
        }
        guard case .unknown(let error) = try await world.client.create(try request, until: world.deadline) else {
            throw NoFailure()
        }
        #expect(error.code == .outcomeUnknown)
        #expect(world.requests.filter { $0.method == .post }.count == 3)
    }

    @Test func aCrashIsRetriedOnce() async throws {
        let world = try World(maxAttempts: 5) { (request, _) throws(TransportError) in
            request.method == .post ? IncomingResponse(status: 500) : .json(200, ["simulations": []])
        }
        #expect(try await world.client.create(try request, until: world.deadline).id == nil)
        #expect(world.requests.filter { $0.method == .post }.count == 2)
    }

    @Test func aRefusalAfterALostAnswerLeavesTheDoubt() async throws {
        let world = try World { (request, index) throws(TransportError) in
            if index == 0 { throw Self.reset }
            return request.method == .post
                ? .problem(403, "insufficient_scope") : .json(200, ["simulations": []])
        }
        #expect(try await world.client.create(try request, until: world.deadline).id == nil)
        // The same key and body: the answer to the payload is the answer of the first attempt, too.
        let invalid = try World { (_, index) throws(TransportError) in
            if index == 0 { throw Self.reset }
            return .problem(422, "validation_failed")
        }
        let error = try await failure {
            try await invalid.client.create(try request, until: invalid.deadline)
        }
        #expect(error.code == .validationRejected)
    }

    @Test func nothingSentIsUnreachable() async throws {
        let world = try World(.cxone) { (_, _) throws(TransportError) in throw TransportError(.notSent, "refused") }
        let error = try await failure {
            try await world.client.create(try request, until: world.deadline)
        }
        #expect(error.code == .unreachable)
        #expect(world.requests.count == 3)
    }

    @Test func aKeyInFlightIsWaitedFor() async throws {
        let world = try World { (_, index) throws(TransportError) in
            index < 5 ? .problem(409, "idempotency_key_in_flight", "", ["Retry-After": "1"]) : .created()
        }
        #expect(try await world.client.create(try request, until: world.deadline).id == "sim-1")
        #expect(Set(world.requests.map { $0.headers["Idempotency-Key"] }).count == 1)
    }

    @Test func slotsAreQueuedFor() async throws {
        let waits = Mutex<[SlotWait]>([])
        let world = try World { (_, index) throws(TransportError) in
            index < 6 ? .problem(409, "active_simulation_limit") : .created()
        }
        let outcome = try await world.client.create(try request, until: world.deadline) { wait in
            waits.withLock { $0.append(wait) }
        }
        #expect(outcome.id == "sim-1")
        #expect(world.clock.sleeps == [3, 6, 12, 24, 36, 36].map { .seconds($0) })
        #expect(waits.withLock { $0.map(\.probes) } == [1, 2, 3, 4, 5, 6])
        #expect(waits.withLock { $0.last?.waited } == .seconds(81))
    }

    @Test func slotsComeWhenTheServerSays() async throws {
        let world = try World { (_, index) throws(TransportError) in
            index == 0 ? .problem(409, "active_simulation_limit", "", ["Retry-After": "90"]) : .created()
        }
        #expect(try await world.client.create(try request, until: world.deadline).id == "sim-1")
        #expect(world.clock.sleeps == [.seconds(90.5)])
    }

    @Test func theQueueEndsByTheDeadline() async throws {
        let world = try World { (_, _) throws(TransportError) in .problem(409, "active_simulation_limit") }
        let error = try await failure {
            try await world.client.create(try request, until: world.deadline)
        }
        #expect(error.code == .timedOut)
        #expect(world.clock.now.offset > .seconds(299))
        #expect(world.clock.now.offset < .seconds(300))
    }

    @Test func oneTryTellsOfTheMissingSlot() async throws {
        let world = try World { (_, _) throws(TransportError) in .problem(409, "active_simulation_limit") }
        guard case .slotUnavailable = try await world.client.createOnce(try request, until: world.deadline) else {
            throw NoFailure()
        }
        #expect(world.requests.count == 1)
    }

    @Test func cancelledInFlightIsUnknown() async throws {
        let world = try World { (request, _) throws(TransportError) in
            withUnsafeCurrentTask { $0?.cancel() }
            throw TransportError(.cancelled, "cancelled")
        }
        let outcome = await Task { try await world.client.create(try request, until: world.deadline) }.result
        guard case .unknown(let error) = try outcome.get() else { throw NoFailure() }
        #expect(error.code == .outcomeUnknown)
    }

    @Test func cancelledBeforeItIsSentIsNothing() async throws {
        let world = try World { (_, _) throws(TransportError) in
            withUnsafeCurrentTask { $0?.cancel() }
            throw TransportError(.notSent, "cancelled")
        }
        let outcome = await Task { try await world.client.create(try request, until: world.deadline) }.result
        #expect(throws: ClientError.self) { try outcome.get() }
    }

    @Test func anAttemptEndsByTheDeadline() async throws {
        let world = try World(.cxone) { (_, _) throws(TransportError) in .created() }
        world.clock.advance(by: .seconds(290))
        _ = try await world.client.create(try request, until: world.deadline)
        #expect(world.requests.map(\.timeout) == [.seconds(10)])
        world.clock.advance(by: .seconds(10))
        let late = try await failure {
            try await world.client.create(try request, until: world.deadline)
        }
        #expect(late.code == .timedOut)
    }

    private var request: CreateRequest {
        get throws { try .test() }
    }
}
