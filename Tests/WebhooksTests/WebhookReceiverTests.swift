import ExactJSON
import HTTPService
import HTTPTypes
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import Webhooks

@Suite("WebhookReceiver", .timeLimit(.minutes(5)))
struct WebhookReceiverTests {
    private static let now = Timestamp(milliseconds: Vector.now * 1000)
    private static let event = Array(
        (#"{"simulationId":"sim-1","callId":"call-1","state":"completed","timestamp":"2026-11-22T14:30:00.250Z","#
            + #""outcome":"busy","durationMs":1200,"extra":[1]}"#).utf8
    )

    /// What a receiver kept, and the store's answer to it.
    private final class Store: Sendable {
        let kept = Mutex<[ReceivedEvent]>([])
        let isFull = Mutex(false)

        func keep(_ webhook: ReceivedEvent) -> Result<Void, InboxRefusal> {
            if isFull.withLock({ $0 }) { return .failure(.full) }
            kept.withLock { $0.append(webhook) }
            return .success(())
        }

        var identities: [String] { kept.withLock { $0.map(\.webhookID) } }
    }

    private func receiver(_ store: Store, signed: Bool = true) throws -> WebhookReceiver {
        WebhookReceiver(
            secrets: signed ? try WebhookSecrets(Vector.secret) : WebhookSecrets(),
            now: { Self.now },
            retryAfter: { 3 }
        ) { webhook, done in done(store.keep(webhook)) }
    }

    private func delivery(_ body: [UInt8] = event, _ change: (inout HTTPFields) -> Void = { _ in }) -> ServiceRequest {
        var headers = Vector.headers(signature: [Vector.sign(body: body)])
        headers[.contentType] = "application/json"
        change(&headers)
        return ServiceRequest(.post, Endpoint.webhook, headers: headers, body: body)
    }

    private func code(_ answer: ServiceResponse) throws -> String? { try JSONReader.read(answer.body)["code"]?.string }

    @Test func anEventIsKeptAndThenAnswered() async throws {
        let store = Store()
        let answer = try await receiver(store).respond(to: delivery())
        #expect(answer.status == 200)
        #expect(answer.body == Array(#"{"status":"received"}"#.utf8))
        let kept = try #require(store.kept.withLock { $0.first })
        #expect(kept.webhookID == Vector.id && kept.body == Self.event && kept.receivedAt == Self.now)
        guard case .event(let event) = kept.content else {
            Issue.record("no event")
            return
        }
        #expect(event.callID == "call-1" && event.state == .completed && event.outcome == .busy)
    }

    @Test func theAnswerWaitsForTheStore() async throws {
        let (entered, enter) = AsyncStream<Void>.makeStream()
        let release = Mutex<(@Sendable (Result<Void, InboxRefusal>) -> Void)?>(nil)
        let isKept = Mutex(false)
        let receiver = WebhookReceiver(secrets: WebhookSecrets(), now: { Self.now }) { _, done in
            enter.yield()
            release.withLock { $0 = done }
        }
        let request = delivery()
        let answer = Task { () -> (Int, Bool) in
            let status = await receiver.respond(to: request).status
            return (status, isKept.withLock { $0 })
        }
        for await _ in entered { break }
        isKept.withLock { $0 = true }
        release.withLock { $0 }?(.success(()))
        #expect(await answer.value == (200, true))
    }

    @Test func aDuplicateIsAnsweredLikeTheFirst() async throws {
        let store = Store()
        let receiver = try receiver(store)
        for _ in 0..<2 { #expect(await receiver.respond(to: delivery()).status == 200) }
        // The store is given both: it alone knows what it has.
        #expect(store.identities == [Vector.id, Vector.id])
        #expect(receiver.rejected == 0)
    }

    @Test(arguments: [
        "not JSON", "", "{", "[]", "null", "{}", #"{"simulationId":"s"}"#,
        #"{"simulationId":"s","callId":"c","state":"flying","timestamp":"2026-11-22T14:30:00Z","durationMs":1}"#,
        #"{"simulationId":"s","callId":"c","state":"ringing","timestamp":"yesterday","durationMs":1}"#,
        #"{"simulationId":"s","callId":"c","state":"ringing","timestamp":"2026-11-22T14:30:00Z","durationMs":-1}"#,
        #"{"simulationId":"s","callId":"c","callId":"d","state":"ringing","timestamp":"2026-11-22T14:30:00Z","durationMs":1}"#,
    ])
    func whatIsNoEventGoesToQuarantineWhenSigned(_ text: String) async throws {
        let body = Array(text.utf8)
        let signed = Store()
        let receiver = try receiver(signed)
        let answer = await receiver.respond(to: delivery(body))
        #expect(answer.status == 400)
        #expect(try code(answer) == "not_an_event")
        // It is counted where it is stored, and only there.
        #expect(receiver.rejected == 0)
        let kept = try #require(signed.kept.withLock { $0.first })
        guard case .malformed(let reason) = kept.content else {
            Issue.record("an event?")
            return
        }
        #expect(!reason.isEmpty && kept.body == body)
        let unsigned = Store()
        #expect(try await self.receiver(unsigned, signed: false).respond(to: delivery(body)).status == 400)
        #expect(unsigned.identities.isEmpty)
    }

    @Test func quarantineThatCannotBeKeptIs503() async throws {
        let store = Store()
        store.isFull.withLock { $0 = true }
        let receiver = try receiver(store)
        let answer = await receiver.respond(to: delivery([0x7B]))
        #expect(answer.status == 503)
        #expect(receiver.rejected == 1)
    }

    @Test func wrongSignaturesAreNotKept() async throws {
        let store = Store()
        let receiver = try receiver(store)
        let answer = await receiver.respond(to: delivery { $0[.webhookSignature] = "v1,AAAA" })
        #expect(answer.status == 401)
        #expect(try code(answer) == "invalid_signature")
        #expect(store.identities.isEmpty && receiver.rejected == 1)
    }

    @Test(arguments: [
        nil, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "json",
    ])
    func anUnsignedBodyOfAnotherMediaTypeIs415(_ type: String?) async throws {
        let store = Store()
        // The bytes of a signed body decide, whatever its type; an unsigned one is refused, with and without a key.
        for isReceiverSigned in [true, false] {
            let answer = try await receiver(store, signed: isReceiverSigned).respond(
                to: delivery {
                    $0[.contentType] = type
                    $0[.webhookSignature] = nil
                }
            )
            #expect(answer.status == 415)
            #expect(try code(answer) == "unsupported_media_type")
        }
        #expect(store.identities.isEmpty)
        let wrong = delivery {
            $0[.contentType] = type
            $0[.webhookSignature] = "v1,AAAA"
        }
        #expect(try await receiver(store).respond(to: wrong).status == 401)
        #expect(store.identities.isEmpty)
        for (body, status) in [(Self.event, 200), (Array("hello".utf8), 400)] {
            let answer = try await receiver(store).respond(to: delivery(body) { $0[.contentType] = type })
            #expect(answer.status == status)
        }
        #expect(store.kept.withLock { $0.map { $0.event != nil } } == [true, false])
    }

    @Test(arguments: [("gzip", 415), ("br", 415), ("identity, gzip", 415), ("identity", 200)])
    func unsignedCompressedBodiesAre415(_ encoding: String, _ status: Int) async throws {
        let receiver = try receiver(Store(), signed: false)
        let answer = await receiver.respond(to: delivery { $0[.contentEncoding] = encoding })
        #expect(answer.status == status)
    }

    /// NIO decodes the bytes of a field as UTF-8 and replaces what it cannot decode.
    @Test func overHTTPIdsThatDifferInAByteAreNotOne() async throws {
        let store = Store()
        let receiver = try receiver(store, signed: false)
        try await Loopback.receive(receiver) { origin in
            let port = try #require(Int(origin.split(separator: ":").last ?? ""))
            // Bytes of Latin-1, then the same letters in UTF-8.
            let ids: [([UInt8], String)] = [
                ([0xE9], "400"), ([0xE8], "400"), ([0xC3, 0xA9], "200"), ([0xC3, 0xA8], "200"),
            ]
            for (id, status) in ids {
                let connection = try RawConnection(port: port)
                let head = "POST \(Endpoint.webhook) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                let rest = "\r\nContent-Type: application/json\r\nContent-Length: \(Self.event.count)\r\n\r\n"
                await connection.send(bytes: Array("\(head)webhook-id: ".utf8) + id + Array(rest.utf8) + Self.event)
                let answer = await connection.receive()
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
                #expect(answer.contains("invalid_identity") == (status == "400"))
            }
        }
        #expect(store.identities == ["\u{E9}", "\u{E8}"])
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .delete, .head, .patch])
    func otherMethodsAre405(_ method: HTTPRequest.Method) async throws {
        let answer = try await receiver(Store()).respond(to: ServiceRequest(method, Endpoint.webhook))
        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == "POST")
    }

