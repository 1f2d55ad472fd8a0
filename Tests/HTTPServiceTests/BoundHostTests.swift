import HTTPService
import RingbackTestKit
import Testing

/// Whether only this machine reaches a host, by the address that its name stands for.
@Suite(.timeLimit(.minutes(5)))
struct BoundHostTests {
    @Test(arguments: [
        ("localhost", "127.0.0.1", true), ("localhost", "::1", true), ("x.localhost", "127.0.0.1", true),
        ("x.localhost", "10.1.2.3", false), ("localhost", "192.0.2.7", false), ("localhost", "2001:db8::1", false),
        ("ci.example", "127.0.1.1", true), ("ci.example", "10.1.2.3", false), ("0.0.0.0", "0.0.0.0", false),
        ("::", "::", false), ("::ffff:127.0.0.1", "::ffff:127.0.0.1", true), ("localhost", "0.0.0.0", false),
    ])
    func theAddressDecides(_ name: String, _ address: String, _ isLoopback: Bool) {
        #expect(BoundHost(name, address: address).isLoopback == isLoopback)
    }

    @Test(arguments: ["127.0.0.1", "::1", "0.0.0.0", "192.0.2.1"]) func anAddressStandsForItself(_ text: String) throws
    {
        #expect(try BoundHost(resolving: text) == BoundHost(text, address: text))
    }

    @Test func aNumberIsReadAsBindingReadsIt() throws {
        #expect(try BoundHost(resolving: "127.1") == BoundHost("127.1", address: "127.0.0.1"))
    }

    @Test func aNameWithoutAnAddressIsABindError() throws {
        let error = try #require(throws: HTTPServer.BindError.self) { try BoundHost(resolving: "a..b") }
        #expect(error.reason == "the name has no address here")
    }

    /// Between the judgement and the binding a name may come to stand for another address.
    @Test func theJudgedAddressIsBound() async throws {
        var configuration = Loopback.configuration()
        configuration.host = BoundHost("x.invalid", address: "127.0.0.1")
        let origin = configuration.origin(port: 8080)
        #expect(origin == "http://x.invalid:8080")
        try await HTTPServer.with(configuration, respond: { _ in ServiceResponse(status: 204) }) { port in
            let answer = try await HTTPAnswer.to("GET", "http://127.0.0.1:\(port)/")
            #expect(answer.status == 204)
        }
    }

    @Test func messagesNameTheAddressOfAName() {
        #expect("\(BoundHost("x.localhost", address: "10.1.2.3"))" == "x.localhost (10.1.2.3)")
        #expect("\(BoundHost("0.0.0.0", address: "0.0.0.0"))" == "0.0.0.0")
    }
}
