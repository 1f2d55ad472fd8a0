import HTTPExchange
import SimulationAPI
import SimulationClient
import Synchronization
import Testing

/// The answer of a create gets lost: 6 places × 3 agents × 3 kinds of server, and never a second simulation.
@Suite(.timeLimit(.minutes(5)))
struct AmbiguousCreateTests {
    /// What the caller learns.
    enum End: Hashable, Sendable {
        case value, reconciled, unknown, cancelled
    }

    /// The outcome and the number of simulations that exist in the end.
    struct Expected: Hashable, Sendable {
        var end: End
        var creations: Int

        static let made = Expected(end: .value, creations: 1)
        static let found = Expected(end: .reconciled, creations: 1)
        /// Nobody can tell, and there is one.
        static let lost = Expected(end: .unknown, creations: 1)
        /// Nobody can tell, and there is none.
        static let empty = Expected(end: .unknown, creations: 0)
        static let stopped = Expected(end: .cancelled, creations: 0)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var cut: ModelServer.Cut
        var agent: ModelServer.Agent
        /// For a server that honours keys, one that lists by tag, and one that does neither.
        var expected: [Expected]
        var testDescription: String { "\(cut), \(agent)" }

        init(_ cut: ModelServer.Cut, _ agent: ModelServer.Agent, _ expected: [Expected]) {
            (self.cut, self.agent, self.expected) = (cut, agent, expected)
        }
    }

    static let rows = [
        Row(.connecting, .client, [.stopped, .stopped, .stopped]),
        Row(.connecting, .network, [.made, .made, .made]),
        Row(.connecting, .server, [.made, .made, .made]),
        Row(.halfSent, .client, [.empty, .empty, .empty]),
        Row(.halfSent, .network, [.made, .empty, .empty]),
        Row(.halfSent, .server, [.made, .empty, .empty]),
        Row(.beforeHandling, .client, [.lost, .lost, .lost]),
        Row(.beforeHandling, .network, [.made, .found, .lost]),
        Row(.beforeHandling, .server, [.made, .empty, .empty]),
        Row(.beforeHead, .client, [.lost, .lost, .lost]),
        Row(.beforeHead, .network, [.made, .found, .lost]),
        Row(.beforeHead, .server, [.made, .found, .lost]),
        Row(.inBody, .client, [.lost, .lost, .lost]),
        Row(.inBody, .network, [.made, .found, .lost]),
        Row(.inBody, .server, [.made, .found, .lost]),
        Row(.afterAnswer, .client, [.made, .made, .made]),
        Row(.afterAnswer, .network, [.made, .made, .made]),
        Row(.afterAnswer, .server, [.made, .made, .made]),
    ]

    @Test(arguments: rows, Array(ModelServer.Kind.allCases.enumerated()))
    func cell(_ row: Row, _ kind: (offset: Int, element: ModelServer.Kind)) async throws {
        let server = ModelServer(kind.element, row.cut, row.agent)
        let network = FakeTransport { (request, _) throws(TransportError) in try server.answer(request) }
        let target = try Target(baseURL: "https://acme.api.example")
        let world = World(network: network, server.capabilities, target: target)
        let result = await Task { () throws -> End in
            switch try await world.client.create(.test(), until: world.deadline) {
            case .created(let id):
                #expect(id == "sim-1")
                return .value
            case .found(let status):
                #expect(status.id == "sim-1")
                return .reconciled
            case .unknown(let error):
                #expect(error.code == .outcomeUnknown)
                return .unknown
            }
        }.result
        let end: End
        do { end = try result.get() } catch let error as ClientError {
            #expect(error.code == .cancelled)
            end = .cancelled
        }
        #expect(Expected(end: end, creations: server.creations) == row.expected[kind.offset])
        let creates = network.requests.filter { $0.path == Endpoint.simulations }
        #expect(Set(creates.map(\.body)).count == 1)
        #expect(Set(creates.map { $0.headers["Idempotency-Key"] }) == [#""run-1""#])
    }

    /// A server that is promised to honour keys and does not would create twice; the model shows that it could.
    @Test func theModelCanCreateTwice() throws {
        let server = ModelServer(.neither, .afterAnswer, .network)
        let request = OutgoingRequest(
            method: .post,
            url: "https://acme.api.example" + Endpoint.simulations,
            timeout: .seconds(1),
            maxResponseBytes: 1
        )
        _ = try server.answer(request)
        _ = try server.answer(request)
        #expect(server.creations == 2)
    }

    @Test func theTableHas54Cells() {
        #expect(Set(Self.rows.map(\.testDescription)).count == 18)
        #expect(Self.rows.count * ModelServer.Kind.allCases.count == 54)
    }
}
