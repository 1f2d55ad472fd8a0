import ArgumentParser
import ExactJSON
import RingbackHome
import RunStore

/// `ringback store`: the store in PostgreSQL that machines share.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Set up the database that machines share, and move a home into it.",
        discussion: """
            Without RINGBACK_DATABASE_URL a home keeps runs, events, deliveries, slots and
            tokens in a file of its own. With it, every service and command on any
            machine uses that PostgreSQL. RINGBACK_DATABASE_URL_FILE names a file that
            holds the address, which may have a password.

            Examples:
              export RINGBACK_DATABASE_URL=postgresql://ringback@db.example/ringback
              ringback store migrate
              ringback store move --dry-run
            """,
        subcommands: [StoreMigrate.self, StoreMoveCommand.self]
    )

    /// The database that the environment names.
    static func place() throws -> SharedDatabase {
        guard case .shared(let place) = StorePlace.current else {
            throw CommandFailure.usage(
                "RINGBACK_DATABASE_URL is not set; it names the database, such as postgresql://USER@HOST:PORT/NAME"
            )
        }
        return place
    }
}

/// `ringback store migrate`: makes the tables, or brings them up to date.
struct StoreMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Make the tables in RINGBACK_DATABASE_URL, or bring them up to date.",
        discussion: """
            Run it as the owner of the schema, before services whose role may only read
            and write its tables. Services go on meanwhile; one that is too old for the
            new tables ends what it holds and takes nothing more. Tables that are up to
            date stay as they are.

            Examples:
              ringback store migrate
              RINGBACK_DATABASE_URL=postgresql://owner@db.example/ringback \\
                ringback store migrate --json
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let place = try StoreCommand.place()
        let migration = try await CommandFailure.catching({ .usage("the tables cannot be made: \($0)") }) {
            try await SharedStore.migrate(place)
        }
        if let warning = migration.warning { Console.error("ringback: \(warning)") }
        if common.json {
            return Console.output([
                "version": 1, "from": migration.from.map { .integer(Int($0)) } ?? .null,
                "to": .integer(Int(migration.to)), "schema": .string(migration.schema),
                "otherSchemas": .array(migration.otherSchemas.map { .string($0) }),
            ])
        }
        guard !common.quiet else { return }
        let (to, schema) = (migration.to, migration.schema)
        switch migration.from {
        case nil: Console.output("the tables were made in the schema \(schema), in version \(to)")
        case to?: Console.output("the tables in the schema \(schema) have version \(to) and stay as they are")
        case let from?: Console.output("the tables in the schema \(schema) were changed from version \(from) to \(to)")
        }
    }
}
