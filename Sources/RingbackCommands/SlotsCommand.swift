import ArgumentParser
import ExactJSON
import RingbackHome
import RunPipeline
import RunReport
import RunStore

/// `ringback slots`: the organisation's slots, which all runs of a home share.
struct SlotsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slots",
        abstract: "List the slots that runs hold or wait for, and free one.",
        discussion: """
            A slot is the right to have one active simulation. A run holds its slot until
            its simulation is seen ended. The slot of a run that is over stays occupied
            while its simulation may still run; if it can no longer be seen, a waiting
            run takes the slot after limits.slotHold of the scenario (default 1h).

            Examples:
              ringback slots list
              ringback slots release 01M821QA56X5ZM5PW62SPXZAGX
            """,
        subcommands: [SlotsList.self, SlotsRelease.self],
        defaultSubcommand: SlotsList.self
    )
}

/// `ringback slots list`: who holds the slots, and who waits.
struct SlotsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the slots that runs hold or wait for. Changes nothing.",
        discussion: """
            Examples:
              ringback slots list
              ringback slots list --json | jq -r '.items[] | select(.isOver) | .runId'
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let items = try await StoredHome.reading(common.homePath, "the slots cannot be listed") { reader in
            var items: [SlotItem] = []
            for ticket in try await reader.tickets() {
                items.append(SlotItem(ticket, isOver: try await !reader.isAlive(ticket.runId)))
            }
            return items
        }
        if common.json { return Console.output(["items": .array(items.map(\.json))]) }
        guard !items.isEmpty else { return Console.output("no run holds a slot or waits for one") }
        let heads = ["RUN", "SLOT", "PROCESS", "LAST SEEN", "SIMULATION", "POOL"]
        Console.output(TextColumns.table([heads] + items.map(\.cells)))
    }
}

/// `ringback slots release`: frees the slot of a run that is over.
struct SlotsRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Free the slot of a run that is over. Sends nothing.",
        discussion: """
            A simulation of the run may still be active: the API then refuses the next one
            until there is room, and runs queue for it. The audit log has the release.

            Example:
              ringback slots release 01M821QA56X5ZM5PW62SPXZAGX --json
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup(visibility: .hidden) var store: StoreOptions

    @Argument(help: .value("run-id", "The run that holds the slot."))
    var runID: String

    func run() async throws {
        let id = runID
        let item = try await StoredHome.with(common.homePath, "the slot cannot be freed") { home, store in
            guard let ticket = try await store.ticket(of: id) else {
                throw CommandFailure.usage(
                    "the run \(id) holds no slot and waits for none; \"ringback slots list\" shows the runs that do"
                )
            }
            // Held meanwhile, so that the run cannot be resumed at the same time.
            let item = try await store.working(on: id) { store in
                try await Run.releaseSlot(ticket, in: home, store, actor: ThisProcess.user)
                return SlotItem(ticket, isOver: true)
            }
            guard let item else {
                throw CommandFailure.usage("the run \(id) is still going on; stop it first, which frees its slot")
            }
            return item
        }
        if common.json { return Console.output(item.json) }
        if !common.quiet { Console.output("the slot of the run \(id) is free") }
    }
}

/// A ticket as it is shown.
private struct SlotItem {
    let ticket: SlotTicket
    let isOver: Bool

    init(_ ticket: SlotTicket, isOver: Bool) { (self.ticket, self.isOver) = (ticket, isOver) }

    private var seen: String? { ticket.intendedAt.map { Timestamp(milliseconds: $0).description } }

    /// The origin, and the organisation if it is known.
    private var pool: String { ticket.pool.hasSuffix(" ") ? String(ticket.pool.dropLast()) : ticket.pool }

    var cells: [String] {
        [
            ticket.runId, ticket.slot.map { String($0) } ?? "waits", isOver ? "over" : "going on", seen ?? "–",
            ticket.simulationId ?? "–", pool,
        ]
    }

    var json: JSONValue {
        .object(present: [
            "runId": .string(ticket.runId), "state": .string(ticket.held ? "held" : "waiting"),
            "slot": ticket.slot.map { .integer($0) }, "pool": .string(pool), "isOver": .bool(isOver),
            "tag": .string(ticket.wireTag), "simulationId": ticket.simulationId.map { .string($0) },
            "lastSeenAt": seen.map { .string($0) },
        ])
    }
}
