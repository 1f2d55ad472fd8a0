import Foundation
import Glibc
import Synchronization

/// The disturbance that a ``ToxicProxy`` makes in one direction.
package enum Toxic: String, CaseIterable, Sendable {
    /// Each piece comes later.
    case latency
    /// Connections are accepted and closed.
    case down
    /// Bytes come slowly.
    case bandwidth
    /// The end of a connection comes later.
    case slowClose
    /// No byte comes through, and nothing is closed.
    case timeout
    /// The connection is reset at the first byte.
    case reset
    /// One byte at a time.
    case slicer
    /// The connection is closed after a few bytes.
    case limitData

    /// Whether a request can succeed all the same.
    package var isHarmless: Bool { [.latency, .bandwidth, .slowClose, .slicer].contains(self) }
}

/// A TCP proxy on a loopback port that disturbs one direction of its connections.
package final class ToxicProxy: Sendable {
    /// The direction that is disturbed.
    package enum Direction: String, CaseIterable, Sendable {
        /// What the client sends.
        case upstream
        /// What the server answers.
        case downstream
    }

    private let upstreamPort: UInt16
    private let toxic: Toxic
    private let direction: Direction
    private let open = Mutex<Set<Int32>>([])

    /// Runs `body` with a proxy in front of an origin such as `http://127.0.0.1:4711`.
    package static func with<Result>(
        _ toxic: Toxic,
        _ direction: Direction,
        before origin: String,
        body: (_ origin: String) async throws -> Result
    ) async throws -> Result {
        let proxy = ToxicProxy(origin.split(separator: ":").last.flatMap { UInt16($0) } ?? 0, toxic, direction)
        let listener = try LoopbackListener { proxy.relay($0) }
        defer {
            listener.stop()
            proxy.stop()
        }
        return try await body("http://127.0.0.1:\(listener.port)")
    }

    private init(_ upstreamPort: UInt16, _ toxic: Toxic, _ direction: Direction) {
        (self.upstreamPort, self.toxic, self.direction) = (upstreamPort, toxic, direction)
    }

    private func stop() { open.withLock { for descriptor in $0 { shutdown(descriptor, Int32(SHUT_RDWR)) } } }

    private func relay(_ client: LoopbackConnection) {
        guard toxic != .down, let descriptor = try? LoopbackSocket.connect(to: upstreamPort) else {
            close(client.descriptor)
            return
        }
        let server = LoopbackConnection(descriptor: descriptor)
        open.withLock { $0.formUnion([client.descriptor, server.descriptor]) }
        let pair = Pair(client: client, server: server) { [self] in
            open.withLock { $0.subtract([client.descriptor, server.descriptor]) }
            close(client.descriptor)
            close(server.descriptor)
        }
        let (up, down) = direction == .upstream ? (toxic, Toxic?.none) : (nil, toxic)
        Thread.detachNewThread { Self.pump(from: client, to: server, up, pair) }
        Self.pump(from: server, to: client, down, pair)
    }

    /// The two connections of a client, which are closed when both directions have ended.
    private final class Pair: Sendable {
        let client: LoopbackConnection
        let server: LoopbackConnection
        private let left = Mutex(2)
        private let onEnd: @Sendable () -> Void

        init(client: LoopbackConnection, server: LoopbackConnection, onEnd: @escaping @Sendable () -> Void) {
            (self.client, self.server, self.onEnd) = (client, server, onEnd)
        }

        func done() {
            let isLast = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isLast { onEnd() }
        }
    }

    private static func pump(
        from source: LoopbackConnection,
        to sink: LoopbackConnection,
        _ toxic: Toxic?,
        _ pair: Pair
    ) {
        defer { pair.done() }
        var allowed = 20
        while let bytes = source.receive() {
            switch toxic {
            case .latency:
                usleep(100_000)
                guard sink.send(bytes) else { return }
            case .bandwidth:
                for start in stride(from: 0, to: bytes.count, by: 128) {
                    usleep(20_000)
                    guard sink.send(bytes[start..<min(bytes.count, start + 128)]) else { return }
                }
            case .slicer:
                for index in bytes.indices where !sink.send(bytes[index...index]) { return }
            case .timeout: continue
            case .reset:
                pair.client.resetAtClose()
                shutdown(pair.server.descriptor, Int32(SHUT_RDWR))
                shutdown(pair.client.descriptor, Int32(SHUT_RD))
                return
            case .limitData:
                sink.send(bytes.prefix(allowed))
                allowed -= min(allowed, bytes.count)
                guard allowed > 0 else {
                    shutdown(pair.client.descriptor, Int32(SHUT_RDWR))
                    shutdown(pair.server.descriptor, Int32(SHUT_RDWR))
                    return
                }
            case .slowClose, .down, nil: guard sink.send(bytes) else { return }
            }
        }
        if toxic == .slowClose { usleep(300_000) }
        if toxic != .timeout { shutdown(sink.descriptor, Int32(SHUT_WR)) }
    }
}
