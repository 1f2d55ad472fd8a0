import Foundation
import Glibc
import Synchronization

/// A listener on a loopback port that also does what no decent server does: reset a connection, or never answer.
///
/// One request per connection; reading stands on threads of its own, not on those of the concurrency pool.
package final class RawListener: Sendable {
    /// A whole request.
    package struct Request: Sendable {
        /// The method.
        package var method = ""
        /// The path with its query.
        package var target = ""
        /// The header fields, names in lower case.
        package var headers: [(name: String, value: String)] = []
        /// The body.
        package var body: [UInt8] = []
    }

    /// What becomes of a connection.
    package enum Reply: Sendable {
        /// These bytes, and then the end.
        case answer([UInt8])
        /// The end, without a byte.
        case close
        /// A reset.
        case reset
        /// Nothing, until the listener stops.
        case hang
    }

    /// No socket could be had.
    package struct SocketError: Error {}

    /// The port.
    package let port: UInt16
    private let listener: Int32
    private let held = Mutex<[Int32]>([])

    /// Begins to listen.
    package init(_ handle: @escaping @Sendable (Request) async -> Reply) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isBound else { throw SocketError() }
        port = UInt16(bigEndian: address.sin_port)
        self.listener = listener
        Thread.detachNewThread { [weak self] in
            while let connection = Self.accept(listener) {
                Thread.detachNewThread {
                    guard let request = Self.read(connection) else {
                        close(connection)
                        return
                    }
                    Task { Self.finish(connection, await handle(request), self) }
                }
            }
            close(listener)
        }
    }

    /// The next connection, which no program that is started inherits; `nil` where the listener was stopped.
    private static func accept(_ listener: Int32) -> Int32? {
        var readiness = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        while poll(&readiness, 1, -1) < 0, errno == EINTR {}
        let connection = Program.spawning.withLock { _ in
            let connection = Glibc.accept(listener, nil, nil)
            if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
            return connection
        }
        return connection >= 0 ? connection : nil
    }

    /// Stops listening, and lets go of the connections that were never answered.
    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        held.withLock { held in
            for descriptor in held { close(descriptor) }
            held = []
        }
    }

    private static func finish(_ connection: Int32, _ reply: Reply, _ owner: RawListener?) {
        switch reply {
        case .answer(let bytes):
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
            shutdown(connection, Int32(SHUT_WR))
        case .close: shutdown(connection, Int32(SHUT_RDWR))
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        case .hang:
            guard let owner else { break }
            owner.held.withLock { $0.append(connection) }
            return
        }
        close(connection)
    }

    /// Reads the head and as much body as `Content-Length` says; `nil` where the client went away.
    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var request: Request?
        var needed = 0
        while true {
            if request == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = parse(String(decoding: bytes[..<end.lowerBound], as: UTF8.self))
                let length = head.headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
                request = head
                bytes.removeFirst(end.upperBound)
                needed = length
            }
            if var request, bytes.count >= needed {
                request.body = Array(bytes.prefix(needed))
                return request
            }
            let count = Glibc.read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    private static func parse(_ head: String) -> Request {
        let lines = head.split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        var request = Request()
        guard words.count >= 2 else { return request }
        request.method = String(words[0])
        request.target = String(words[1])
        request.headers = lines.dropFirst().map { line in
            let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count == 2 ? String(halves[1].drop { $0 == " " }) : ""
            return (halves[0].lowercased(), value)
        }
        return request
    }
}
