import Addresses
import ExactJSON
import HTTPExchange
import HTTPService
import HTTPTypes
import RingbackHome
import RingbackTestKit
import RunStore
import ScenarioFile
import SimulationAPI
import Testing
import Webhooks

@testable import Monitors

/// Lanes over a real store and real connections.
@Suite(.timeLimit(.minutes(5)))
struct ForwarderTests {
    /// A run with monitors.
    private struct World: Sendable {
        var home: Home
        var store: RunStore
        var monitors: [ForwardedMonitor]
        var inbox: Inbox

        static func with(
            _ monitors: [String],
            in database: SharedDatabase? = nil,
            _ body: @Sendable (World) async throws -> Void
        ) async throws {
            try await TemporaryFolder.with { folder in
                var home = try Home(path: folder)
                if let database { home.store = .shared(database) }
                try await RunStore.with(home) { store in
                    let run = try await store.insertRun(
                        id: "run-1",
                        scenario: "s",
                        target: .sandbox,
                        origin: "http://127.0.0.1:1",
                        startedAt: WallClock.now
                    )
                    let prepared = try monitors.map { text in
                        let read = try Scenario.Monitor.parseList(text: "[\(text)]", file: "m.yaml").monitors
                        return try PreparedMonitor(
                            MonitorDefinition(try #require(read.first), schedule: .fast, folder: folder),
                            environment: { _ in nil }
                        )
                    }
                    _ = try await store.register(prepared, owner: run.rowID)
                    // As another process would read them later.
                    let forwarded = try await store.monitors().map {
                        try ForwardedMonitor($0, environment: { _ in nil })
                    }
                    let routes = try await store.storedRoutes()[run.rowID]
                    let inbox = Inbox(store: store, owner: run.rowID, routes: routes)
                    try await body(World(home: home, store: store, monitors: forwarded, inbox: inbox))
                }
            }
        }

        func keep(_ ids: Range<Int>, calls: Int = 1_000_000) async throws {
            for id in ids {
                let event = SimulationEvent(
                    simulationID: "sim-1",
                    callID: "call-\(id % calls)",
                    state: .ringing,
                    timestamp: WallClock.now,
                    outcome: nil,
                    durationMs: 1
                )
                try await inbox.keep(
                    ReceivedEvent(
                        webhookID: "msg-\(id)",
                        receivedAt: WallClock.now,
                        body: event.json.bytes,
                        content: .event(event)
                    )
                )
            }
        }

        func forward(
            _ environment: ForwardingEnvironment = .system,
            as id: String = "run1",
            grace: Duration = Courier.timeout,
            _ body: (Forwarder) async throws -> Void
        ) async throws {
            let lock = try RunLock(home, runID: id)
            try await Forwarder.with(
                monitors,
                store: store,
                home: home,
                lockID: id,
                grace: grace,
                environment: environment,
                body: body
            )
            lock?.remove()
        }

        func settle(_ forwarder: Forwarder, _ indices: [Int], within limit: Duration = .seconds(60)) async throws
            -> Bool
        {
            let timeline = Timeline()
            return try await forwarder.settle(
                indices.map { monitors[$0] },
                until: timeline.after(limit),
                on: timeline
            )
        }
    }

    private static func http(_ name: String, _ url: String, _ rest: String = "") -> String {
        "{name: \(name), url: \"\(url)\", allow: [127.0.0.1]\(rest)}"
    }

