import Foundation
import Glibc
import Synchronization

/// A balancer in front of several services of this machine: each connection goes to the next one that takes it.
package final class Balancer: Sendable {
    private struct State {
        var ports: [Int] = []
        /// Services that are taken out, as a health check does.
        var out: Set<Int> = []
        var next = 0
        /// The descriptors of open connections, by the port of the service.
        var open: [Int: Set<Int32>] = [:]
    }

    private let state = Mutex(State())

    /// Runs `body` with a balancer that has no service yet.
    ///
    /// - Parameter body: gets the balancer, and its own port.
    package static func with<Result>(
        _ body: (_ balancer: Balancer, _ port: Int) async throws -> Result
    ) async throws -> Result {
        let balancer = Balancer()
        let listener = try LoopbackListener { balancer.relay($0) }
        defer {
            listener.stop()
            for port in balancer.state.withLock({ $0.ports }) { balancer.takeOut(port) }
        }
        return try await body(balancer, Int(listener.port))
    }

    private init() {}

    /// Puts a service in, also one that was taken out.
    package func put(_ port: Int) {
        state.withLock { state in
            if !state.ports.contains(port) { state.ports.append(port) }
            state.out.remove(port)
        }
    }

    /// Takes a service out, and ends its connections.
    package func takeOut(_ port: Int) {
        state.withLock { state in
            state.out.insert(port)
            for descriptor in state.open[port] ?? [] { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Connects to the next service that takes a connection.
    private func connected() -> (port: Int, descriptor: Int32)? {
        let (ports, first) = state.withLock { state in
            state.next += 1
            return (state.ports.filter { !state.out.contains($0) }, state.next)
        }
        for offset in ports.indices {
            let port = ports[(first + offset) % ports.count]
            if let descriptor = try? LoopbackSocket.connect(to: UInt16(port)) { return (port, descriptor) }
        }
        return nil
    }

    private func relay(_ client: LoopbackConnection) {
        guard let (port, descriptor) = connected() else {
            close(client.descriptor)
            return
        }
        let service = LoopbackConnection(descriptor: descriptor)
        let ends: Set<Int32> = [client.descriptor, service.descriptor]
        state.withLock { $0.open[port, default: []].formUnion(ends) }
        let left = Shared(2)
        let ended = { @Sendable [self] in
            let isLast = left.withLock { left in
                left -= 1
                return left == 0
            }
            guard isLast else { return }
            state.withLock { $0.open[port]?.subtract(ends) }
            close(client.descriptor)
            close(service.descriptor)
        }
        Thread.detachNewThread {
            Self.pump(from: client, to: service)
            ended()
        }
        Self.pump(from: service, to: client)
        ended()
    }

    private static func pump(from source: LoopbackConnection, to sink: LoopbackConnection) {
        while let bytes = source.receive() {
            guard sink.send(bytes) else { break }
        }
        shutdown(sink.descriptor, Int32(SHUT_WR))
    }
}
