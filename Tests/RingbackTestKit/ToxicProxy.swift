import Foundation
import Glibc
import Synchronization

/// What a ``ToxicProxy`` does to the bytes of one direction.
package enum Toxic: String, CaseIterable, Sendable {
    /// Each piece comes later.
    case latency
    /// Connections are accepted and closed.
    case down
    /// Little comes at a time.
    case bandwidth
    /// The end of a connection comes later.
    case slowClose
    /// Nothing comes through, and nothing is closed.
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

/// A TCP proxy on a loopback port that spoils one direction of its connections.
///
/// Threads of its own, not those of the concurrency pool, read and write.
package final class ToxicProxy: Sendable {
    /// The direction that is spoiled.
    package enum Direction: String, CaseIterable, Sendable {
        /// What the client sends.
        case upstream
        /// What the server answers.
        case downstream
    }

    /// No socket could be had.
    private struct SocketError: Error {}

    private let upstreamPort: UInt16
    private let toxic: Toxic
    private let direction: Direction
    private let listener: Int32
    private let port: UInt16
    private let open = Mutex<Set<Int32>>([])

    /// Runs `body` with a proxy in front of an origin such as `http://127.0.0.1:4711`.
    package static func with<Result>(
        _ toxic: Toxic,
        _ direction: Direction,
        before origin: String,
        body: (_ origin: String) async throws -> Result
    ) async throws -> Result {
        guard let upstream = origin.split(separator: ":").last.flatMap({ UInt16($0) }) else { throw SocketError() }
        let proxy = try ToxicProxy(upstream, toxic, direction)
        defer { proxy.stop() }
        return try await body("http://127.0.0.1:\(proxy.port)")
    }

    private init(_ upstreamPort: UInt16, _ toxic: Toxic, _ direction: Direction) throws {
        self.upstreamPort = upstreamPort
        self.toxic = toxic
        self.direction = direction
        let listener = Self.socket()
        var address = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isBound else { throw SocketError() }
        port = UInt16(bigEndian: address.sin_port)
        self.listener = listener
        Thread.detachNewThread { [self] in
            while true {
                let client = Glibc.accept(listener, nil, nil)
                guard client >= 0 else { break }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                relay(client)
            }
            close(listener)
        }
    }

    private func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        open.withLock { for descriptor in $0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }

    private func relay(_ client: Int32) {
        guard toxic != .down else {
            close(client)
            return
        }
        let server = Self.socket()
        var address = Self.loopback(port: upstreamPort)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(client)
            close(server)
            return
        }
        open.withLock { $0.formUnion([client, server]) }
        let pair = Pair(client: client, server: server) { [self] in
            open.withLock { $0.subtract([client, server]) }
            close(client)
            close(server)
        }
        let (up, down) = direction == .upstream ? (toxic, Toxic?.none) : (nil, toxic)
        Thread.detachNewThread { Self.pump(from: client, to: server, up, pair) }
        Thread.detachNewThread { Self.pump(from: server, to: client, down, pair) }
    }

    /// Two descriptors that are closed when both directions are done.
    private final class Pair: Sendable {
        let client: Int32
        let server: Int32
        private let left = Mutex(2)
        private let onEnd: @Sendable () -> Void

        init(client: Int32, server: Int32, onEnd: @escaping @Sendable () -> Void) {
            self.client = client
            self.server = server
            self.onEnd = onEnd
        }

        func done() {
            let isLast = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isLast { onEnd() }
        }
    }

    private static func pump(from source: Int32, to sink: Int32, _ toxic: Toxic?, _ pair: Pair) {
        defer { pair.done() }
        var buffer = [UInt8](repeating: 0, count: 4096)
        var allowed = 20
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let bytes = buffer[..<count]
            switch toxic {
            case .latency:
                usleep(100_000)
                guard forward(bytes, to: sink) else { return }
            case .bandwidth:
                for start in stride(from: 0, to: bytes.count, by: 128) {
                    usleep(20_000)
                    guard forward(bytes[start..<min(bytes.count, start + 128)], to: sink) else { return }
                }
            case .slicer:
                for index in bytes.indices where !forward(bytes[index...index], to: sink) { return }
            case .timeout: continue
            case .reset:
                var option = linger(l_onoff: 1, l_linger: 0)
                setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
                shutdown(pair.server, Int32(SHUT_RDWR))
                shutdown(pair.client, Int32(SHUT_RD))
                return
            case .limitData:
                _ = forward(bytes.prefix(allowed), to: sink)
                allowed -= min(allowed, bytes.count)
                guard allowed > 0 else {
                    shutdown(pair.client, Int32(SHUT_RDWR))
                    shutdown(pair.server, Int32(SHUT_RDWR))
                    return
                }
            case .slowClose, .down, nil: guard forward(bytes, to: sink) else { return }
            }
        }
        if toxic == .slowClose { usleep(300_000) }
        if toxic != .timeout { shutdown(sink, Int32(SHUT_WR)) }
    }

    private static func forward(_ bytes: ArraySlice<UInt8>, to sink: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func socket() -> Int32 {
        Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }
}