    @Test func aDeadMonitorDelaysNoOtherMonitor() async throws {
        let hole = try SilentListener()
        try await FakeMonitor.with { monitor in
            let healthy = (0..<10).map { Self.http("m\($0)", "\(monitor.origin)/\($0)") }
            try await World.with(healthy + [Self.http("hole", "http://127.0.0.1:\(hole.port)/")]) { world in
                try await world.forward(grace: .milliseconds(100)) { forwarder in
                    try await world.keep(0..<50)
                    forwarder.wake()
                    try #require(try await world.settle(forwarder, Array(0..<10)))
                    // The black hole has not answered a single one yet, and has not run into its time-out either.
                    let totals = try await world.store.totals(of: [world.monitors[10].rowID])
                    #expect(totals.pending == 50 && totals.delivered == 0)
                }
            }
            for number in 0..<10 { #expect(Set(monitor.requests("/\(number)").map(\.id)).count == 50) }
        }
    }

    @Test func everythingArrivesWhateverTheMonitorDoes() async throws {
        let seen = Shared<Set<String>>([])
        let answer: FakeMonitor.Answer = { request, _ in
            // The first attempt of every fourth event fails, in one way or another.
            let isFirst = seen.withLock { $0.insert(request.id).inserted }
            guard isFirst, let number = Int(request.id.dropFirst(4)), number % 4 == 1 else {
                return ServiceResponse(status: 200)
            }
            switch number % 3 {
            case 0: return ServiceResponse(status: 500)
            case 1: return ServiceResponse(status: 302, headers: [.location: "/elsewhere"])
            default: return ServiceResponse(status: 404)
            }
        }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await World.with([Self.http("qa", "\(monitor.origin)/qa")]) { world in
                try await world.keep(0..<60, calls: 12)
                try await world.forward { forwarder in
                    try #require(try await world.settle(forwarder, [0]))
                }
                #expect(try await world.store.totals(of: [world.monitors[0].rowID]).delivered == 60)
            }
            let requests = monitor.requests("/qa")
            #expect(Set(requests.map(\.id)).count == 60 && monitor.requests.count == requests.count)
            // One identity, one body.
            #expect(Dictionary(grouping: requests, by: \.id).values.allSatisfy { Set($0.map(\.body)).count == 1 })
            for call in 0..<12 {
                let numbers = requests.compactMap { Int($0.id.dropFirst(4)) }.filter { $0 % 12 == call }
                #expect(numbers == numbers.sorted(), "call \(call)")
            }
        }
    }

    @Test func theMonitorThatAnswers410IsDisabled() async throws {
        try await FakeMonitor.with(answer: { _, _ in ServiceResponse(status: 410) }) { monitor in
            try await World.with([Self.http("qa", "\(monitor.origin)/qa")]) { world in
                try await world.keep(0..<30)
                try await world.forward { forwarder in
                    try #require(try await world.settle(forwarder, [0]))
                }
                let totals = try await world.store.totals(of: [world.monitors[0].rowID])
                #expect(totals.disabled == 30)
                #expect(monitor.requests.count <= 8)
            }
        }
    }

