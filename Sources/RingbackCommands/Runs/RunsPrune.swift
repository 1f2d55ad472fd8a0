import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI

/// `ringback runs prune`: removes old runs.
struct RunsPrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove ended runs with their events, deliveries and files.",
        discussion: """
            A run stays while a delivery to a monitor is pending, while it holds a slot, and
            until it has ended. The audit log stays whole and gets an entry with the counts.
            Files that --out put outside of the home belong to you and stay.

            Examples:
              ringback runs prune --older-than 30d --dry-run
              ringback runs prune --keep 100
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup(visibility: .hidden) var store: StoreOptions

    @Option(help: .value("age", "Remove the runs that ended longer ago than this, such as 30d."))
    var olderThan: AgeArgument?

    @Option(help: .value("n", "Remove all but the newest runs of this number."))
    var keep: Int?

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    func validate() throws {
        if (olderThan == nil) == (keep == nil) { throw ValidationError("give either --older-than or --keep") }
        if let keep, keep < 0 { throw ValidationError("--keep must be 0 or more") }
    }

    func run() async throws {
        let (isDryRun, keep, age) = (dryRun, keep, olderThan?.milliseconds ?? 0)
        let pruning = try await StoredHome.with(common.homePath, "the runs cannot be removed") { home, store in
            let rule = keep.map { PruneRule.keepingNewest($0) } ?? .endedBefore(store.time.adding(milliseconds: -age))
            return try await RunHistory.prune(
                rule,
                in: home,
                store,
                isDryRun: isDryRun,
                actor: .person(ThisProcess.user)
            )
        }
        if common.json { return Console.output(pruning.json) }
        guard !common.quiet else { return }
        let what =
            "\(NumberText.count(pruning.runs.count, "run")), \(NumberText.count(pruning.counts.events, "event")), "
            + "\(NumberText.count(pruning.counts.deliveries)) deliveries, \(NumberText.count(pruning.folders, "folder"))"
        Console.output("\(isDryRun ? "would remove" : "removed") \(what)")
        if !pruning.pending.isEmpty {
            Console.output(
                "kept \(NumberText.count(pruning.pending.count, "run")) whose deliveries are pending; "
                    + "\"ringback deliveries list --state pending\" shows them"
            )
        }
        if !pruning.busy.isEmpty {
            Console.output("kept \(NumberText.count(pruning.busy.count, "run")) that another process works on")
        }
    }
}

/// An age: a duration that may have days and weeks.
struct AgeArgument: ExpressibleByArgument {
    var milliseconds: Int64

    init?(argument: String) {
        guard let milliseconds = AgeText.milliseconds(argument) else { return nil }
        self.milliseconds = milliseconds
    }
}

/// A day, a moment, or how long ago it was.
struct SinceArgument: ExpressibleByArgument {
    var timestamp: Timestamp

    init?(argument: String) {
        if let moment = MomentArgument(argument: argument) {
            timestamp = moment.timestamp
        } else if let age = AgeArgument(argument: argument) {
            timestamp = WallClock.now.adding(milliseconds: -age.milliseconds)
        } else {
            return nil
        }
    }
}
