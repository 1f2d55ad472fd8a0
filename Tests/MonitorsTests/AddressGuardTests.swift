import Addresses
import ExactJSON
import HTTPService
import HTTPTypes
import RingbackTestKit
import ScenarioFile
import Testing

@testable import Monitors
@testable import RunStore

/// 45 spellings × 3 stages, with a listener on all loopback addresses that must get no connection.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AddressGuardTests {
    private static let delivery = DueDelivery(rowID: 1, callKey: "c", webhookID: "msg-1", body: [0x7B, 0x7D])

    private static func attempt(_ url: String, allow: [String] = [], resolver: Resolver) async -> DeliveryResult? {
        guard let url = HTTPURL(url) else { return nil }
        let transport = VettedTransport(
            to: url,
            allow: allow.compactMap { AddressRange($0) },
            resolver: resolver,
            connections: 2
        )
        let courier = Courier.http(transport, secret: nil) { WallClock.now }
        let outcomes = await courier.carry([delivery])
        await courier.shutDown()
        return outcomes.first
    }

    @Test func thereAreSoManyCells() { #expect(AddressSpelling.all.count * 3 == 135) }

    /// As the address of a monitor: refused when the file is read, or else when it is sent.
    @Test(arguments: AddressSpelling.all)
    func inTheScenario(_ spelling: AddressSpelling) async throws {
        let witness = try SilentListener()
        for scheme in ["https", "http"] {
            let url = "\(scheme)://\(spelling.text):\(witness.port)/hooks"
            let text = "[{name: a, url: \(JSONValue.string(url).text)}]"
            guard let monitor = try? Scenario.Monitor.parseList(text: text, file: "m.yaml").monitors.first,
                case .http(let address) = monitor.destination
            else { continue }
            let outcome = await Self.attempt("\(address.origin)\(address.rest)", resolver: .system)
            // A name that this machine does not know fails; one that it knows is refused.
            switch outcome {
            case .refused: break
            case .failed(nil, let reason, _): #expect(reason.contains("cannot be resolved"))
            default: Issue.record("\(url) ended \(String(describing: outcome))")
            }
        }
        #expect(witness.connections() == 0)
    }

    /// As what a harmless name resolves to, alone or beside a public address.
    @Test(arguments: AddressSpelling.all)
    func inTheAnswerOfTheResolver(_ spelling: AddressSpelling) async throws {
        let witness = try SilentListener()
        let address = try #require(IPAddress(spelling.address))
        let elsewhere = try #require(IPAddress("8.8.8.8"))
        for addresses in [[address], [elsewhere, address], [address, elsewhere]] {
            let outcome = await Self.attempt(
                "https://qa.example:\(witness.port)/",
                resolver: Resolver { (_) throws(Resolver.LookupError) in addresses }
            )
            guard case .refused(let reason) = outcome else {
                Issue.record("it ended \(String(describing: outcome))")
                continue
            }
            #expect(reason.hasPrefix("qa.example is at \(address), which "))
        }
        #expect(witness.connections() == 0)
    }

    /// As where a monitor that is allowed sends us on to.
    @Test(arguments: AddressSpelling.all)
    func inARedirect(_ spelling: AddressSpelling) async throws {
        let witness = try SilentListener()
        let location = "http://\(spelling.text):\(witness.port)/"
        for status in [302, 307] {
            let answer = "HTTP/1.1 \(status) Elsewhere\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
            let listener = try RawListener { _ in .answer(Array(answer.utf8)) }
            defer { listener.stop() }
            let outcome = await Self.attempt(
                "http://127.0.0.1:\(listener.port)/hooks",
                allow: ["127.0.0.1"],
                resolver: .system
            )
            #expect(outcome == .failed(status: status, reason: "HTTP \(status): redirects are not followed"))
        }
        #expect(witness.connections() == 0)
    }

    /// The witness sees who comes: without this the cells above could not fail.
    @Test(arguments: ["127.0.0.1", "[::1]", "localhost"]) func theWitnessSees(_ host: String) async throws {
        let witness = try SilentListener()
        let task = Task {
            await Self.attempt("http://\(host):\(witness.port)/", allow: ["127.0.0.1", "::1"], resolver: .system)
        }
        var count = 0
        while count == 0 {
            count = witness.connections()
            await Task.yield()
        }
        _ = await task.value
    }

    @Test func whatIsAllowedIsDialled() async throws {
        let hosts = Shared<[String]>([])
        let listener = try RawListener { request in
            hosts.withLock { $0 += request.headers.filter { $0.name == "host" }.map(\.value) }
            return .answer(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
        }
        defer { listener.stop() }
        let address = try #require(IPAddress("127.0.0.1"))
        let resolver = Resolver { (_) throws(Resolver.LookupError) in [address] }
        let url = "http://qa.example:\(listener.port)/a"
        #expect(await Self.attempt(url, allow: ["127.0.0.0/8"], resolver: resolver) == .delivered(status: 200))
        #expect(hosts.withLock { $0 } == ["qa.example:\(listener.port)"])
    }

    @Test func metadataServicesAreRefusedWhateverIsAllowed() async throws {
        for text in ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "::ffff:169.254.169.254"] {
            let address = try #require(IPAddress(text))
            let resolver = Resolver { (_) throws(Resolver.LookupError) in [address] }
            let outcome = await Self.attempt(
                "https://qa.example/",
                allow: ["0.0.0.0/0", "::/0"],
                resolver: resolver
            )
            guard case .refused(let reason) = outcome else {
                Issue.record("\(text) was not refused")
                continue
            }
            #expect(reason.contains("credentials of the cloud"))
        }
    }

    /// The name is looked up once and the vetted answer is dialled: another answer afterwards changes nothing.
    @Test func theVettedAddressIsTheOneThatIsDialled() async throws {
        try await FakeMonitor.with { monitor in
            let port = try #require(HTTPURL(monitor.origin)?.port)
            let asked = Shared(0)
            let resolver = Resolver { (_) throws(Resolver.LookupError) in
                let count = asked.withLock { count in
                    count += 1
                    return count
                }
                return [IPAddress(count == 1 ? "127.0.0.1" : "127.0.0.2")].compactMap { $0 }
            }
            let transport = VettedTransport(
                to: try #require(HTTPURL("http://qa.example:\(port)/")),
                allow: [try #require(AddressRange("127.0.0.1"))],
                resolver: resolver,
                connections: 1
            )
            let courier = Courier.http(transport, secret: nil) { WallClock.now }
            for _ in 0..<3 { #expect(await courier.carry([Self.delivery]) == [.delivered(status: 200)]) }
            await courier.shutDown()
            #expect(asked.withLock { $0 } == 1)
        }
    }

    @Test func namesThatCannotBeResolvedAreTriedAgain() async throws {
        let resolver = Resolver { (host) throws(Resolver.LookupError) in
            throw Resolver.LookupError("\(host) cannot be resolved: Temporary failure")
        }
        let outcome = await Self.attempt("https://qa.example/", resolver: resolver)
        #expect(outcome == .failed(status: nil, reason: "qa.example cannot be resolved: Temporary failure"))
    }
}
