import Addresses
import ArgumentParser
import ExactJSON
import Monitors
import RingbackHome
import RunPipeline
import RunReport
import RunStore

/// `ringback deliveries replay`: sends deliveries again.
struct DeliveriesReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Send deliveries again, now: the same bytes under the same webhook-id.",
        discussion: """
            Without --state everything that is not delivered is sent. Each delivery
            gets three attempts within seconds; a monitor that keeps failing ends the
            replay, and what is left stays pending. The keys of monitors are read from
            the variables that the scenario names.

            Examples:
              ringback deliveries replay 17 18
              ringback deliveries replay --monitor qa
              ringback deliveries replay --all-dead
              ringback deliveries replay --state dead --since 2h
              ringback deliveries replay --monitor qa --since 2026-11-22T14:00:00Z --force

            Exit codes: 0 all delivered, 1 some are not, 2 nothing was sent, 4 stopped.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var selection: DeliverySelection

    @Flag(help: "All dead letters.")
    var allDead = false

    @Option(help: ArgumentHelp("Events that came since then: a time, or how long ago.", valueName: "time"))
    var since: TimeArgument?

    @Flag(help: "Delivered ones too: the monitor gets them a second time.")
    var force = false

    @Argument(help: ArgumentHelp("The ids of deliveries.", valueName: "id"))
    var ids: [Int64] = []

    func run() async throws {
        let query = try query()
        let line = MovingLine(common)
        let variables: @Sendable (String) -> String? = { Environment.value($0) }
        let (homePath, ids, force) = (common.homePath, ids, force)
        // A task of its own, so that Ctrl-C can stop it and what is left goes back into the queue.
        let work = Task {
            try await DeliveryHome.with(homePath) { home, store in
                try await Self.check(ids, force: force, in: store)
                let id = "replay\(RunID.make(at: WallClock.now))"
                guard let lock = try RunLock(home, runID: id) else { throw CommandFailure.usage("try again") }
                defer { lock.remove() }
                return try await Replay(store: store, home: home).send(
                    query,
                    variables: variables,
                    lockID: id,
                    progress: { over, selected in
                        line.draw("replayed \(NumberText.count(over)) of \(NumberText.count(selected))")
                    }
                )
            }
        }
        let watch = SignalWatch { work.cancel() }
        defer { withExtendedLifetime(watch) {} }
        let outcome: Replay.Outcome
        do {
            outcome = try await work.value
        } catch let error as Replay.RefusalError {
            throw CommandFailure.usage(error.description)
        } catch let error as CommandFailure {
            throw error
        } catch is CancellationError {
            line.clear()
            throw CommandFailure(code: .timedOut, message: "stopped; what is not delivered stays pending")
        } catch {
            throw CommandFailure(code: .refused, message: "the deliveries cannot be replayed: \(error)")
        }
        line.clear()
        tell(outcome)
        if !outcome.isComplete { throw CommandFailure(code: .assertionFailed) }
    }

    private func tell(_ outcome: Replay.Outcome) {
        if common.json { return Console.output(outcome.json.prettyText) }
        guard outcome.selected > 0 else { return Console.output("nothing to replay") }
        let others = [(outcome.dead, "dead"), (outcome.pending, "left pending"), (outcome.disabled, "disabled")]
        let counts = others.filter { $0.0 > 0 }.map { ", \(NumberText.count($0.0)) \($0.1)" }.joined()
        Console.output(
            "\(NumberText.count(outcome.delivered)) of \(NumberText.count(outcome.selected)) delivered\(counts)"
        )
        for (monitor, error) in outcome.errors.sorted(by: { $0.key < $1.key }) {
            Console.output("  \(PrintableText.line(monitor)): \(PrintableText.line(error))")
        }
    }

    /// What the flags select; nothing is selected by accident.
    private func query() throws -> DeliveryQuery {
        let names = selection.monitor != nil || selection.state != nil || selection.run != nil
        guard names || allDead || since != nil || !ids.isEmpty else {
            throw CommandFailure.usage("say what to replay: ids, --monitor, --state, --run, --since or --all-dead")
        }
        guard !allDead || (selection.state == nil && ids.isEmpty) else {
            throw CommandFailure.usage("--all-dead stands for --state dead; give one of them, and no ids")
        }
        guard selection.state != .delivered || force else {
            throw CommandFailure.usage("these are delivered; --force sends them a second time")
        }
        var query = selection.query
        query.ids = Set(ids)
        query.since = since?.timestamp
        if allDead { query.states = [.dead] }
        if query.states.isEmpty { query.states = force ? Set(DeliveryState.allCases) : [.pending, .dead, .disabled] }
        return query
    }

    /// Ids that are none, or delivered ones, are told before anything is sent.
    private static func check(_ ids: [Int64], force: Bool, in store: RunStore) async throws {
        for id in ids {
            guard let (delivery, _) = try await store.delivery(id) else {
                throw CommandFailure.usage("there is no delivery \(id)")
            }
            guard delivery.state != .delivered || force else {
                throw CommandFailure.usage("\(id) is delivered; --force sends it a second time")
            }
        }
    }
}
