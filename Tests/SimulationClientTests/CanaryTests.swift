import Addresses
import ExactJSON
import Foundation
import FoundationEssentials
import HTTPExchange
import SimulationAPI
import Synchronization
import Testing

@testable import SimulationClient

/// Twelve planted secrets come back in every place of an answer, and turn up in no text of the client.
@Suite(.timeLimit(.minutes(5)))
struct CanaryTests {
    private static let secret = "c4n@ry/S3CRET+one x%&"
    private static let oldToken = "old~canary/Tw0+tw0=="
    private static let newToken = "new.canary/thr33+33"

    /// Three secrets, each as it is, in Base64, percent-encoded, and form-encoded in lower case.
    static let canaries = [secret, oldToken, newToken].flatMap { text in
        let form = FormEncoding.encode(text)
        let lower = form.replacing(/%[0-9A-F]{2}/) { $0.output.lowercased() }
        return [text, Data(Array(text.utf8)).base64EncodedString(), PercentEncoding.encode(text), lower]
    }

    private typealias Answer = Result<IncomingResponse, TransportError>

    /// Every place of an answer from which a text is taken, with a canary in it.
    private static func places(_ canary: String) -> [Answer] {
        let text = JSONValue.string("you sent \(canary)!")
        let violation: JSONValue = ["pointer": .string("/a/\(canary)"), "code": text, "message": text]
        let problem: JSONValue = [
            "code": text, "title": text, "detail": text, "error_description": text, "errors": [violation],
        ]
        let raw = Array("<p>you sent \(canary)!".utf8)
        var answers: [Answer] = [400, 401, 403, 404, 408, 409, 422, 429, 500, 503].flatMap { status -> [Answer] in
            [
                .success(.json(status, problem, ["Retry-After": canary])),
                .success(IncomingResponse(status: status, body: raw)),
            ]
        }
        answers += [canary, "invalid_client", "invalid_scope", "unauthorized_client"].map { word in
            .success(.json(400, ["error": .string(word), "error_description": text]))
        }
        let challenge = #"Bearer error="insufficient_scope", scope="\#(canary)""#
        answers += [
            .success(IncomingResponse(status: 403, headers: ["WWW-Authenticate": challenge])),
            .success(IncomingResponse(status: 307, headers: ["Location": "https://b.example/?t=\(canary)"])),
            .success(IncomingResponse(status: 200, body: raw)),
            .success(.json(201, ["id": "sim-1", "error": text])),
            .success(.json(200, .status(canary))), .success(.json(200, .status("running", id: canary))),
            .success(.json(200, ["access_token": "a b", "token_type": .string(canary), "id": text])),
            .failure(TransportError(.notSent, "no host https://u:\(canary)@b.example/?secret=\(canary)")),
            .failure(TransportError(.unknown, "reset by https://b.example/\(canary)")),
            .failure(TransportError(.responseTooLarge, "too large: \(canary)")),
        ]
        return answers
    }

    /// A client that has used up one token and uses another; all that it asks is answered the same.
    private func world(_ capabilities: Capabilities, _ answer: Answer, refusesTokens: Bool) throws -> World {
        let network = FakeTransport { (request, index) throws(TransportError) in
            if request.isToken, index < 2 { return .token(index == 0 ? Self.oldToken : Self.newToken) }
            if request.isToken, !refusesTokens { return .token(Self.newToken) }
            return try answer.get()
        }
        return World(
            network: network,
            capabilities,
            traffic: TrafficRules(retryQuota: 1_000_000, breaker: .never),
            credentials: Credentials(clientID: "client", secret: Secret(Self.secret)),
            target: try Target(baseURL: "https://acme.api.example")
        )
    }

    /// Every text that operations end with.
    private func texts(_ capabilities: Capabilities, _ answer: Answer, refusesTokens: Bool) async throws -> [String] {
        let texts = Mutex<[String]>([])
        func keep(_ error: ClientError) {
            var dumped = ""
            dump(error, to: &dumped)
            texts.withLock { $0 += ["\(error)", error.message, error.remedy, String(reflecting: error.cause), dumped] }
        }
        var operations: [(SimulationClient) async throws -> Void] = [
            { client in
                let outcome = try await client.create(try .test(), until: client.inAWhile)
                if case .unknown(let error) = outcome { keep(error) }
            },
            { client in _ = try await client.authenticate(until: client.inAWhile) },
            { client in _ = try await client.status(of: "sim-1", until: client.inAWhile) },
            { client in
                let result = try await client.track(id: "sim-1", until: client.inAWhile, pollInterval: .seconds(9))
                texts.withLock { $0 += result.notes + result.illegalProgressions }
                if let error = result.lastError { keep(error) }
            },
            { client in _ = try await client.list(tag: "t", until: client.inAWhile) },
            { client in _ = try await client.cancel(id: "sim-1", until: client.inAWhile) },
            { client in
                try await client.aggregate(.ofOneCall, until: client.inAWhile)
            },
        ]
        // The rest differs by the operation only, and what a token request says by nothing.
        if capabilities == .cxone { operations = Array(operations.prefix(1)) }
        if refusesTokens { operations = [operations[1]] }
        let client = try world(capabilities, answer, refusesTokens: refusesTokens).client
        for generation in 1...2 {
            _ = try await client.authenticate(until: client.inAWhile)
            if generation == 1 || refusesTokens { client.tokens.invalidate(generation: generation) }
        }
        for operation in operations {
            do { try await operation(client) } catch let error as ClientError { keep(error) }
        }
        return texts.withLock { $0 }
    }

    @Test(arguments: canaries)
    func noTextShowsIt(canary: String) async throws {
        var (count, masked) = (0, 0)
        for place in Self.places(canary) {
            for (capabilities, refusesTokens) in [(Capabilities.sandbox, false), (.cxone, false), (.sandbox, true)] {
                for text in try await texts(capabilities, place, refusesTokens: refusesTokens) {
                    count += 1
                    masked += text.range(of: Secret.placeholder) != nil ? 1 : 0
                    for planted in Self.canaries where text.range(of: planted) != nil {
                        Issue.record("\(planted) is shown: \(text)")
                    }
                }
            }
        }
        // The plants did reach the texts.
        #expect(count > 1000)
        #expect(masked > 200)
    }

    @Test func twelveArePlanted() {
        #expect(Set(Self.canaries).count == 12)
    }

    @Test func aBadIDIsMasked() async throws {
        let world = try World { (_, _) throws(TransportError) in .created() }
        let id = "\n" + Credentials.test.secret.exposed
        let error = try await failure { try await world.client.cancel(id: id, until: world.deadline) }
        #expect(error.message == #""\n[redacted]" cannot be the id of a simulation"#)
    }

    @Test(arguments: [#"a\"b\\c'd<e>&\/f"#, "a&quot;b\\c&#39;d&lt;e&gt;&amp;/f", #"a"b\c'd<e>&/f"#])
    func escapedSecretsAreMasked(form: String) {
        #expect(RemoteText("<\(form)>", hiding: [Secret(#"a"b\c'd<e>&/f"#)]).description == "<[redacted]>")
    }
}

extension SimulationClient {
    /// A deadline for one operation.
    fileprivate var inAWhile: Timeline.Instant { timeline.after(.seconds(30)) }
}
