import ArgumentParser
import ExactJSON
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import SimulationAPI

/// `ringback runs`: the history of the home.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List, show and compare the runs of the home, and remove old ones.",
        discussion: """
            The home keeps every run, and every simulation that was given --out: its
            verdict, its exit code, and the document of its result.

            Examples:
              ringback runs list --scenario spring-renewals
              ringback runs show 01M821QA56X5ZM5PW62SPXZAGX
              ringback runs diff 01M821QA56X5ZM5PW62SPXZAGX 01M8Q2T4B70FZC2M3PZ7W0A5JD
              ringback runs prune --older-than 30d --dry-run
            """,
        subcommands: [RunsList.self, RunsShow.self, RunsDiff.self, RunsPrune.self],
        defaultSubcommand: RunsList.self
    )
}

/// `ringback runs list`: the runs of the home, newest first.
struct RunsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the runs of the home, newest first. Changes nothing.",
        discussion: """
            Examples:
              ringback runs list
              ringback runs list --state failed --since 7d
              ringback runs list --json | jq -r '.items[].id'
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: .value("state", "Only runs in this state."))
    var state: StoredRun.State?

    @Option(help: .value("name", "Only runs of the scenario of this name."))
    var scenario: String?

    @Option(help: .value("time|ago", "Only runs that started at this time or later."))
    var since: SinceArgument?

    @Option(help: .value("n", "The most runs to list (1…1000000)."))
    var limit = 100

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000000") }
    }

    func run() async throws {
        var query = HistoryQuery()
        query.state = state
        query.scenario = scenario
        query.since = since?.timestamp
        query.limit = limit
        let wanted = query
        let items = try await StoredHome.reading(common.homePath, "the runs cannot be listed") { reader in
            var items: [HistoryItem] = []
            for run in try await reader.runs(wanted) { items.append(try await HistoryItem(run, reader)) }
            return items
        }
        if common.json { return Console.output(["version": 1, "items": .array(items.map(\.json))]) }
        guard !items.isEmpty else { return Console.output("no run matches") }
        let heads = ["STARTED", "RUN", "COMMAND", "STATE", "EXIT", "SCENARIO"]
        Console.output(TextColumns.table([heads] + items.map(\.cells), limit: 80))
    }
}

/// `ringback runs show`: one run, with its result.
struct RunsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one run of the home: what it was, what it kept, its result. Changes nothing.",
        discussion: """
            Examples:
              ringback runs show 01M821QA56X5ZM5PW62SPXZAGX
              ringback runs show 01M821QA56X5ZM5PW62SPXZAGX --json | jq .result.metrics
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: .value("run-id", "The run."))
    var runID: String

    func run() async throws {
        let id = runID
        let (item, counts, result) = try await StoredHome.reading(common.homePath, "the run cannot be shown") {
            reader in
            guard let run = try await reader.run(id: id) else {
                throw CommandFailure.usage("there is no run \(id) in this home; \"ringback runs list\" shows the runs")
            }
            let result = try? await ResultSource.document(of: run, reader)
            return (try await HistoryItem(run, reader), try await reader.counts(of: run), result)
        }
        if common.json {
            guard case .object(let members) = item.json else { return }
            let more: [JSONValue.Member] = [
                .init("version", 1), .init("events", .integer(counts.events)),
                .init("deliveries", .integer(counts.deliveries)),
                .init("pendingDeliveries", .integer(counts.pendingDeliveries)), .init("result", result ?? .null),
            ]
            return Console.output(.object(members + more))
        }
        let kept =
            "\(NumberText.count(counts.events, "event")), \(NumberText.count(counts.deliveries)) deliveries to monitors"
            + (counts.pendingDeliveries > 0 ? ", \(NumberText.count(counts.pendingDeliveries)) pending" : "")
        Console.output(item.lines.joined(separator: "\n") + "\nkept      \(kept)")
        guard let document = result.flatMap({ ResultDocument($0) }) else { return }
        Console.output("")
        Console.output(ResultText(document, style: Console.outputStyle, width: Console.width).text)
    }
}

