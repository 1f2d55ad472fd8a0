import Foundation
import Glibc
import Synchronization

/// A listener on a loopback port that handles each connection on a thread of its own.
///
/// The calls block, so they must not use the threads of the concurrency pool.
package final class LoopbackListener: Sendable {
    /// The port.
    package let port: UInt16
    private let descriptor: Int32

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - isOpen: whether it listens on every address of this machine.
    ///   - handle: ends the connection that it gets.
    package init(isOpen: Bool = false, _ handle: @escaping @Sendable (LoopbackConnection) -> Void) throws {
        let (descriptor, port) = try LoopbackSocket.listen(onBothFamilies: isOpen)
        (self.descriptor, self.port) = (descriptor, port)
        Thread.detachNewThread {
            while let connection = LoopbackSocket.accept(descriptor) {
                Thread.detachNewThread { handle(LoopbackConnection(descriptor: connection)) }
            }
            close(descriptor)
        }
    }

    /// Stops listening.
    package func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// An open connection on which a test says exactly what happens.
package struct LoopbackConnection: Sendable {
    package let descriptor: Int32

    /// The next bytes; nil at the end.
    package func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    /// A whole request: the head, and as much body as `Content-Length` says; shorter if the client ends the connection.
    package func readRequest() -> [UInt8] {
        var bytes: [UInt8] = []
        var size: Int?
        while bytes.count < size ?? .max, let more = receive() {
            bytes += more
            guard size == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
            let length = head.firstMatch(of: /\r\ncontent-length: *([0-9]+)/).flatMap { Int($0.1) }
            size = end.upperBound + (length ?? 0)
        }
        return bytes
    }

    /// Sends bytes; returns false if the other side has closed the connection.
    @discardableResult
    package func send(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Sends text.
    @discardableResult
    package func send(_ text: String) -> Bool { send(text.utf8) }

    /// Closes the connection in order.
    package func end() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// Makes the close of the connection a reset.
    package func resetAtClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Closes the connection with a reset.
    package func reset() {
        resetAtClose()
        close(descriptor)
    }
}

/// Sockets of loopback addresses, which no program inherits that a test starts.
enum LoopbackSocket {
    /// A call of the system that failed.
    struct SocketError: Error {
        var operation: String
        var errorNumber: Int32
    }

    /// Listens on a port of the system's choosing: of 127.0.0.1, or of every address of both families.
    static func listen(onBothFamilies: Bool = false, backlog: Int32 = 1024) throws -> (descriptor: Int32, port: UInt16)
    {
        let descriptor = try make(onBothFamilies ? AF_INET6 : AF_INET)
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        if onBothFamilies {
            var off: Int32 = 0
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size))
            address.ss_family = sa_family_t(AF_INET6)
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        } else {
            withUnsafeMutableBytes(of: &address) { $0.storeBytes(of: loopback(port: 0), as: sockaddr_in.self) }
        }
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && Glibc.listen(descriptor, backlog) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isListening else { throw SocketError(operation: "listen", errorNumber: errno) }
        // The port is at the same place in addresses of both families.
        let port = withUnsafeBytes(of: address) { $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self) }
        return (descriptor, UInt16(bigEndian: port))
    }

    /// The next connection; nil if the listener was stopped.
    static func accept(_ listener: Int32) -> Int32? {
        // Waits outside of the lock, without which no program can be started.
        var readiness = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        while poll(&readiness, 1, -1) < 0, errno == EINTR {}
        let connection = closedInPrograms { Glibc.accept(listener, nil, nil) }
        return connection >= 0 ? connection : nil
    }

    /// Connects to a port of 127.0.0.1.
    static func connect(to port: UInt16) throws -> Int32 {
        let descriptor = try make(AF_INET)
        var address = loopback(port: port)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            defer { close(descriptor) }
            throw SocketError(operation: "connect", errorNumber: errno)
        }
        return descriptor
    }

    private static func make(_ family: Int32) throws -> Int32 {
        let descriptor = closedInPrograms { socket(family, Int32(SOCK_STREAM.rawValue), 0) }
        guard descriptor >= 0 else { throw SocketError(operation: "socket", errorNumber: errno) }
        return descriptor
    }

    private static func closedInPrograms(_ make: () -> Int32) -> Int32 {
        Program.spawning.withLock { _ in
            let descriptor = make()
            if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            return descriptor
        }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = port.bigEndian
        return address
    }
}
