import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunPipeline
import RunReport
import RunStore

/// `ringback store move`: moves what a home holds into the store that machines share.
struct StoreMoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Move the home's runs, events, deliveries and tokens to RINGBACK_DATABASE_URL.",
        discussion: """
            Runs keep their ids, deliveries what was tried, tokens their secret. All of it
            is moved in one transaction; if it is broken off, run it again: nothing is
            lost, and nothing is moved twice. It is refused while a service or a run uses
            the home. A copy of the home's database stays beside it. The audit log and the
            files of runs stay where they are; the log gets an entry.

            Examples:
              ringback store move --dry-run
              ringback store move
              ringback store move --home /var/lib/ringback --json
            """
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "Say what would be moved, and move nothing.")
    var dryRun = false

    func run() async throws {
        let (place, path, isDryRun) = (try StoreCommand.place(), common.homePath, dryRun)
        let outcome = try await CommandFailure.catching({ .usage("the home cannot be moved: \($0)") }) {
            guard try FileSystem.inspect(path) != nil else {
                throw CommandFailure.usage("there is no home \(path); name it with --home or RINGBACK_HOME")
            }
            if isDryRun { return try await StoreMove.rehearse(Home(inspecting: path), to: place) }
            return try await StoreMove.recorded(try Home(path: path), to: place, actor: .person(ThisProcess.user))
        }
        if common.json { return Console.output(outcome.json(isDryRun: isDryRun)) }
        if !common.quiet { Console.output(outcome.text(isDryRun: isDryRun, home: path)) }
        for name in outcome.tokensLeft {
            Console.error("ringback: warning: the token \(name) was not moved: the store has another of that name")
        }
    }
}

extension StoreMove.MoveResult {
    fileprivate func json(isDryRun: Bool) -> JSONValue {
        [
            "version": 1, "dryRun": .bool(isDryRun), "runs": .integer(counts.runs),
            "unfinishedRuns": .integer(counts.work.unfinishedRuns), "submissions": .integer(counts.submissions),
            "events": .integer(counts.events), "monitors": .integer(counts.monitors),
            "deliveries": .integer(counts.deliveries), "pendingDeliveries": .integer(counts.work.pendingDeliveries),
            "attempts": .integer(counts.attempts), "slots": .integer(counts.slots), "tokens": .integer(counts.tokens),
            "tokensLeft": .array(tokensLeft.map { .string($0) }), "backup": backup.map { .string($0) } ?? .null,
            "wasMoved": .bool(wasMoved),
        ]
    }

    fileprivate func text(isDryRun: Bool, home: String) -> String {
        if wasMoved { return "the rows of \(home) had been moved already; the move is finished now" }
        guard !counts.isNone else { return "\(home) has nothing to move" }
        func count(_ number: Int, _ what: String) -> String { NumberText.count(number, what) }
        let deliveries = "\(NumberText.count(counts.deliveries)) deliveries"
        var lines = [
            "\(isDryRun ? "would move" : "moved") \(count(counts.runs, "run")), \(count(counts.events, "event")), "
                + "\(deliveries), \(count(counts.tokens, "token"))",
            "to do: \(counts.work.description)",
        ]
        if let backup { lines.append("a copy of the home's database as it was: \(backup)") }
        return lines.joined(separator: "\n")
    }
}
