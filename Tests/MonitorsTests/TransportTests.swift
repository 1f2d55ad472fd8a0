import Addresses
import ExactJSON
import Foundation
import RingbackTestKit
import ScenarioFile
import Testing
import Webhooks

@testable import Monitors
@testable import RunStore

/// Deliveries over real connections, and into files.
@Suite(.timeLimit(.minutes(5)))
struct TransportTests {
    private static func courier(_ url: String, secret: WebhookSecret? = nil) throws -> Courier {
        let transport = VettedTransport(
            to: try #require(HTTPURL(url)),
            allow: ["127.0.0.1"].compactMap { AddressRange($0) },
            resolver: .system,
            connections: 2
        )
        return .http(transport, secret: secret) { WallClock.now }
    }

    @Test func bytesIdentityAndSignatureArrive() async throws {
        let secret = try WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        // Not what a JSON writer would make of it: it must come as it is.
        let body = Array("{ \"b\":1.0,  \"a\":\"\\u00e9\" }\n".utf8)
        try await FakeMonitor.with { monitor in
            let courier = try Self.courier("\(monitor.origin)/hooks?x=1#gone", secret: secret)
            for attempts in 0..<2 {
                let delivery = DueDelivery(rowID: 1, callKey: "c", webhookID: "msg_1", body: body, attempts: attempts)
                #expect(await courier.carry([delivery]) == [.delivered(status: 200)])
            }
            await courier.shutDown()
            #expect(monitor.requests.count == 2)
            for request in monitor.requests {
                #expect(request.body == body && request.id == "msg_1" && request.path == "/hooks")
                let time = try #require(Int64(request.timestamp))
                #expect(abs(time - WallClock.now.milliseconds / 1000) < 60)
                #expect(request.signature == secret.signature(id: "msg_1", timestamp: time, body: body))
            }
        }
    }

    /// The status has decided: a body that breaks off, is broken or strange does not make a second delivery.
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<htm>",
    ])
    func theStatusDecides(_ answer: String) async throws {
        let listener = try RawListener { _ in .answer(Array(answer.utf8)) }
        defer { listener.stop() }
        let courier = try Self.courier("http://127.0.0.1:\(listener.port)/")
        let outcome = await courier.carry([DueDelivery(rowID: 1, callKey: "c", webhookID: "m", body: [1])])
        await courier.shutDown()
        guard case .delivered = outcome.first else {
            Issue.record("it ended \(outcome)")
            return
        }
    }

    @Test(arguments: ["", "HTTP/1.1 banana\r\n\r\n"])
    func noStatusIsAFailure(_ answer: String) async throws {
        let listener = try RawListener { _ in answer.isEmpty ? .reset : .answer(Array(answer.utf8)) }
        defer { listener.stop() }
        let courier = try Self.courier("http://127.0.0.1:\(listener.port)/")
        let outcome = await courier.carry([DueDelivery(rowID: 1, callKey: "c", webhookID: "m", body: [1])])
        await courier.shutDown()
        guard case .failed(nil, _, _) = outcome.first else {
            Issue.record("it ended \(outcome)")
            return
        }
    }

    @Test func linesAreWholeAndInOrder() async throws {
        try await TemporaryFolder.with { folder in
            let path = "\(folder)/copy.jsonl"
            let courier = Courier.lines(to: path)
            let batch = (1...3).map { number in
                DueDelivery(
                    rowID: Int64(number),
                    callKey: "c",
                    webhookID: "m\(number)",
                    body: Array("{\"n\": \(number)}".utf8)
                )
            }
            #expect(await courier.carry(Array(batch[..<2])) == [.delivered(status: nil), .delivered(status: nil)])
            // A process died in the middle of a line.
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(#"{"webhookId":"torn"#.utf8))
            try handle.close()
            #expect(await courier.carry([batch[2]]) == [.delivered(status: nil)])
            let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
            #expect(
                text.split(separator: "\n") == [
                    #"{"webhookId":"m1","body":"{\"n\": 1}"}"#, #"{"webhookId":"m2","body":"{\"n\": 2}"}"#,
                    #"{"webhookId":"torn"#, #"{"webhookId":"m3","body":"{\"n\": 3}"}"#,
                ]
            )
            let nowhere = await Courier.lines(to: "\(folder)/no/such/folder").carry([batch[0]])
            guard case .failed(nil, let reason, _) = nowhere.first else {
                Issue.record("it ended \(nowhere)")
                return
            }
            #expect(reason.contains("No such file"))
        }
    }
}
