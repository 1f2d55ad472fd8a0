import CoreMetrics
import ExactJSON
import Foundation
import HTTPService
import HTTPTypes
import Logging
import Monitors
import RingbackHome
import RingbackTestKit
import RunPipeline
import RunStore
import SimulationAPI
import Testing

@testable import ControlServer
@testable import Webhooks

/// A service without a socket: its routes, over a store of its own.
struct Fixture: Sendable {
    static let token = "secret-of-a-test"

    let store: RunStore
    let inbox: Inbox
    let receiver: WebhookReceiver
    let service: RunningService
    let routes: ControlRoutes

    /// - Parameter monitors: names of monitors of the service; no process receives their deliveries.
    static func with(
        hosts: Set<String> = ["localhost"],
        publicHosts: Set<String> = [],
        monitors: [String] = [],
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        settings: ControlRoutes.Settings = ControlRoutes.Settings(),
        _ body: (Fixture) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await RunStore.with(home) { store in
                let rowIDs = try await store.register(
                    monitors.map { (name: $0, definition: "{}") },
                    owner: InboxOwner.service
                )
                let deliveries = DeliveryRoutes(rowIDs.map { DeliveryRoute(monitor: $0) })
                let metrics = ServiceMetrics()
                let inbox = withMetricsFactory(metrics.registry) {
                    Inbox(store: store, owner: InboxOwner.service, routes: deliveries)
                }
                try await Forwarder.with([ForwardedMonitor](), store: store, home: home, lockID: "test") { forwarder in
                    let receiver = WebhookReceiver(
                        secrets: WebhookSecrets(),
                        now: { Timestamp(milliseconds: 0) },
                        observer: metrics.observer,
                        keep: { inbox.keep($0, answer: $1) }
                    )
                    let tokens = TokenDirectory(owner: APIToken(token)) { try await store.tokens() }
                    let workers = RunWorkers(
                        store: store,
                        home: home,
                        settings: RunSettings(),
                        receiver: SharedReceiver(service: inbox),
                        serviceRoutes: nil,
                        metrics: metrics,
                        logger: logger
                    )
                    let service = RunningService(
                        home: home,
                        store: store,
                        inbox: inbox,
                        receiver: receiver,
                        forwarder: forwarder,
                        tokens: tokens,
                        workers: workers,
                        metrics: metrics,
                        logger: logger
                    )
                    let access = AccessRules(tokens: tokens, hosts: hosts, publicHosts: publicHosts)
                    let routes = ControlRoutes(access: access, service: service, settings: settings)
                    try await body(
                        Fixture(store: store, inbox: inbox, receiver: receiver, service: service, routes: routes)
                    )
                }
            }
        }
    }

    /// Sends a request, with the token unless other fields are given.
    func ask(
        _ method: HTTPRequest.Method = .get,
        _ path: String,
        headers: HTTPFields = [.authorization: "Bearer \(token)"],
        authority: String? = "localhost:8088"
    ) async throws -> (status: Int, json: JSONValue, headers: HTTPFields) {
        var request = ServiceRequest(method, path, headers: headers)
        request.authority = authority
        let response = await routes.respond(to: request)
        return (response.status, try JSONReader.read(response.body), response.headers)
    }

    /// Sends a request without a token, unless one is given, and returns the whole answer.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields = [:],
        body: [UInt8] = [],
        authority: String? = "localhost:8088"
    ) async throws -> ServiceResponse {
        var request = ServiceRequest(method, path, headers: headers, body: body)
        request.authority = authority
        return await routes.respond(to: request)
    }

    /// Sends a document with `POST`.
    func post(
        _ path: String,
        _ document: JSONValue,
        headers: HTTPFields = [.authorization: "Bearer \(token)"]
    ) async throws -> (status: Int, json: JSONValue) {
        try await post(path, text: document.text, headers: headers)
    }

    /// Sends a text with `POST`.
    func post(
        _ path: String,
        text: String,
        type: String = "application/json",
        headers: HTTPFields = [.authorization: "Bearer \(token)"]
    ) async throws -> (status: Int, json: JSONValue) {
        var headers = headers
        headers[.contentType] = type
        let answer = try await send(.post, path, headers: headers, body: Array(text.utf8))
        return (answer.status, try JSONReader.read(answer.body))
    }

    /// Makes a token of each role; their names are `t-` and the role.
    func tokens(_ roles: [Role]) async throws -> [(Role, String)] {
        var secrets: [(Role, String)] = []
        for role in roles {
            let made = try await service.desk.create("t-\(role.rawValue)", role, by: "test") { _ in }
            secrets.append((role, made.text))
        }
        service.tokens.changed()
        return secrets
    }

    /// Keeps some runs that have ended, so many milliseconds ago.
    func endedRuns(_ count: Int, ago: Int64 = 0) async throws {
        let moment = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) - ago)
        for number in 0..<count {
            try await store.insertEnded(
                .simulate,
                id: "run-\(number)",
                scenario: "spring",
                ended: (.passed, "pass", 0),
                folder: "/nowhere",
                startedAt: moment,
                finishedAt: moment,
                document: Array("{}".utf8)
            )
        }
    }

    /// Sends a request and expects a status.
    func expect(
        _ status: Int,
        _ method: HTTPRequest.Method = .get,
        _ path: String,
        headers: HTTPFields = [.authorization: "Bearer \(token)"],
        authority: String? = "localhost:8088",
        at place: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await ask(method, path, headers: headers, authority: authority)
        #expect(answer.status == status, "\(method) \(path)", sourceLocation: place)
    }

    /// Requests a list and expects webhooks in this order.
    func expect(
        ids: [String],
        _ method: HTTPRequest.Method = .get,
        _ path: String,
        at place: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await ask(method, path)
        #expect(answer.json.ids == ids, "\(path)", sourceLocation: place)
    }

    /// Stores an event as if the service had received it.
    func receive(_ webhookID: String, call: String = "call-1", simulation: String = "sim-1") async throws {
        let event = SimulationEvent(
            simulationID: simulation,
            callID: call,
            state: .ringing,
            timestamp: Timestamp(milliseconds: 1000),
            outcome: nil,
            durationMs: 7
        )
        try await inbox.keep(
            ReceivedEvent(
                webhookID: webhookID,
                receivedAt: Timestamp(milliseconds: 99),
                body: event.json.bytes,
                digest: event.json.bytes,
                content: .event(event)
            )
        )
    }

    /// Stores a webhook that is not an event.
    func quarantine(_ webhookID: String) async throws {
        try await inbox.keep(
            ReceivedEvent(
                webhookID: webhookID,
                receivedAt: Timestamp(milliseconds: 98),
                body: [0x7B],
                content: .malformed("no JSON")
            )
        )
    }
}

extension JSONValue {
    /// The webhook ids of a list.
    var ids: [String] { self["items"]?.elements?.compactMap { $0["webhookId"]?.string } ?? [] }
}
