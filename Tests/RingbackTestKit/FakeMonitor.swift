package import HTTPService
import HTTPTypes
import Synchronization
import Webhooks

/// A QA monitor on a loopback port that remembers its deliveries, and answers as a test says.
package final class FakeMonitor: Sendable {
    /// A delivery that was received.
    package struct Request: Sendable {
        /// The path, by which one listener plays several monitors.
        package var path: String
        /// `webhook-id`.
        package var id: String
        /// `webhook-timestamp`.
        package var timestamp: String
        /// `webhook-signature`; empty for none.
        package var signature: String
        /// `traceparent`; empty for none.
        package var traceparent: String
        /// The body, byte for byte.
        package var body: [UInt8]
    }

    /// What a monitor answers.
    package typealias Answer = @Sendable (Request, _ index: Int) async -> ServiceResponse

    private struct Waiter {
        var path: String
        var count: Int
        var continuation: AsyncStream<Never>.Continuation
    }

    private struct State {
        var requests: [Request] = []
        var waiters: [Waiter] = []
    }

    /// Scheme, host and port.
    package var origin: String { place.withLock { $0 } }
    private let place = Mutex("")
    private let state = Mutex(State())
    private let answer: Answer

    private init(_ answer: @escaping Answer) { self.answer = answer }

    /// Serves while `body` runs.
    ///
    /// - Parameter answer: makes the answer to a delivery; `index` counts from 0 for each path.
    package static func with<Result: Sendable>(
        answer: @escaping Answer = { _, _ in ServiceResponse(status: 200) },
        body: @escaping @Sendable (FakeMonitor) async throws -> Result
    ) async throws -> Result {
        let monitor = FakeMonitor(answer)
        return try await Loopback.serve {
            await monitor.respond($0)
        } body: { origin in
            monitor.place.withLock { $0 = origin }
            return try await body(monitor)
        }
    }

    /// All deliveries.
    package var requests: [Request] { state.withLock { $0.requests } }

    /// The deliveries to a path.
    package func requests(_ path: String) -> [Request] { requests.filter { $0.path == path } }

    /// Returns after `count` deliveries to a path, or when the task is cancelled.
    package func wait(for count: Int, at path: String) async {
        let (seen, continuation) = AsyncStream<Never>.makeStream()
        state.withLock { state in
            if state.requests.count(where: { $0.path == path }) >= count {
                continuation.finish()
            } else {
                state.waiters.append(Waiter(path: path, count: count, continuation: continuation))
            }
        }
        for await _ in seen {}
    }

    private func respond(_ request: ServiceRequest) async -> ServiceResponse {
        func field(_ name: String) -> String {
            HTTPField.Name(name).flatMap { request.headers[$0] } ?? ""
        }
        // A body that breaks off, because its sender was killed, is no delivery.
        guard let body = try? await request.body(upTo: 1024 * 1024) else { return ServiceResponse(status: 400) }
        let seen = Request(
            path: request.path,
            id: field("webhook-id"),
            timestamp: field("webhook-timestamp"),
            signature: field("webhook-signature"),
            traceparent: field("traceparent"),
            body: body
        )
        let index = state.withLock { state in
            let index = state.requests.count { $0.path == seen.path }
            state.requests.append(seen)
            for waiter in state.waiters where waiter.path == seen.path && index + 1 >= waiter.count {
                waiter.continuation.finish()
            }
            state.waiters.removeAll { $0.path == seen.path && index + 1 >= $0.count }
            return index
        }
        return await answer(seen, index)
    }
}
