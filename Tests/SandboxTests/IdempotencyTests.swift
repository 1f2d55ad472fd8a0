import ExactJSON
import HTTPService
import HTTPTypes
import SimulationAPI
import Testing

@testable import Sandbox

@Suite("Idempotency", .timeLimit(.minutes(5)))
struct IdempotencyTests {
    @Test func theSameKeyAndBodyGetTheSameAnswer() async throws {
        let rig = Rig { $0.maxActive = 1 }
        let token = try await rig.token()
        let first = await rig.create(token: token, key: "k")
        // The replay comes before the limit: the slot is taken by the simulation itself.
        let second = await rig.create(token: token, key: "k")
        #expect(first.status == 201 && second.status == 201)
        #expect(first.body == second.body && first.headers == second.headers)
        #expect(first.headers[.location] == "\(Endpoint.simulations)/\(first.id)")
        #expect(rig.records.map(\.id) == [first.id])
    }

    @Test func aRefusalOfThePayloadIsKeptToo() async throws {
        let rig = Rig()
        let token = try await rig.token()
        let answers = [await rig.create("{}", token: token, key: "k"), await rig.create("{}", token: token, key: "k")]
        #expect(answers.map(\.status) == [422, 422])
        #expect(answers[0].body == answers[1].body && answers[0].headers == answers[1].headers)
        #expect(await rig.create(token: token, key: "k").code == "idempotency_key_reused")
    }

    @Test func theSameKeyWithAnotherBodyIsRefused() async throws {
        let rig = Rig()
        let token = try await rig.token()
        #expect(await rig.create(token: token, key: "k").status == 201)
        // One space more is another body.
        let reused = await rig.create(Payload.text() + " ", token: token, key: "k")
        #expect(reused.status == 422 && reused.code == "idempotency_key_reused")
        #expect(rig.records.count == 1)
        #expect(await rig.create(Payload.text() + " ", token: token, key: "l").status == 201)
    }

    @Test func quotedAndBareKeysAreTheSame() async throws {
        let rig = Rig()
        let token = try await rig.token()
        let ids = [await rig.create(token: token, key: "\"k-1\"").id, await rig.create(token: token, key: "k-1").id]
        #expect(ids[0] == ids[1] && !ids[0].isEmpty)
        #expect(await rig.create(token: token, key: "K-1").id != ids[0])
    }

    @Test(arguments: ["", "\"\"", String(repeating: "k", count: 256)])
    func whatIsNoKey(_ key: String) async throws {
        let rig = Rig()
        let answer = await rig.create(token: try await rig.token(), key: key)
        #expect(answer.status == 400 && answer.code == "idempotency_key_invalid")
        #expect(rig.records.isEmpty)
    }

    @Test func oneKeyOnly() async throws {
        let rig = Rig()
        var headers: HTTPFields = [:]
        headers[values: .idempotencyKey] = ["a", "b"]
        let answer = await rig.send(
            .post,
            Endpoint.simulations,
            token: try await rig.token(),
            headers: headers,
            body: Payload.text()
        )
        #expect(answer.status == 400 && answer.code == "idempotency_key_invalid")
    }

    @Test func withoutAKeyEveryRequestIsNew() async throws {
        let rig = Rig()
        let token = try await rig.token()
        let first = await rig.create(token: token).id
        #expect(await rig.create(token: token).id != first)
    }

    @Test func answersAreKeptFor24Hours() async throws {
        let rig = Rig { $0.tokenLifetime = .seconds(1_000_000) }
        let token = try await rig.token()
        let first = await rig.create(token: token, key: "k").id
        rig.advance(86_399.9)
        #expect(await rig.create(token: token, key: "other").status == 201)
        #expect(await rig.create(token: token, key: "k").id == first)
        rig.advance(0.1)
        #expect(await rig.create(token: token, key: "k").id != first)
    }

    @Test(arguments: [409, 401, 403, 429, 500, 503])
    func otherAnswersAreNotKept(_ status: Int) {
        var state = SandboxState(seed: 1, maxActive: 5)
        let now = SandboxState.Moment(seconds: 0, wall: Timestamp(milliseconds: 0))
        guard case .new = state.claim("k", bodyHash: "h", at: now) else { return #expect(Bool(false)) }
        state.settle("k", ServiceResponse(status: status), at: now)
        guard case .new = state.claim("k", bodyHash: "h", at: now) else { return #expect(Bool(false)) }
    }

    @Test func aLimitThatWasReachedIsAskedAgain() async throws {
        let rig = Rig { $0.maxActive = 1 }
        let token = try await rig.token()
        let first = await rig.create(token: token).id
        #expect(await rig.create(token: token, key: "k").status == 409)
        #expect(await rig.send(.post, "\(Endpoint.simulations)/\(first)/cancel", token: token).status == 202)
        #expect(await rig.create(token: token, key: "k").status == 201)
    }

    @Test func aKeyInFlightIsRefused() {
        var state = SandboxState(seed: 1, maxActive: 5)
        let now = SandboxState.Moment(seconds: 0, wall: Timestamp(milliseconds: 0))
        guard case .new = state.claim("k", bodyHash: "h", at: now) else { return #expect(Bool(false)) }
        guard case .inFlight = state.claim("k", bodyHash: "h", at: now) else { return #expect(Bool(false)) }
        guard case .reused = state.claim("k", bodyHash: "i", at: now) else { return #expect(Bool(false)) }
        state.settle("k", ServiceResponse(status: 201, body: [7]), at: now)
        guard case .replay(let kept) = state.claim("k", bodyHash: "h", at: now) else { return #expect(Bool(false)) }
        #expect(kept.status == 201 && kept.body == [7])
    }

    @Test func keysBelongToAClient() async throws {
        // The second pair would share a key if id and key were simply put together.
        for (ids, keys) in [(["a", "b"], ["k", "k"]), (["a", "a/k"], ["k/k", "k"])] {
            let clients = ids.map { SandboxClient(id: $0, secret: "s", scopes: Scope.allCases) }
            let rig = Rig { $0.clients = clients }
            var created: Set<String> = []
            for (id, key) in zip(ids, keys) {
                let token = try await rig.token(id: id, secret: "s")
                created.insert(await rig.create(token: token, key: key).id)
            }
            #expect(created.count == 2)
        }
    }

    @Test func manyAtOnceMakeOneSimulation() async throws {
        let rig = Rig()
        let token = try await rig.token()
        let answers = await withTaskGroup(of: Answer.self) { group in
            for _ in 0..<50 { group.addTask { await rig.create(token: token, key: "k") } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(rig.records.count == 1)
        for answer in answers {
            #expect(answer.status == 201 || answer.code == "idempotency_key_in_flight")
            if answer.status == 201 { #expect(answer.id == rig.records[0].id) }
        }
    }
}
