import ArgumentParser
import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// `ringback deliveries`: what was forwarded to QA monitors, and what was not.
struct DeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "The forwarding queue and the dead letters of QA monitors.",
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

/// The flags that choose deliveries.
struct DeliverySelection: ParsableArguments {
    @Option(help: ArgumentHelp("Those of monitors of this name.", valueName: "name"))
    var monitor: String?

    @Option(help: ArgumentHelp("Those in this state: pending, delivered, dead or disabled.", valueName: "state"))
    var state: DeliveryState?

    @Option(help: ArgumentHelp("Those of events of this run.", valueName: "run-id"))
    var run: String?

    /// The query of the flags.
    var query: DeliveryQuery {
        var query = DeliveryQuery()
        query.monitor = monitor
        query.states = state.map { [$0] } ?? []
        query.runID = run
        return query
    }
}

/// A point in time on the command line: RFC 3339, or how long ago.
struct TimeArgument: ExpressibleByArgument {
    var timestamp: Timestamp

    init?(argument: String) {
        if let timestamp = Timestamp(argument) {
            self.timestamp = timestamp
        } else if let ago = DurationArgument(argument: argument) {
            timestamp = WallClock.now.adding(milliseconds: -Int64(ago.duration / .milliseconds(1)))
        } else {
            return nil
        }
    }
}

extension DeliveryState: ExpressibleByArgument {}

/// The home whose deliveries are wanted.
enum DeliveryHome {
    /// Opens the database of a home that is there; nothing is made.
    static func with<Result>(_ path: String, body: (Home, RunStore) async throws -> Result) async throws -> Result {
        guard try FileSystem.inspect(Home(inspecting: path).databasePath) != nil else {
            throw CommandFailure.usage("there is no database in \(path); name the home with --home or RINGBACK_HOME")
        }
        let home = try Home(path: path)
        return try await RunStore.with(home) { store in try await body(home, store) }
    }

    /// Turns what stands in the way into the end of a command.
    static func failing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(code: .refused, message: "the deliveries cannot be read: \(error)")
        }
    }
}
