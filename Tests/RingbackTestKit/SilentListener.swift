import Glibc

/// A listener that lets clients connect and never sends a byte; it also shows whether a client came.
package final class SilentListener: Sendable {
    /// The port, on all loopback addresses of both families.
    package let port: UInt16
    private let descriptor: Int32

    /// Begins to listen.
    package init() throws { (descriptor, port) = try LoopbackSocket.listen(onBothFamilies: true) }

    deinit { close(descriptor) }

    /// The number of connections since the last call; they are closed.
    package func connections() -> Int {
        var count = 0
        while true {
            var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&readiness, 1, 0) == 1 else { return count }
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { return count }
            close(connection)
            count += 1
        }
    }
}
