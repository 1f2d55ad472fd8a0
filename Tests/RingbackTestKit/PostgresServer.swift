import Foundation
import Glibc
import Synchronization

/// A PostgreSQL of a test's own: on a free port, in a temporary folder, by an unprivileged user.
package final class PostgresServer: Sendable {
    /// PostgreSQL is not installed, or its server could not be started.
    package struct StartError: Error, CustomStringConvertible {
        package var description: String
    }

    package let port: Int
    private let folder: String
    private let process: Shared<Program>

    /// The folder of Debian's programs; `nil` if PostgreSQL is not installed.
    package static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.max { $0.compare($1, options: .numeric) == .orderedAscending }
        guard let newest, FileManager.default.isExecutableFile(atPath: "\(root)/\(newest)/bin/initdb") else {
            return nil
        }
        return "\(root)/\(newest)/bin"
    }()

    /// Runs `body` with a server, and stops it by its own process id.
    ///
    /// - Parameters:
    ///   - encoding: that of its databases.
    ///   - settings: of `postgresql.conf`.
    package static func with<Result>(
        encoding: String = "UTF8",
        settings: [String: String] = [:],
        _ body: (PostgresServer) async throws -> Result
    ) async throws -> Result {
        let (programs, folder) = try await made(encoding: encoding)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try await PostgresServer(programs, folder, settings)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Makes the files of a server in a folder of their own.
    private static func made(encoding: String) async throws -> (programs: String, folder: String) {
        guard let programs else {
            throw StartError(description: "PostgreSQL is missing; scripts/install-packages.sh postgresql installs it")
        }
        let folder = "/tmp/ringback-pg-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        if getuid() == 0, let user = getpwnam("postgres") { chown(folder, user.pointee.pw_uid, user.pointee.pw_gid) }
        let made = try await run(
            "\(programs)/initdb",
            ["-D", "\(folder)/data", "-U", "ringback", "-A", "trust", "-E", encoding, "--locale=C", "--no-sync"]
        )
        .finished()
        guard made.exitCode == 0 else { throw StartError(description: "initdb failed: \(made.stderr)") }
        return (programs, folder)
    }

    /// The server that the tests of one process share; it ends with the process.
    package static func shared() async throws -> PostgresServer {
        try await sharing.value
    }

    private static let sharing = Task<PostgresServer, any Error> {
        let (programs, folder) = try await made(encoding: "UTF8")
        let server = try await PostgresServer(programs, folder, ["max_connections": "400"])
        leftover.withLock { $0 = (server, folder) }
        atexit {
            PostgresServer.leftover.withLock { left in
                left?.server.process.withLock { $0 }.signal(SIGQUIT)
                if let folder = left?.folder { try? FileManager.default.removeItem(atPath: folder) }
            }
        }
        return server
    }

    private static let leftover = Mutex<(server: PostgresServer, folder: String)?>(nil)
    private let databases = Mutex(0)

    /// The address of a new database.
    package func freshDatabase() async throws -> String {
        let name = databases.withLock { number in
            number += 1
            return "db\(number)"
        }
        guard let programs = Self.programs else { throw StartError(description: "PostgreSQL is gone") }
        let made = try await Self.run(
            "\(programs)/createdb",
            ["-h", "127.0.0.1", "-p", "\(port)", "-U", "ringback", name]
        )
        .finished()
        guard made.exitCode == 0 else { throw StartError(description: "createdb failed: \(made.stderr)") }
        return address(name)
    }

    /// Runs statements, one after the other, as the owner of the server.
    package func run(_ statements: [String], in database: String = "postgres") async throws {
        guard let programs = Self.programs else { throw StartError(description: "PostgreSQL is gone") }
        let ended = try await Self.run(
            "\(programs)/psql",
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address(database)] + statements.flatMap { ["-c", $0] }
        )
        .finished()
        guard ended.exitCode == 0 else { throw StartError(description: "psql failed: \(ended.stderr)") }
    }

    private init(_ programs: String, _ folder: String, _ settings: [String: String]) async throws {
        var text =
            "fsync = off\nunix_socket_directories = '\(folder)'\nlisten_addresses = '127.0.0.1'\nlogging_collector = off\n"
        for (name, value) in settings { text += "\(name) = '\(value)'\n" }
        let file = "\(folder)/data/postgresql.auto.conf"
        // In place, so that the file stays the server's own.
        guard let handle = FileHandle(forWritingAtPath: file) else { throw StartError(description: "no \(file)") }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
        self.folder = folder
        // Another program may take the port between the look and the start.
        for _ in 0..<5 {
            let port = try Self.freePort()
            let program = try Self.run("\(programs)/postgres", ["-D", "\(folder)/data", "-p", "\(port)"])
            if await program.errorLine({ $0.contains("ready to accept connections") }) != nil {
                (self.port, process) = (port, Shared(program))
                return
            }
        }
        throw StartError(description: "the server of PostgreSQL did not start")
    }

    /// The address of a database.
    package func address(_ database: String = "postgres", user: String = "ringback", port: Int? = nil) -> String {
        "postgresql://\(user)@127.0.0.1:\(port ?? self.port)/\(database)"
    }

    /// Ends the server as an operator does: sessions are ended, what is committed stays.
    package func stop() async {
        let program = process.withLock { $0 }
        program.signal(SIGINT)
        _ = await program.finished()
    }

    /// Ends all of the server at once, as a power cut does.
    package func kill() async {
        let program = process.withLock { $0 }
        program.signal(SIGQUIT)
        _ = await program.finished()
    }

    /// Starts it again after ``stop()`` or ``kill()``, on the same port.
    package func start() async throws {
        guard let programs = Self.programs else { throw StartError(description: "PostgreSQL is gone") }
        let program = try Self.run("\(programs)/postgres", ["-D", "\(folder)/data", "-p", "\(port)"])
        guard await program.errorLine({ $0.contains("ready to accept connections") }) != nil else {
            throw StartError(description: "the server of PostgreSQL did not start again")
        }
        process.withLock { $0 = program }
    }

    /// The rows of a query, their columns apart by `|`.
    package func query(_ sql: String, of address: String) async throws -> [String] {
        guard let programs = Self.programs else { throw StartError(description: "PostgreSQL is gone") }
        let asked = try await Self.run(
            "\(programs)/psql",
            ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--dbname", address, "--command", sql]
        )
        .finished()
        guard asked.exitCode == 0 else { throw StartError(description: "psql failed: \(asked.stderr)") }
        return asked.stdout.split(separator: "\n").map { String($0) }
    }

    /// Starts a program that refuses to be run by root.
    static func run(_ program: String, _ arguments: [String]) throws -> Program {
        let variables = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
        guard getuid() == 0 else {
            return try Program(program, arguments, environment: variables, in: "/tmp", limit: .seconds(1200))
        }
        let drop = ["--reuid=postgres", "--regid=postgres", "--clear-groups", program]
        return try Program(
            "/usr/bin/setpriv",
            drop + arguments,
            environment: variables,
            in: "/tmp",
            limit: .seconds(1200)
        )
    }

    static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isFound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isFound else { throw StartError(description: "no free port") }
        return Int(address.sin_port.bigEndian)
    }
}
