import Foundation
import Glibc
import RingbackHome

/// A pgbouncer of a test's own in front of a PostgreSQL: on a free port, in a temporary folder, by an unprivileged user.
package struct Pooler: Sendable {
    /// The port that it listens on.
    package let port: Int
    private let program: Program

    /// Debian's program; `nil` if it is not installed.
    package static let path = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Runs `body` with a pooler in transaction mode, and stops it by its own process id.
    ///
    /// - Parameter connections: the most sessions with a database of the server.
    package static func with<Result>(
        _ server: PostgresServer,
        connections: Int,
        _ body: (Pooler) async throws -> Result
    ) async throws -> Result {
        guard let path else {
            throw PostgresServer.StartError(
                description: "pgbouncer is missing; scripts/install-packages.sh pgbouncer installs it"
            )
        }
        let folder = "/tmp/ringback-pooler-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "\"ringback\" \"\"\n".write(toFile: "\(folder)/users", atomically: true, encoding: .utf8)
        // Another program may take the port between the look and the start.
        for _ in 0..<5 {
            let port = try PostgresServer.freePort()
            try """
            [databases]
            * = host=127.0.0.1 port=\(server.port)
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = trust
            auth_file = \(folder)/users
            pool_mode = transaction
            default_pool_size = \(connections)
            max_client_conn = 200
            """
            .write(toFile: "\(folder)/pooler.ini", atomically: true, encoding: .utf8)
            let program = try PostgresServer.run(path, ["\(folder)/pooler.ini"])
            guard await program.errorLine({ $0.contains("process up") }) != nil else { continue }
            let result = await Swift.Result { try await body(Pooler(port: port, program: program)) }
            program.signal(SIGTERM)
            _ = await program.finished()
            return try result.get()
        }
        throw PostgresServer.StartError(description: "pgbouncer did not start")
    }
}