    @Test(arguments: ["/", "/webhook", "/webhook/simulation-events/", "/Webhook/simulation-events"])
    func otherPathsAreNotFound(_ path: String) async throws {
        let store = Store()
        let receiver = try receiver(store, signed: false)
        try await Loopback.receive(receiver) { origin in
            let headers = [("content-type", "application/json")]
            let answer = try await HTTPAnswer.to("POST", origin + path, headers: headers, body: Self.event)
            #expect(answer.status == 404)
        }
        #expect(store.identities.isEmpty)
    }

    @Test func theQueryIsIgnored() async throws {
        let store = Store()
        let receiver = try receiver(store, signed: false)
        try await Loopback.receive(receiver) { origin in
            let answer = try await HTTPAnswer.to(
                "POST",
                origin + Endpoint.webhook + "?x=y",
                headers: [("content-type", "application/json")],
                body: Self.event
            )
            #expect(answer.status == 200)
        }
        #expect(store.identities.count == 1)
    }

    @Test func aStoreThatCannotTakeItIs503() async throws {
        let store = Store()
        store.isFull.withLock { $0 = true }
        let receiver = try receiver(store)
        let answer = await receiver.respond(to: delivery())
        #expect(answer.status == 503)
        #expect(try code(answer) == "store_unavailable")
        #expect(answer.headers[.retryAfter] == "3")
        #expect(answer.headers[.contentType] == Problem.mediaType)
        store.isFull.withLock { $0 = false }
        #expect(await receiver.respond(to: delivery()).status == 200)
        #expect(store.identities.count == 1 && receiver.rejected == 1)
    }

