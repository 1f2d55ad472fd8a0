import Glibc
import Synchronization

/// Listens for notifications over a connection of its own, as long as the server, and what stands between, allows that.
///
/// A notification is a hint that may be lost. Programs look for new work from time to time as well.
package final class PostgresListener: Sendable {
    private let address: String
    private let channel: String
    private let hint: @Sendable () -> Void
    private let isClosed = Mutex(false)

    /// The pause after a connection that broke.
    private static let pause = Duration.seconds(5)

    /// - Parameters:
    ///   - address: the server, as libpq reads it.
    ///   - channel: a name of small letters, digits and underscores.
    ///   - hint: called after each notification, on the listener's thread.
    package init(_ address: String, channel: String, hint: @escaping @Sendable () -> Void) {
        (self.address, self.channel, self.hint) = (address, channel, hint)
    }

    /// Ends ``run()`` within a second.
    package func close() { isClosed.withLock { $0 = true } }

    private var isOver: Bool { isClosed.withLock { $0 } }

    /// Listens until ``close()``, and blocks the calling thread; returns at once behind a pooler.
    package func run() {
        while !isOver {
            // What broke is opened anew: until then there are no hints.
            if (try? listen()) == false { return }
            let end = ContinuousClock.now + Self.pause
            while !isOver, ContinuousClock.now < end { usleep(200_000) }
        }
    }

    /// - Returns: false behind a pooler, which would hand the session, and what it listens to, on to others.
    private func listen() throws -> Bool {
        var connection = try PostgresConnection(to: address, timeout: .seconds(10))
        let own = try connection.run("SELECT pg_backend_pid()").row(0)[0].integer
        guard own == Int64(connection.serverProcess) else { return false }
        try connection.run(script: "LISTEN \(channel)")
        while !isOver, !connection.isBroken {
            var watched = pollfd(fd: connection.socket, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 500) > 0 else { continue }
            if !connection.notifications().isEmpty { hint() }
        }
        return true
    }
}
