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
        abstract: "Send deliveries again, now: the same bytes with the same webhook-id.",
        discussion: """
            Without --state, everything that is not delivered is sent. Each delivery
            gets three attempts within seconds. If a monitor keeps failing, the replay
            ends, and the rest stays pending. The keys of monitors are read from the
            variables that the scenario names.

            Examples:
              ringback deliveries replay 17 18
              ringback deliveries replay --monitor qa
              ringback deliveries replay --all-dead
              ringback deliveries replay --state dead --since 2h
              ringback deliveries replay --monitor qa --since 2026-11-22T14:00:00Z --force

            Exit codes: 0 all delivered, 1 some not delivered, 2 nothing sent, 4 stopped.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup(visibility: .hidden) var store: StoreOptions
    @OptionGroup var selection: DeliverySelection

    @Flag(help: "All dead deliveries.")
    var allDead = false

    @Option(help: .value("time|ago", "Only events received since then: a time, or how long ago."))
    var since: TimeArgument?

    @Flag(help: "Send delivered ones too; the monitor gets them a second time.")
    var force = false

    @Argument(help: .value("id", "The ids of deliveries."))
    var ids: [Int64] = []

    func run() async throws {
        let query = try query()
        let line = MovingLine(common)
        defer { line.clear() }
        let variables: @Sendable (String) -> String? = { Environment.value($0) }
        let (homePath, ids, force) = (common.homePath, ids, force)
        // What a signal leaves undone goes back into the queue.
        let totals = try await SignalWatch.cancelling {
            try await StoredHome.with(homePath, "the deliveries cannot be replayed") { home, store in
                try await Self.check(ids, force: force, in: store)
                let id = "replay\(RunID.make(at: WallClock.now))"
                do {
                    let totals = try await store.working(on: id) { store in
                        let replay = DeliveryReplay(store: store, home: home)
                        return try await replay.send(query, variables: variables, lockID: id) { over, selected in
                            line.draw("replayed \(NumberText.count(over)) of \(NumberText.count(selected))")
                        }
                    }
                    guard let totals else { throw CommandFailure.usage("try again") }
                    return totals
                } catch let error as DeliveryReplay.RefusalError {
                    throw CommandFailure.usage(error.description)
                } catch is CancellationError {
                    throw CommandFailure(code: .timedOut, message: "stopped; undelivered events stay pending")
                }
            }
        }
        line.clear()
        show(totals)
        if !totals.isComplete { throw CommandFailure(code: .assertionFailed) }
    }

    private func show(_ totals: ReplayTotals) {
        if common.json { return Console.output(totals.json) }
        guard totals.selected > 0 else { return Console.output("nothing to replay") }
        let others = [(totals.dead, "dead"), (totals.pending, "left pending"), (totals.disabled, "disabled")]
        let counts = others.filter { $0.0 > 0 }.map { ", \(NumberText.count($0.0)) \($0.1)" }.joined()
        Console.output(
            "\(NumberText.count(totals.delivered)) of \(NumberText.count(totals.selected)) delivered\(counts)"
        )
        for (monitor, error) in totals.errors.sorted(by: { $0.key < $1.key }) {
            Console.output("  \(PrintableText.line(monitor)): \(PrintableText.line(error))")
        }
    }

    /// The query of the options, which must select something.
    private func query() throws -> DeliveryQuery {
        let names = selection.monitor != nil || selection.state != nil || selection.run != nil
        guard names || allDead || since != nil || !ids.isEmpty else {
            throw CommandFailure.usage("choose what to replay: ids, --monitor, --state, --run, --since or --all-dead")
        }
        guard !allDead || (selection.state == nil && ids.isEmpty) else {
            throw CommandFailure.usage("--all-dead means --state dead; use one of them, without ids")
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

    /// Throws before anything is sent if an id does not exist or is delivered already.
    private static func check(_ ids: [Int64], force: Bool, in store: RunStore) async throws {
        for id in ids {
            guard let delivery = try await store.delivery(id)?.delivery else {
                throw CommandFailure.usage("there is no delivery \(id)")
            }
            guard delivery.state != .delivered || force else {
                throw CommandFailure.usage("\(id) is delivered; --force sends it a second time")
            }
        }
    }
}
