import Foundation
import RingbackHome
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// Databases that no command can use: which exit code, which words, at once, in one line, and never a password.
@Suite(.timeLimit(.minutes(5)))
struct SharedStoreRefusalTests {
    /// Commands that need the store; `FOLDER` is the workspace.
    static let commands: [[String]] = [
        ["runs", "list"], ["runs", "show", "01M821QA56X5ZM5PW62SPXZAGX"], ["runs", "prune", "--keep", "0"],
        ["inbox", "list"], ["inbox", "replay", "--all"], ["deliveries", "list"],
        ["deliveries", "replay", "--all-dead"],
        ["slots", "list"], ["slots", "release", "01M821QA56X5ZM5PW62SPXZAGX"], ["token", "list"],
        ["token", "create", "--name", "ci", "--role", "viewer"], ["token", "revoke", "ci"],
        ["report", "01M821QA56X5ZM5PW62SPXZAGX"], ["run", "FOLDER/scenario.yaml"],
        ["run", "FOLDER/scenario.yaml", "--baseline", "last-pass"], ["run", "--resume", "01M821QA56X5ZM5PW62SPXZAGX"],
        ["simulate", "FOLDER/spring.yaml", "--out", "FOLDER/out"],
        ["serve", "--listen", "127.0.0.1:0"],
    ]

    /// Expects every command to be refused in one line with these words.
    private func expect(_ address: String, exit code: Int32, _ words: String, commands: [[String]] = commands)
        async throws
    {
        try await Workspace.inMemory { workspace in
            try workspace.scenario()
            try BaselineTests.scenario("spring", in: workspace)
            for command in commands {
                let ended = await SharedDatabase.$patience.withValue(.milliseconds(200)) {
                    await workspace.command(command, environment: ["RINGBACK_DATABASE_URL": address])
                }
                #expect(ended.exitCode == code, "\(command): \(ended.stdout)\(ended.stderr)")
                let told = ended.stderr.split(separator: "\n").filter { $0.contains(words) }
                #expect(told.count == 1, "\(command): \(ended.stderr)")
                #expect(!(ended.stdout + ended.stderr).contains("s3cret"), "\(command): \(ended.stderr)")
            }
        }
    }

