import Dispatch
import Glibc

/// A client's TCP connection to a loopback port on which a test says exactly which bytes go when.
package final class RawConnection: Sendable {
    private let connection: LoopbackConnection

    /// Connects.
    package init(port: Int) throws {
        let descriptor = try LoopbackSocket.connect(to: UInt16(port))
        // A server that never answers must fail the test, not hang it.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        connection = LoopbackConnection(descriptor: descriptor)
    }

    deinit { close(connection.descriptor) }

    /// Sends text as it is; returns false if the other side has closed the connection.
    @discardableResult
    package func send(_ text: String) async -> Bool { await blocking { self.connection.send(text) } }

    /// Sends bytes as they are.
    @discardableResult
    package func send(bytes: [UInt8]) async -> Bool { await blocking { self.connection.send(bytes) } }

    /// Reads until the text `end` has come, or the other side closes the connection; returns everything that came.
    package func receive(until end: String? = nil) async -> String {
        await blocking {
            var bytes: [UInt8] = []
            while let more = self.connection.receive() {
                bytes += more
                if let end, String(decoding: bytes, as: UTF8.self).contains(end) { break }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Tells the other side that nothing more will be sent; the answer can still be read.
    package func finishSending() { shutdown(connection.descriptor, Int32(SHUT_WR)) }

    private func blocking<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "ringback.test").async { continuation.resume(returning: work()) }
        }
    }
}