    @Test(arguments: [(256 * 1024, 200), (256 * 1024 + 1, 413)])
    func bodiesHaveALimit(_ size: Int, _ status: Int) async throws {
        let body = Self.event + [UInt8](repeating: 0x20, count: size - Self.event.count)
        let store = Store()
        let answer = try await receiver(store).respond(to: delivery(body))
        #expect(answer.status == status)
        #expect(store.identities.count == (status == 200 ? 1 : 0))
        if status == 413 { #expect(try code(answer) == "body_too_large") }
    }

    /// Bodies and signatures hold canaries; none of them is logged.
    @Test func eachRefusalIsLoggedWithoutItsBody() async throws {
        let (store, log) = (Store(), LogLines())
        let receiver = WebhookReceiver(
            secrets: try WebhookSecrets(Vector.secret),
            now: { Self.now },
            logger: log.logger,
            keep: { $1(store.keep($0)) }
        )
        let canary = Array(#"{"simulationId":"canary","callId":"canary","state":"canary"}"#.utf8)
        _ = await receiver.respond(to: delivery { $0[.webhookSignature] = "v1,canary" })
        _ = await receiver.respond(to: delivery(canary))
        _ = await receiver.respond(
            to: delivery {
                $0[.contentType] = "text/canary"
                $0[.webhookSignature] = nil
            }
        )
        _ = await receiver.respond(to: ServiceRequest(.get, Endpoint.webhook))
        _ = await receiver.respond(to: delivery())
        store.isFull.withLock { $0 = true }
        _ = await receiver.respond(to: delivery())
        #expect(
            log.lines == [
                "info webhook refused code=invalid_signature reason=webhook-signature does not match: another key was used, or the "
                    + "signed bytes were changed on the way status=401 webhook=\(Vector.id)",
                "info webhook quarantined code=not_an_event status=400 webhook=\(Vector.id)",
                "info webhook refused code=unsupported_media_type status=415 webhook=\(Vector.id)",
                "info webhook refused code=method_not_allowed status=405",
                "error event not stored reason=too many events wait for the disk webhook=\(Vector.id)",
            ]
        )
    }

    @Test func unsignedDeliveriesHaveTheirIdOrTheHashOfTheirBody() async throws {
        let store = Store()
        let receiver = try receiver(store, signed: false)
        let changes: [(inout HTTPFields) -> Void] = [
            { _ in }, { $0[.webhookID] = nil }, { $0[.webhookID] = "" }, { $0[values: .webhookID] = ["a", "b"] },
        ]
        for change in changes { #expect(await receiver.respond(to: delivery(Self.event, change)).status == 200) }
        // echo -n '{"simulationId":…}' | sha256sum
        let hash = "sha256:" + Self.eventHash
        #expect(store.identities == [Vector.id, hash, hash, hash])
        #expect(await receiver.respond(to: delivery(Self.event + [0x0A]) { $0[.webhookID] = nil }).status == 200)
        #expect(store.identities.last != hash)
    }

    /// The SHA-256 of ``event``, from another program.
    private static let eventHash = "cfe673479ad5768f0e8e8c9d45f49b44c6ed42d42080343e8ffc28864c08b8ab"

    @Test(arguments: [true, false])
    func overHTTPATooLargeBodyIsRefusedWithAndWithoutALength(announced: Bool) async throws {
        let store = Store()
        let receiver = try receiver(store)
        try await Loopback.receive(receiver) { origin in
            let port = try #require(Int(origin.split(separator: ":").last ?? ""))
            let connection = try RawConnection(port: port)
            let head = "POST \(Endpoint.webhook) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            if announced {
                // The body never comes: the announcement is enough.
                await connection.send(head + "Content-Length: 262145\r\n\r\n")
            } else {
                let size = 262_145
                await connection.send(
                    head + "Transfer-Encoding: chunked\r\n\r\n\(String(size, radix: 16))\r\n"
                        + String(repeating: "x", count: size)
                )
            }
            #expect(await connection.receive(until: "body_too_large").hasPrefix("HTTP/1.1 413 "))
        }
        #expect(store.identities.isEmpty)
    }

    @Test func overHTTPRepeatedHeadersAreRefused() async throws {
        let store = Store()
        let receiver = try receiver(store)
        let signature = Vector.sign(body: Self.event)
        try await Loopback.receive(receiver) { origin in
            for (ids, status) in [([Vector.id], 200), ([Vector.id, Vector.id], 401), ([], 401)] {
                let answer = try await HTTPAnswer.to(
                    "POST",
                    origin + Endpoint.webhook,
                    headers: ids.map { ("webhook-id", $0) } + [
                        ("webhook-timestamp", "\(Vector.now)"), ("webhook-signature", signature),
                        ("content-type", "application/json"),
                    ],
                    body: Self.event
                )
                #expect(answer.status == status)
            }
        }
        #expect(store.identities == [Vector.id])
    }

    @Test func overHTTPABodyThatArrivesTooSlowlyIsCutOff() async throws {
        let store = Store()
        let receiver = try receiver(store)
        try await Loopback.receive(receiver, requestDeadline: .milliseconds(200)) { origin in
            let port = try #require(Int(origin.split(separator: ":").last ?? ""))
            let connection = try RawConnection(port: port)
            await connection.send(
                "POST \(Endpoint.webhook) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1000\r\n\r\n"
            )
            let trickle = Task {
                while await connection.send(" ") { try await Task.sleep(for: .milliseconds(20)) }
            }
            let answer = await connection.receive()
            trickle.cancel()
            #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
        }
        #expect(store.identities.isEmpty)
    }
}
