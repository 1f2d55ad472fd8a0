import ExactJSON
import HTTPExchange
import RingbackTestKit
import SimulationAPI
import SimulationClient
import Synchronization
import Testing

/// Every operation meets every fault once, twice and always: 5 × 37 × 3 cells, each with its exact attempts, waits and
/// end.
@Suite(.timeLimit(.minutes(5)))
struct FaultMatrixTests {
    struct Cell: Sendable, CustomTestStringConvertible {
        var operation: DecisionTable.Operation
        var fault: ExchangeFault
        var placement: ExchangeFault.Placement
        var testDescription: String { "\(operation), \(fault.name), \(placement)" }

        static let all = DecisionTable.Operation.allCases.flatMap { operation in
            ExchangeFault.all.flatMap { fault in
                ExchangeFault.Placement.allCases.map { Cell(operation: operation, fault: fault, placement: $0) }
            }
        }
    }

    @Test(arguments: Cell.all)
    func cell(_ cell: Cell) async throws {
        let times = cell.placement.rawValue
        let expected = try #require(DecisionTable.expectation(cell.operation, cell.fault, times: times))
        let counter = Mutex(0)
        let network = FakeTransport { (request, _) throws(TransportError) in
            guard cell.operation.isMeant(request), counter.next() < times else {
                return cell.operation.success(request)
            }
            return try cell.fault.result.get()
        }
        let world = World(network: network, target: try Target(baseURL: "https://acme.api.example"))
        let end = try await cell.operation.end(in: world)

        let seen = DecisionTable.Expectation(
            attempts: network.requests.filter(cell.operation.isMeant).count,
            waits: world.clock.sleeps.filter { $0 > .zero },
            end: end,
            tokens: world.tokenRequests.count
        )
        #expect(seen == expected)
        // A look after a lost create is one of three; nothing else is ever asked.
        let others = world.requests.filter { !cell.operation.isMeant($0) && !$0.isToken }
        #expect(others.count == (end == .unknown ? 3 : 0))
    }

    @Test func theMatrixHas555Cells() {
        let groups = [
            ExchangeFault.connecting, ExchangeFault.sending, ExchangeFault.head, ExchangeFault.body,
            ExchangeFault.statuses,
        ]
        #expect(groups.map(\.count) == [5, 2, 5, 9, 16])
        #expect(Cell.all.count == 555)
    }
}

extension DecisionTable.Operation {
    /// Whether a request is one of the operation, not one that it needs.
    func isMeant(_ request: OutgoingRequest) -> Bool {
        switch self {
        case .token: request.isToken
        case .create: request.path == Endpoint.simulations
        case .status: request.path == Endpoint.simulations + "/sim-1"
        case .aggregate: request.path == Endpoint.aggregations
        case .cancel: request.path == Endpoint.simulations + "/sim-1/cancel"
        }
    }

    func success(_ request: OutgoingRequest) -> IncomingResponse {
        if request.isToken { return .token() }
        if request.path.contains("?tag=") { return .json(200, ["simulations": []]) }
        switch self {
        case .token: return .token()
        case .create: return .created()
        case .status: return .status("running")
        case .aggregate, .cancel: return IncomingResponse(status: 202)
        }
    }

    /// Carries the operation out.
    func end(in world: World) async throws -> DecisionTable.End {
        do {
            switch self {
            case .token: _ = try await world.client.authenticate(until: world.deadline)
            case .create:
                if case .unknown(let error) = try await world.client.create(.test(), until: world.deadline) {
                    #expect(error.code == .outcomeUnknown)
                    return .unknown
                }
            case .status: _ = try await world.client.status(of: "sim-1", until: world.deadline)
            case .aggregate:
                try await world.client.aggregate(.ofOneCall, until: world.deadline)
            case .cancel: _ = try await world.client.cancel(id: "sim-1", until: world.deadline)
            }
            return .value
        } catch let error as ClientError {
            return .error(error.code)
        }
    }
}