/// `ringback runs diff`: two results side by side.
struct RunsDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two results: the first is the baseline of the second. Changes nothing.",
        discussion: """
            A result is a run of the home, a result.json, or a folder that has one. Results
            of the same seed and number of replications are compared in pairs. It judges
            nothing: the exit code is 0.

            Examples:
              ringback runs diff 01M821QA56X5ZM5PW62SPXZAGX 01M8Q2T4B70FZC2M3PZ7W0A5JD
              ringback runs diff before/result.json after --json
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: .value("run-id|file", "The baseline."), completion: .file())
    var first: String

    @Argument(help: .value("run-id|file", "What is compared with it."), completion: .file())
    var second: String

    func run() async throws {
        let (first, second, home) = (first, second, common.homePath)
        let comparison = try await CommandFailure.catching {
            let baseline = try Baseline(
                await ResultSource(first, home: home).document(),
                called: first,
                gate: nil
            )
            let document = try await ResultSource(second, home: home).document()
            guard let comparison = baseline.finding(on: document).comparison else {
                throw CommandFailure.usage(
                    "\(second) holds no result of a run or of a simulation that could be compared"
                )
            }
            return comparison
        }
        if common.json {
            guard case .object(let members) = comparison.json else { return }
            return Console.output(.object([.init("version", 1), .init("current", .string(second))] + members))
        }
        Console.output(comparison.lines(style: Console.outputStyle, width: Console.width).joined(separator: "\n"))
    }
}

extension StoredRun.State: ExpressibleByArgument {}

/// A run of the history as it is shown.
struct HistoryItem {
    let run: StoredRun
    /// Whether a process works on it.
    let isAlive: Bool

    init(_ run: StoredRun, _ reader: HomeReader) async throws {
        self.run = run
        isAlive = if run.state == .running { try await reader.isAlive(run.id) } else { false }
    }

    private var startedAt: String { Timestamp(milliseconds: run.startedAt).description }
    private var finishedAt: String? { run.finishedAt.map { Timestamp(milliseconds: $0).description } }
    private var folder: String? { run.folder }

    /// The state in words: a run without a process that has not ended can be resumed.
    private var stateText: String { run.state == .running && !isAlive ? "died" : run.state.rawValue }

    var cells: [String] {
        [
            startedAt, run.id, run.kind.rawValue, stateText, run.exitCode.map { String($0) } ?? "–", run.scenario,
        ]
    }

    var lines: [String] {
        let rows: [(String, String?)] = [
            ("run", run.id), ("command", run.kind.rawValue), ("scenario", run.scenario),
            ("state", stateText + (run.exitCode.map { ", exit \($0)" } ?? "")), ("started", startedAt),
            ("finished", finishedAt), ("target", run.kind == .run ? "\(run.target.rawValue) \(run.origin)" : nil),
            ("simulation", run.simulationId), ("files", folder),
        ]
        return rows.compactMap { name, value in value.map { "\(TextColumns.leading(name, 10))\($0)" } }
    }

    var json: JSONValue {
        let isRun = run.kind == .run
        return [
            "id": .string(run.id), "kind": .string(run.kind.rawValue), "scenario": .string(run.scenario),
            "state": .string(run.state.rawValue), "isAlive": .bool(isAlive),
            "verdict": run.verdict.map { .string($0) } ?? .null, "exitCode": run.exitCode.map { .integer($0) } ?? .null,
            "target": isRun ? .string(run.target.rawValue) : .null, "origin": isRun ? .string(run.origin) : .null,
            "simulationId": run.simulationId.map { .string($0) } ?? .null, "startedAt": .string(startedAt),
            "finishedAt": finishedAt.map { .string($0) } ?? .null, "folder": folder.map { .string($0) } ?? .null,
        ]
    }
}
