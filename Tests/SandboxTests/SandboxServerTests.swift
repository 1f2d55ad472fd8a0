import ExactJSON
import Foundation
import HTTPService
import Logging
import NIOSSL
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing
import Webhooks

@testable import Sandbox

@Suite("Sandbox over HTTP", .timeLimit(.minutes(5)))
struct SandboxServerTests {
    private func configuration() -> SandboxConfiguration {
        SandboxConfiguration(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func token(_ origin: String, tls: TLSConfiguration? = nil) async throws -> (String, String) {
        let answer = try await HTTPAnswer.to(
            "POST",
            origin + Endpoint.token,
            headers: [
                ("Authorization", "Basic c2FuZGJveDpzYW5kYm94"), ("Content-Type", "application/x-www-form-urlencoded"),
            ],
            body: Array("grant_type=client_credentials".utf8),
            tls: tls
        )
        #expect(answer.status == 200)
        let token = try #require(try JSONReader.read(answer.body)["access_token"]?.string)
        return ("Authorization", "Bearer \(token)")
    }

    private static func create(_ origin: String, _ token: (String, String), _ body: String) async throws -> String {
        let answer = try await HTTPAnswer.to(
            "POST",
            origin + Endpoint.simulations,
            headers: [token, ("Content-Type", "application/json")],
            body: Array(body.utf8)
        )
        #expect(answer.status == 201)
        return try #require(answer.headers["location"])
    }

    private static func status(_ origin: String, _ token: (String, String), _ path: String) async throws -> JSONValue {
        try JSONReader.read(try await HTTPAnswer.to("GET", origin + path, headers: [token]).body)
    }

    @Test func aSimulationRunsAndEveryEventIsDeliveredSigned() async throws {
        let secret = WebhookSecret.random()
        let kept = Mutex<[SimulationEvent]>([])
        let receiver = WebhookReceiver(secrets: WebhookSecrets(standard: [secret]), now: { WallClock.now }) {
            webhook,
            done in
            if case .event(let event) = webhook.content { kept.withLock { $0.append(event) } }
            done(.success(()))
        }
        var configuration = configuration()
        configuration.webhookSecret = secret
        try await Loopback.receive(receiver) { [configuration] target in
            try await Sandbox.with(configuration) { sandbox in
                let token = try await Self.token(sandbox.origin)
                let path = try await Self.create(
                    sandbox.origin,
                    token,
                    Payload.text(calls: 40, url: target + Endpoint.webhook)
                )
                try await eventually {
                    try await Self.status(sandbox.origin, token, path)["state"]?.string == "completed"
                }
                let status = try await Self.status(sandbox.origin, token, path)
                let count = kept.withLock { $0.count }
                #expect(status["webhooks"] == ["delivered": .integer(count), "pending": 0, "givenUp": 0])
                #expect(status["callsAttempted"]?.integer == 40)
            }
        }
        let events = kept.withLock { $0 }
        #expect(receiver.rejected == 0)
        #expect(Set(events.map(\.callID)).count == 40)
        #expect(events.filter { $0.state.isFinal }.count == 40)
        for call in Set(events.map(\.callID)) {
            let own = events.filter { $0.callID == call }
            #expect(own.first?.state == .dialing && own.last?.state.isFinal == true)
            #expect(own.map(\.state.rank) == own.map(\.state.rank).sorted())
        }
    }

    @Test func aRunningSimulationIsCancelledAndDoesNotHoldUpTheEnd() async throws {
        var configuration = configuration()
        configuration.speed = .factor(0.001)
        try await Sandbox.with(configuration) { sandbox in
            let token = try await Self.token(sandbox.origin)
            let paths = [
                try await Self.create(sandbox.origin, token, Payload.text()),
                try await Self.create(sandbox.origin, token, Payload.text()),
            ]
            for path in paths {
                try await eventually {
                    try await Self.status(sandbox.origin, token, path)["state"]?.string == "running"
                }
            }
            let answer = try await HTTPAnswer.to("POST", sandbox.origin + paths[0] + "/cancel", headers: [token])
            #expect(answer.status == 202)
            #expect(try await Self.status(sandbox.origin, token, paths[0])["state"]?.string == "cancelled")
        }
    }

    @Test func theErrorOfTheScopeIsPassedOn() async throws {
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await Sandbox.with(configuration()) { _ -> Int in throw Stop() }
        }
        let result = try await Sandbox.with(configuration()) { _ in 7 }
        #expect(result == 7)
    }

    @Test func aTakenPortIsABindError() async throws {
        let configuration = configuration()
        try await Sandbox.with(configuration) { sandbox in
            let port = try #require(Int(sandbox.origin.split(separator: ":").last ?? ""))
            await #expect(throws: HTTPServer.BindError.self) {
                var other = configuration
                other.port = port
                try await Sandbox.with(other) { _ in }
            }
        }
    }

    @Test func problemsHaveTheirMediaTypeOverHTTP() async throws {
        try await Sandbox.with(configuration()) { sandbox in
            let answer = try await HTTPAnswer.to("GET", sandbox.origin + Endpoint.simulations)
            #expect(answer.status == 401)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.headers["www-authenticate"] == "Bearer realm=\"ringback-sandbox\"")
            #expect(try await HTTPAnswer.to("DELETE", sandbox.origin + "/healthz").headers["allow"] == "GET, HEAD")
        }
    }

    @Test
    func servesOverTLS() async throws {
        let identity = try await SelfSigned.make()
        var configuration = configuration()
        configuration.tls = identity.server
        let trusting = identity.client
        try await Sandbox.with(configuration) { sandbox in
            #expect(sandbox.origin.hasPrefix("https://127.0.0.1:"))
            let answer = try await HTTPAnswer.to("GET", sandbox.origin + "/healthz", tls: trusting)
            #expect(answer.status == 200 && answer.text == #"{"status":"ok"}"#)
            _ = try await Self.token(sandbox.origin, tls: trusting)
            // Who does not trust the certificate, or speaks plain HTTP, gets nothing.
            await #expect(throws: (any Error).self) {
                try await HTTPAnswer.to(
                    "GET",
                    sandbox.origin + "/healthz",
                    tls: .makeClientConfiguration()
                )
            }
            await #expect(throws: (any Error).self) {
                try await HTTPAnswer.to(
                    "GET",
                    sandbox.origin.replacingOccurrences(of: "https:", with: "http:") + "/healthz"
                )
            }
        }
    }
}
