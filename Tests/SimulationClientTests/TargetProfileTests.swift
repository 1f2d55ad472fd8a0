import ExactJSON
import HTTPExchange
import SimulationAPI
import SimulationClient
import Testing

/// What a profile changes: where the operations are, and which codes mean success.
@Suite(.timeLimit(.minutes(5)))
struct TargetProfileTests {
    private func create(_ world: World) async throws -> CreateOutcome {
        let key = try #require(IdempotencyKey("k"))
        return try await world.client.create(CreateRequest(body: [], key: key, tag: "t"), until: world.deadline)
    }

    @Test func operationsGoToTheProfilesPaths() async throws {
        let network = FakeTransport { (request, _) throws(TransportError) in
            if request.isToken { return .token() }
            if request.path == "/v9/sims" { return .created() }
            if request.path == "/v9/sims?tag=t" { return .json(200, ["simulations": []]) }
            if request.path.hasPrefix("/v9/sims/sim-1") { return .json(200, .status("running")) }
            return IncomingResponse(status: request.path == "/v9/metrics" ? 202 : 404)
        }
        let paths = APIPaths(simulations: "/v9/sims", aggregations: "/v9/metrics")
        let target = try Target(baseURL: "https://acme.api.example", paths: paths)
        let world = World(network: network, target: target)
        #expect(try await create(world).id == "sim-1")
        _ = try await world.client.status(of: "sim-1", until: world.deadline)
        _ = try await world.client.list(tag: "t", until: world.deadline)
        _ = try await world.client.cancel(id: "sim-1", until: world.deadline)
        try await world.client.aggregate(.ofOneCall, until: world.deadline)
        #expect(
            world.requests.map(\.path) == [
                "/v9/sims", "/v9/sims/sim-1", "/v9/sims?tag=t", "/v9/sims/sim-1/cancel", "/v9/metrics",
            ]
        )
    }

    @Test func anotherCodeMayMeanSuccess() async throws {
        var capabilities = Capabilities.sandbox
        capabilities.success[.status] = [203]
        let world = try World(capabilities) { (_, _) throws(TransportError) in .json(203, .status("running")) }
        #expect(try await world.client.status(of: "sim-1", until: world.deadline).state == .running)
    }

    @Test func aCodeThatIsNotAcceptedLeavesACreateUnknown() async throws {
        var capabilities = Capabilities.cxone
        capabilities.listByTag = false
        capabilities.success[.create] = [201]
        let world = try World(capabilities) { (_, _) throws(TransportError) in
            .json(202, CreateAnswer(id: "sim-1").json)
        }
        let outcome = try await create(world)
        guard case .unknown(let error) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(error.code == .outcomeUnknown && error.status == 202)
        #expect(world.requests.count == 1)
    }

    @Test func aReadWithACodeThatIsNotAcceptedIsTriedAgain() async throws {
        var capabilities = Capabilities.sandbox
        capabilities.success[.status] = [202]
        let world = try World(capabilities) { (_, index) throws(TransportError) in
            .json(index == 0 ? 200 : 202, .status("running"))
        }
        _ = try await world.client.status(of: "sim-1", until: world.deadline)
        #expect(world.requests.count == 2)
    }
}
