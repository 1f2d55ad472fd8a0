import ArgumentParser
import RingbackHome
import RunReport
import RunStore

/// `ringback deliveries`: the events that go to QA monitors.
struct DeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "List, show and resend the deliveries to QA monitors.",
        discussion: """
            Every accepted event is forwarded to the scenario's monitors. A delivery
            is pending, delivered, dead (given up, with a reason) or disabled (the
            monitor answered 410).

            Examples:
              ringback deliveries list --state dead
              ringback deliveries show 17
              ringback deliveries replay --all-dead
            """,
        subcommands: [DeliveriesList.self, DeliveriesShow.self, DeliveriesReplay.self]
    )
}

/// The options that choose deliveries.
struct DeliverySelection: ParsableArguments {
    @Option(help: .value("name", "Only deliveries to monitors of this name."))
    var monitor: String?

    @Option(help: .value("state", "Only deliveries in this state."))
    var state: DeliveryState?

    @Option(help: .value("run-id", "Only deliveries of events of this run."))
    var run: String?

    var query: DeliveryQuery {
        var query = DeliveryQuery()
        query.monitor = monitor
        query.states = state.map { [$0] } ?? []
        query.runID = run
        return query
    }
}

/// The database of a home, as commands open it.
enum StoredHome {
    /// Opens the database of an existing home; a mistyped path creates nothing.
    ///
    /// - Parameter failure: what cannot be done then, for the message of an error.
    static func with<Result>(
        _ path: String,
        _ failure: String,
        body: (Home, RunStore) async throws -> Result
    ) async throws -> Result {
        try await existing(path, failure) {
            let home = try Home(path: path)
            return try await RunStore.with(home) { try await body(home, $0) }
        }
    }

    /// Reads the database of an existing home, which may be read-only.
    static func reading<Result>(
        _ path: String,
        _ failure: String,
        body: (HomeReader) async throws -> Result
    ) async throws -> Result {
        try await existing(path, failure) { try await body(HomeReader(Home(inspecting: path))) }
    }

    private static func existing<Result>(
        _ path: String,
        _ failure: String,
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await CommandFailure.catching({ .usage("\(failure): \($0)") }) {
            let home = Home(inspecting: path)
            guard try home.store != .home || FileSystem.inspect(home.databasePath) != nil else {
                throw CommandFailure.usage(
                    "there is no database in \(path); name the home with --home or RINGBACK_HOME"
                )
            }
            return try await body()
        }
    }
}