    /// The monitor is gone at the moment at which the database is, so nothing of that can be stored.
    @Test func aForwarderEndsWithoutItsDatabase() async throws {
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let (ways, free) = AsyncStream<Void>.makeStream()
        let log = LogLines()
        var logged = ForwardingEnvironment.system
        logged.logger = log.logger
        let environment = logged
        let answer: FakeMonitor.Answer = { _, _ in
            arrived.yield()
            for await _ in ways { break }
            return ServiceResponse(status: 410)
        }
        try await PostgresServer.with { server in
            let database = SharedDatabase(address: server.address())
            try await FakeMonitor.with(answer: answer) { monitor in
                try await World.with([Self.http("qa", "\(monitor.origin)/qa")], in: database) { world in
                    try await world.keep(0..<1)
                    // Its monitor cannot be released either.
                    await #expect(throws: (any Error).self) {
                        try await world.forward(environment, grace: .milliseconds(300)) { _ in
                            for await _ in arrivals { break }
                            await server.stop()
                            free.yield()
                            // The lane waits for what cannot be stored.
                            try await eventually(every: .milliseconds(10)) {
                                log.lines.contains { $0.hasPrefix("warning monitor disabled") }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Why its body failed is said, also if its monitors cannot be released either.
    @Test func aForwarderSaysWhyItsBodyFailed() async throws {
        struct Failure: Error {}
        try await PostgresServer.with { server in
            let database = SharedDatabase(address: server.address())
            try await World.with([Self.http("qa", "http://127.0.0.1:1/qa")], in: database) { world in
                await #expect(throws: Failure.self) {
                    try await world.forward(grace: .milliseconds(100)) { _ in
                        await server.stop()
                        throw Failure()
                    }
                }
            }
        }
    }

    @Test func whatTheGuardRefusesIsDeadWithTheReason() async throws {
        let address = try #require(IPAddress("10.1.2.3"))
        var environment = ForwardingEnvironment.system
        environment.resolver = Resolver { (_) throws(Resolver.LookupError) in [address] }
        try await World.with(["{name: qa, url: \"https://qa.example/\"}"]) { [environment] world in
            try await world.keep(0..<5, calls: 1)
            try await world.forward(environment) { forwarder in
                try #require(try await world.settle(forwarder, [0]))
            }
            let page = try await world.store.deliveries(DeliveryQuery())
            #expect(page.items.count == 5 && page.items.allSatisfy { $0.state == .dead && $0.attempts == 0 })
            let error = try #require(page.items.first?.lastError)
            #expect(
                error
                    == "qa.example is at 10.1.2.3, which is not an address of the public Internet; name it in allow if it is meant"
            )
        }
    }

    @Test func aNameThatCannotBeResolvedIsTriedAgain() async throws {
        try await FakeMonitor.with { monitor in
            let port = try #require(HTTPURL(monitor.origin)?.port)
            let asked = Shared(0)
            var environment = ForwardingEnvironment.system
            environment.resolver = Resolver { (_) throws(Resolver.LookupError) in
                let count = asked.withLock { count in
                    count += 1
                    return count
                }
                guard count > 1, let address = IPAddress("127.0.0.1") else { throw Resolver.LookupError("NXDOMAIN") }
                return [address]
            }
            try await World.with([Self.http("qa", "http://qa.localhost:\(port)/qa")]) { [environment] world in
                try await world.keep(0..<1)
                try await world.forward(environment) { forwarder in
                    try #require(try await world.settle(forwarder, [0]))
                }
                #expect(monitor.requests("/qa").count == 1)
                #expect(try await world.store.deliveries(DeliveryQuery()).items.first?.attempts == 2)
            }
        }
    }

    @Test func linesAreAppendedInOrder() async throws {
        try await TemporaryFolder.with { folder in
            try await World.with(["{name: copy, kind: file, path: \"\(folder)/copy.jsonl\"}"]) { world in
                try await world.forward { forwarder in
                    try await world.keep(0..<100, calls: 10)
                    forwarder.wake()
                    try #require(try await world.settle(forwarder, [0]))
                }
            }
            let ids = try Lines.of("\(folder)/copy.jsonl").compactMap {
                try JSONReader.read(Array($0.utf8))["webhookId"]?.string
            }
            #expect(Set(ids).count == 100 && ids.count == 100)
            for call in 0..<10 {
                let numbers = ids.compactMap { Int($0.dropFirst(4)) }.filter { $0 % 10 == call }
                #expect(numbers == numbers.sorted())
            }
        }
    }

    /// A delivery that is under way when the forwarder stops is not cut off, which would repeat it.
    @Test func aStopWaitsForWhatIsUnderWay() async throws {
        let answer: FakeMonitor.Answer = { _, _ in
            try? await Task.sleep(for: .milliseconds(700))
            return ServiceResponse(status: 200)
        }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await World.with([Self.http("qa", "\(monitor.origin)/qa")]) { world in
                try await world.keep(0..<1)
                try await world.forward { _ in await monitor.wait(for: 1, at: "/qa") }
                #expect(try await world.store.totals(of: [world.monitors[0].rowID]).delivered == 1)
                #expect(monitor.requests("/qa").count == 1)
            }
        }
    }

    @Test func aSecondForwarderIsRefused() async throws {
        try await FakeMonitor.with { monitor in
            try await World.with([Self.http("qa", "\(monitor.origin)/qa")]) { world in
                try await world.forward { _ in
                    await #expect(throws: Forwarder.BusyError.self) { try await world.forward(as: "other") { _ in } }
                }
                try await world.forward(as: "other") { _ in }
            }
        }
    }

    @Test func aReplaySendsTheSameAgain() async throws {
        let isBroken = Shared(true)
        let answer: FakeMonitor.Answer = { request, _ in
            ServiceResponse(status: isBroken.withLock { $0 } && request.id == "msg-1" ? 400 : 200)
        }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await World.with([Self.http("qa", "\(monitor.origin)/qa")]) { world in
                try await world.keep(0..<3)
                let replay = DeliveryReplay(store: world.store, home: world.home)
                var query = DeliveryQuery()
                query.states = [.pending, .dead]
                var outcome = try await replay.send(query, variables: { _ in nil }, lockID: "replay1")
                #expect((outcome.selected, outcome.delivered, outcome.dead) == (3, 2, 1))
                #expect(outcome.errors == ["qa": "HTTP 400, after 3 attempts"])
                isBroken.withLock { $0 = false }
                outcome = try await replay.send(query, variables: { _ in nil }, lockID: "replay2")
                #expect((outcome.selected, outcome.delivered) == (1, 1) && outcome.isComplete)
                let bodies = Set(monitor.requests("/qa").filter { $0.id == "msg-1" }.map(\.body))
                #expect(bodies.count == 1)
            }
        }
    }
}
