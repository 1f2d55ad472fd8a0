import Foundation
import Glibc
import Synchronization

/// The network between one machine and a server, which a test can part, or break at a moment of its choice.
package final class PartedNetwork: Sendable {
    private struct State {
        var isParted = false
        /// A connection breaks once the machine has sent these texts over it, and the answer does not arrive.
        var breakingTexts: [[UInt8]] = []
        /// Grows with each break that is asked for.
        var round = 0
        var open: Set<Int32> = []
        /// How often a connection was broken.
        var breaks = 0
    }

    private let server: UInt16
    private let state = Mutex(State())

    /// Runs `body` with a network in front of a server.
    ///
    /// - Parameter body: gets the network, and the port that the machine connects to.
    package static func with<Result>(
        before server: Int,
        body: (_ network: PartedNetwork, _ port: Int) async throws -> Result
    ) async throws -> Result {
        let network = PartedNetwork(UInt16(server))
        let listener = try LoopbackListener { network.relay($0) }
        defer {
            listener.stop()
            network.join()
            network.state.withLock { for descriptor in $0.open { shutdown(descriptor, Int32(SHUT_RDWR)) } }
        }
        return try await body(network, Int(listener.port))
    }

    private init(_ server: UInt16) { self.server = server }

    /// From now on nothing comes through, and nothing is closed: what is sent waits.
    package func part() { state.withLock { $0.isParted = true } }

    /// What has waited goes on.
    package func join() { state.withLock { $0.isParted = false } }

    /// Breaks the next connection over which these texts are sent, in this order: the last arrives, and its answer does not.
    package func breakOnce(after texts: String...) {
        state.withLock { state in
            state.breakingTexts = texts.map { Array($0.utf8) }
            state.round += 1
        }
    }

    /// How often a connection was broken.
    package var breaks: Int { state.withLock { $0.breaks } }

    private func relay(_ client: LoopbackConnection) {
        waitUntilJoined()
        guard let descriptor = try? LoopbackSocket.connect(to: server) else {
            close(client.descriptor)
            return
        }
        let server = LoopbackConnection(descriptor: descriptor)
        state.withLock { $0.open.formUnion([client.descriptor, server.descriptor]) }
        let (isBroken, left) = (Shared(false), Shared(2))
        let ended = { @Sendable [self] in
            let isLast = left.withLock { left in
                left -= 1
                return left == 0
            }
            guard isLast else { return }
            state.withLock { $0.open.subtract([client.descriptor, server.descriptor]) }
            close(client.descriptor)
            close(server.descriptor)
        }
        Thread.detachNewThread { [self] in
            var sent = (round: 0, count: 0)
            while let bytes = client.receive() {
                waitUntilJoined()
                if takesBreak(at: bytes, &sent) { isBroken.withLock { $0 = true } }
                guard server.send(bytes) else { break }
            }
            shutdown(server.descriptor, Int32(SHUT_WR))
            ended()
        }
        while let bytes = server.receive() {
            waitUntilJoined()
            if isBroken.withLock({ $0 }) {
                state.withLock { $0.breaks += 1 }
                shutdown(client.descriptor, Int32(SHUT_RDWR))
                shutdown(server.descriptor, Int32(SHUT_RDWR))
                break
            }
            guard client.send(bytes) else { break }
        }
        shutdown(client.descriptor, Int32(SHUT_WR))
        ended()
    }

    /// Whether a connection breaks now.
    ///
    /// - Parameter sent: how many of the texts it has sent, since which break was asked for.
    private func takesBreak(at bytes: [UInt8], _ sent: inout (round: Int, count: Int)) -> Bool {
        state.withLock { state in
            let texts = state.breakingTexts
            if sent.round != state.round { sent = (state.round, 0) }
            while sent.count < texts.count, bytes.firstRange(of: texts[sent.count]) != nil { sent.count += 1 }
            guard !texts.isEmpty, sent.count == texts.count else { return false }
            state.breakingTexts = []
            return true
        }
    }

    private func waitUntilJoined() { while state.withLock({ $0.isParted }) { usleep(5000) } }
}
