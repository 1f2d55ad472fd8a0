import Glibc
import Synchronization

/// A listener that takes connections and never says a word: a black hole, and a witness that nobody came.
package final class SilentListener: Sendable {
    /// No socket could be had.
    package struct SocketError: Error {}

    /// The port, on all loopback addresses of both families.
    package let port: UInt16
    private let descriptor: Int32

    /// Begins to listen.
    package init() throws {
        let descriptor = Program.spawning.withLock { _ in
            let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
            if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            return descriptor
        }
        var off: Int32 = 0
        setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 1024) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw SocketError() }
        port = UInt16(bigEndian: address.sin6_port)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// How many connections came since the last look; they are closed.
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