    /// A server that wants passwords of all but its owner, with databases and roles of every kind.
    private static func prepared(_ body: (PostgresServer) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            let rules = "\(folder)/rules.conf"
            let text = "host all ringback 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
            try Data(text.utf8).write(to: URL(filePath: rules))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            try await PostgresServer.with(settings: ["hba_file": rules]) { server in
                try await server.run([
                    "CREATE ROLE app LOGIN PASSWORD 's3cret-right'", "CREATE DATABASE plain",
                    "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
                    "CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
                    "CREATE DATABASE closed", "REVOKE CONNECT ON DATABASE closed FROM PUBLIC",
                ])
                try await body(server)
            }
        }
    }

    @Test func eachDatabaseThatCannotBeUsedIsToldAtOnce() async throws {
        try await Self.prepared { server in
            let place = "127.0.0.1:\(server.port)"
            try await expect(
                "postgresql://app:s3cret-wrong@\(place)/plain",
                exit: 2,
                "look at user and password in RINGBACK_DATABASE_URL"
            )
            let few = [["runs", "list"], ["run", "FOLDER/scenario.yaml"], ["serve", "--listen", "127.0.0.1:0"]]
            func refused(_ path: String, _ words: String) async throws {
                try await expect("postgresql://\(path)", exit: 2, words, commands: few)
            }
            try await refused("missing:s3cret@\(place)/plain", "password authentication failed for user \"missing\"")
            try await refused("app:s3cret-right@\(place)/missing", "database \"missing\" does not exist")
            try await refused("app@\(place)/plain", "no password supplied; give one in RINGBACK_DATABASE_URL")
            try await refused("app:s3cret-right@\(place)/latin", "the database has the encoding LATIN1")
            try await refused("app:s3cret-right@\(place)/ascii", "the database has the encoding SQL_ASCII")
            try await refused("app:s3cret-right@\(place)/closed", "permission denied for database \"closed\"")
            try await refused(
                "app:s3cret-right@\(place)/plain?sslmode=verify-full",
                "server does not support SSL, but SSL was required"
            )
        }
    }

    /// pgbouncer has one code for a mistake in the address and for a server that is away.
    @Test func whatAPoolerRefusesIsToldAtOnce() async throws {
        try await PostgresServer.with { server in
            try await Pooler.with(server, connections: 4) { pooler in
                let address = "postgresql://ringback@127.0.0.1:\(pooler.port)/postgres?options=-csearch_path%3Dpublic"
                let words = "take the options out of the address, and set them with ALTER ROLE"
                try await expect(
                    address,
                    exit: 2,
                    words,
                    commands: [["runs", "list"], ["store", "migrate"], ["serve"]]
                )
            }
        }
    }

    @Test func aRoleThatMayNotMakeTablesIsToldTheGrant() async throws {
        try await Self.prepared { server in
            let address = "postgresql://app:s3cret-right@127.0.0.1:\(server.port)/plain"
            let words =
                #"the role app may not make tables in the schema public; let its owner run "ringback store migrate", "#
                + #"or GRANT CREATE ON SCHEMA "public" TO "app""#
            try await expect(address, exit: 2, words, commands: [["run", "FOLDER/scenario.yaml"], ["serve"]])
            try await expect(address, exit: 2, "the database has no tables of Ringback", commands: [["runs", "list"]])
        }
    }

    @Test func aRoleWithTheFourRightsRunsAndPrunesAndALackOfOneIsNamed() async throws {
        try await Self.prepared { server in
            let address = "postgresql://app:s3cret-right@127.0.0.1:\(server.port)/plain"
            try await Workspace.inMemory { workspace in
                try workspace.scenario()
                func command(_ words: [String], _ address: String) async -> CommandRun {
                    await workspace.command(words, environment: ["RINGBACK_DATABASE_URL": address])
                }
                let made = await command(
                    ["token", "create", "--name", "ci", "--role", "viewer"],
                    server.address("plain")
                )
                #expect(made.exitCode == 0, "\(made.stderr)")
                let all = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app"
                try await server.run([all], in: "plain")
                let run = await command(["run", "FOLDER/scenario.yaml", "--out", "FOLDER/out"], address)
                #expect(run.exitCode == 0, "\(run.stderr)")
                let pruned = await command(["runs", "prune", "--keep", "0"], address)
                #expect(pruned.exitCode == 0 && pruned.stdout.contains("removed 1 run"), "\(pruned.stderr)")
            }
            // Tables of an older version that it may not change.
            try await server.run(["UPDATE ringbackSchema SET version = version - 1"], in: "plain")
            let words = "the role app may not make tables in the schema public"
            try await expect(address, exit: 2, words, commands: [["serve"]])
            let looked = try await Workspace.inMemory {
                await $0.command(["doctor"], environment: ["RINGBACK_DATABASE_URL": address])
            }
            #expect(looked.exitCode == 2 && looked.stdout.contains(words), "\(looked.stdout)")
            try await server.run(["UPDATE ringbackSchema SET version = version + 1"], in: "plain")
            try await server.run(["REVOKE SELECT ON tokens FROM app"], in: "plain")
            try await expect(
                address,
                exit: 2,
                "the role app lacks the right SELECT on the table tokens of the schema public; GRANT SELECT"
            )
            try await server.run(
                ["GRANT SELECT ON tokens TO app", "REVOKE SELECT ON ringbackSchema FROM app"],
                in: "plain"
            )
            try await expect(
                address,
                exit: 2,
                "lacks the right SELECT on the table ringbackschema",
                commands: [["runs", "list"], ["serve"]]
            )
        }
    }

    @Test(arguments: [
        ("mysql://u:s3cret@127.0.0.1/d", "it does not begin with postgresql://"), ("s3cret", "does not begin with"),
        ("postgresql://u:p@s3cret@127.0.0.1/d", "a password with @, /, ? or % in it has them as %40"),
        ("postgresql://u:p/s3cret@127.0.0.1/d", "a password with @, /, ? or % in it has them as %40"),
        ("postgresql://u:s3cret", "for connection option \"port\""), ("postgresql://u:%s3cret@127.0.0.1/d", "percent"),
        ("postgresql://127.0.0.1/d?s3cret", "RINGBACK_DATABASE_URL cannot be read as an address"),
        ("postgresql://127.0.0.1/d?sslmode=s3cret", "sslmode value"),
        ("postgresql://u:s3cret@[::1/d", "RINGBACK_DATABASE_URL cannot be read as an address"),
    ])
    func anAddressThatCannotBeReadIsToldWithoutItsParts(_ address: String, _ words: String) async throws {
        try await expect(address, exit: 2, words, commands: [["runs", "list"], ["run", "FOLDER/scenario.yaml"]])
    }

    @Test(arguments: ["127.0.0.1:1", "no-such-host.invalid"]) func aServerThatIsNotReachedIsWaitedFor(_ place: String)
        async throws
    {
        try await expect("postgresql://u:s3cret@\(place)/d", exit: 3, "the database cannot be used, and was waited for")
    }

    /// The commands that do not need the store do not look at it.
    @Test(arguments: [["validate", "FOLDER/spring.yaml"], ["simulate", "FOLDER/spring.yaml"]])
    func otherCommandsWork(_ command: [String]) async throws {
        try await Workspace.inMemory { workspace in
            try BaselineTests.scenario("spring", in: workspace)
            let ended = await workspace.command(command, environment: ["RINGBACK_DATABASE_URL": "nothing"])
            #expect(ended.exitCode == 0, "\(ended.stderr)")
        }
    }

    @Test func aMissingCertificateOfTheAuthorityIsNamed() async throws {
        try await TemporaryFolder.with { folder in
            let (key, certificate) = ("\(folder)/server.key", "\(folder)/server.crt")
            let request = [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                "-subj", "/CN=localhost",
            ]
            let made = try await Program("/usr/bin/openssl", request, environment: [:], in: folder).finished()
            try #require(made.exitCode == 0, "\(made.stderr)")
            if getuid() == 0, let user = getpwnam("postgres") {
                for path in [folder, key, certificate] { chown(path, user.pointee.pw_uid, user.pointee.pw_gid) }
            }
            chmod(key, 0o600)
            let settings = ["ssl": "on", "ssl_key_file": key, "ssl_cert_file": certificate]
            try await PostgresServer.with(settings: settings) { server in
                let address = server.address() + "?sslmode=verify-full&sslrootcert=/missing/root.crt"
                let missing = "root certificate file \"/missing/root.crt\" does not exist; name the certificate"
                try await expect(address, exit: 2, missing)
                try await expect(address, exit: 2, "with sslrootcert=FILE in RINGBACK_DATABASE_URL")
                let other = server.address() + "?sslmode=verify-full&sslrootcert=\(certificate)"
                let words = "look at host, sslmode and sslrootcert in RINGBACK_DATABASE_URL"
                try await expect(other, exit: 2, words, commands: [["runs", "list"]])
            }
        }
    }
}
