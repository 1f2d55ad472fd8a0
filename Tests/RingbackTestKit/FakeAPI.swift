import AsyncHTTPClient
import ExactJSON
import NIOCore
import NIOHTTP1
package import SimulationAPI
import Synchronization
import Webhooks

/// A simulation API on a loopback port that follows a ``FakeScript`` and remembers its requests.
package final class FakeAPI: Sendable {
    /// A request that was received.
    package struct Request: Sendable {
        /// The operation.
        package var operation: FakeOperation
        /// The method.
        package var method: String
        /// The path with its query.
        package var target: String
        /// The header fields, names in lower case.
        package var headers: [(name: String, value: String)]
        /// The body.
        package var body: String

        /// The first field of this name, in lower case.
        package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    private struct Waiter {
        var operation: FakeOperation
        var count: Int
        var continuation: AsyncStream<Never>.Continuation
    }

    private enum Sending { case notBegun, underWay, done }

    private struct State {
        var requests: [Request] = []
        var waiters: [Waiter] = []
        var given: [FakeOperation: Int] = [:]
        var payload: SimulationPayload?
        var isCancelled = false
        var sending = Sending.notBegun
        var refusedDeliveries = 0
    }

    /// The id of the one simulation.
    package static let simulationID = "sim-0001"

    /// Scheme, host and port.
    package var origin: String { place.withLock { $0 } }
    private let script: FakeScript
    private let state = Mutex(State())
    private let place = Mutex("")

    private init(_ script: FakeScript) { self.script = script }

    /// Serves while `body` runs.
    package static func with<Result>(
        _ script: FakeScript = FakeScript(),
        body: (FakeAPI) async throws -> Result
    ) async throws -> Result {
        let api = FakeAPI(script)
        let listener = try RawListener { await api.reply(to: $0) }
        defer { listener.stop() }
        api.place.withLock { $0 = "http://127.0.0.1:\(listener.port)" }
        return try await body(api)
    }

    /// Every request so far.
    package var requests: [Request] { state.withLock { $0.requests } }

    /// The requests of one operation.
    package func requests(_ operation: FakeOperation) -> [Request] { requests.filter { $0.operation == operation } }

    /// The payload of the create that took effect.
    package var payload: SimulationPayload? { state.withLock { $0.payload } }

    /// Deliveries that were not answered with 2xx.
    package var refusedDeliveries: Int { state.withLock { $0.refusedDeliveries } }

    /// Returns after `count` requests of an operation, or when the task is cancelled.
    package func wait(for operation: FakeOperation, times count: Int = 1) async {
        let (seen, continuation) = AsyncStream<Never>.makeStream()
        state.withLock { state in
            if state.requests.count(where: { $0.operation == operation }) >= count {
                continuation.finish()
            } else {
                state.waiters.append(Waiter(operation: operation, count: count, continuation: continuation))
            }
        }
        for await _ in seen {}
    }

    // MARK: Answers

    private func reply(to raw: RawListener.Request) async -> RawListener.Reply {
        let path = String(raw.target.prefix { $0 != "?" })
        let request = Request(
            operation: FakeOperation(method: raw.method, path: path),
            method: raw.method,
            target: raw.target,
            headers: raw.headers,
            body: String(decoding: raw.body, as: UTF8.self)
        )
        let answer = take(request)
        if answer.commits { commit(request) }
        switch answer {
        case .closeAfterCommit: return .close
        case .resetAfterCommit: return .reset
        case .hang, .hangAfterCommit: return .hang
        case .raw(let status, let headers, let body): return Self.answer(status, headers, body)
        case .problem(let status, let code, let detail, let headers, let violations):
            let problem = Problem(status: status, code: code, title: code, detail: detail, violations: violations)
            let media = ["Content-Type": Problem.mediaType].merging(headers) { $1 }
            return Self.answer(status, media, problem.json.text)
        case .state(let word, let errors): return await status(word, errors)
        case .normal: return await normal(request.operation)
        }
    }

    /// Remembers a request, resumes those who wait for it, and takes the next answer.
    private func take(_ request: Request) -> FakeAnswer {
        state.withLock { state in
            state.requests.append(request)
            let counts = Dictionary(grouping: state.requests, by: \.operation).mapValues(\.count)
            for waiter in state.waiters where counts[waiter.operation] ?? 0 >= waiter.count {
                waiter.continuation.finish()
            }
            state.waiters.removeAll { counts[$0.operation] ?? 0 >= $0.count }
            let answers = script.answers(request.operation)
            let index = state.given[request.operation] ?? 0
            state.given[request.operation] = index + 1
            return answers[min(index, answers.count - 1)]
        }
    }

    private func commit(_ request: Request) {
        state.withLock { state in
            switch request.operation {
            case .create:
                guard let json = try? JSONReader.read(Array(request.body.utf8)),
                    case .success(let payload) = PayloadRules(maxConcurrent: 1000).check(json)
                else { return }
                state.payload = payload
            case .cancel: state.isCancelled = true
            default: break
            }
        }
    }

    private func normal(_ operation: FakeOperation) async -> RawListener.Reply {
        switch operation {
        case .token:
            Self.json(200, TokenAnswer(accessToken: "fake-token", expiresIn: 3600, scope: Scope.all).json)
        case .create: Self.json(201, CreateAnswer(id: Self.simulationID).json)
        case .status: await status("completed", [])
        case .list:
            Self.json(200, ["simulations": .array(payload.map { [simulation("running", $0, [])] } ?? [])])
        case .cancel, .aggregate: Self.json(202, ["state": "accepted"])
        case .other: Self.answer(404, [:], "")
        }
    }

    private func status(_ word: String, _ errors: [SimulationStatus.RemoteError]) async -> RawListener.Reply {
        guard let payload else { return Self.answer(404, [:], "") }
        let isCancelled = state.withLock { $0.isCancelled }
        var word = isCancelled ? "cancelled" : word
        if word == "completed", await !sendWebhooks(payload) { word = "running" }
        return Self.json(200, simulation(word, payload, errors))
    }

    private func simulation(_ word: String, _ payload: SimulationPayload, _ errors: [SimulationStatus.RemoteError])
        -> JSONValue
    {
        let calls = word == "completed" ? payload.maxCalls : 0
        return [
            "id": .string(Self.simulationID), "state": .string(word), "callsAttempted": .integer(calls),
            "callsCompleted": .integer(calls), "complianceBypassed": .bool(script.bypassed),
            "errors": .array(errors.map { ["code": .string($0.code), "message": .string($0.message)] }),
            "tag": .string(payload.tag ?? ""),
        ]
    }

    private static func json(_ status: Int, _ json: JSONValue) -> RawListener.Reply {
        answer(status, ["Content-Type": "application/json"], json.text)
    }

    private static func answer(_ status: Int, _ headers: [String: String], _ body: String) -> RawListener.Reply {
        var lines = ["HTTP/1.1 \(status) Answer", "Content-Length: \(body.utf8.count)", "Connection: close"]
        lines += headers.map { "\($0.key): \($0.value)" }
        return .answer(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }

    // MARK: Webhooks

    /// Sends the webhooks when it is called for the first time.
    ///
    /// - Returns: whether all of them are sent.
    private func sendWebhooks(_ payload: SimulationPayload) async -> Bool {
        let before = state.withLock { state in
            let before = state.sending
            if before == .notBegun { state.sending = .underWay }
            return before
        }
        guard before == .notBegun else { return before == .done }
        guard let url = payload.webhookURL else { return true }
        for delivery in script.webhooks.deliveries(of: payload, simulationID: Self.simulationID) {
            if await !send(delivery, to: url) { state.withLock { $0.refusedDeliveries += 1 } }
        }
        state.withLock { $0.sending = .done }
        return true
    }

    private func send(_ delivery: FakeWebhooks.Delivery, to url: String) async -> Bool {
        let body = delivery.event.json.bytes
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "webhook-id", value: delivery.id)
        if let text = script.webhooks.secret, let secret = try? WebhookSecret(text) {
            let now = WallClock.now.milliseconds / 1000
            let forged = "v1," + String(repeating: "A", count: 43) + "="
            request.headers.add(name: "webhook-timestamp", value: "\(now)")
            request.headers.add(
                name: "webhook-signature",
                value: delivery.isForged ? forged : secret.signature(id: delivery.id, timestamp: now, body: body)
            )
        }
        request.body = .bytes(ByteBuffer(bytes: body))
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(15)) else { return false }
        _ = try? await response.body.collect(upTo: 64 * 1024)
        return (200..<300).contains(response.status.code)
    }
}
