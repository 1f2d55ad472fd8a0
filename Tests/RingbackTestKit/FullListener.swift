import Foundation
import Glibc

/// A loopback port at which a connection is neither made nor refused: its queue is full.
package final class FullListener: Sendable {
    /// The port.
    package let port: UInt16
    private let descriptors: [Int32]

    /// Fills the queue.
    package init() throws {
        let (listener, port) = try LoopbackSocket.listen(backlog: 0)
        descriptors = [listener, try LoopbackSocket.connect(to: port)]
        self.port = port
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}

extension LoopbackListener {
    /// A proxy that connects every client to one port, whatever host it names; `onRequest` gets the head of its request.
    package static func tunnel(
        to port: UInt16,
        onRequest: @escaping @Sendable (String) -> Void
    ) throws -> LoopbackListener {
        try LoopbackListener { client in
            onRequest(String(decoding: client.readRequest(), as: UTF8.self))
            guard let descriptor = try? LoopbackSocket.connect(to: port) else { return client.end() }
            let server = LoopbackConnection(descriptor: descriptor)
            client.send("HTTP/1.1 200 Connection established\r\n\r\n")
            Thread.detachNewThread {
                while let bytes = server.receive(), client.send(bytes) {}
                shutdown(client.descriptor, Int32(SHUT_RDWR))
            }
            while let bytes = client.receive(), server.send(bytes) {}
            shutdown(server.descriptor, Int32(SHUT_RDWR))
        }
    }
}
