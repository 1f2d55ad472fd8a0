import ExactJSON
import Monitors
import RingbackHome
import RunReport
import RunStore
import ScenarioFile
import SimulationClient
import Webhooks

/// A run's monitors: what is forwarded to them while it goes on, and what is waited for at its end.
struct MonitorDesk: Sendable {
    let store: RunStore
    /// The monitors as rows, in the order of the scenario.
    let rows: [StoredMonitor]
    let definitions: [MonitorDefinition]
    let forwarder: Forwarder
    let interruption: Interruption

    /// Forwards the events of a run while `body` runs.
    ///
    /// - Parameter owner: the row number of the run.
    static func with<Result>(
        _ monitors: [PreparedMonitor],
        of run: Run,
        owner: Int64,
        store: RunStore,
        home: Home,
        body: (MonitorDesk) async throws -> Result
    ) async throws -> Result {
        let rows = try await store.register(monitors.map { $0.definition.row(owner: owner) })
        let forwarded = zip(rows, monitors).map { row, monitor in
            ForwardedMonitor(number: row.number ?? 0, definition: monitor.definition, secret: monitor.secret)
        }
        return try await Forwarder.with(forwarded, store: store, home: home, forwarder: run.id) { forwarder in
            let desk = MonitorDesk(
                store: store,
                rows: rows,
                definitions: monitors.map(\.definition),
                forwarder: forwarder,
                interruption: run.interruption
            )
            return try await body(desk)
        }
    }

    /// What the inbox enqueues by.
    var routes: DeliveryRoutes? {
        let forwarder = forwarder
        let routes = zip(rows, definitions).compactMap { row, definition in
            row.number.flatMap { definition.route($0) }
        }
        return routes.isEmpty ? nil : DeliveryRoutes(routes) { forwarder.wake() }
    }

    /// The monitors that get every event.
    var ofEvents: [StoredMonitor] { rows.filter { $0.kind != Scenario.Monitor.Kind.slack.rawValue } }

    /// The monitors that get one message for the run.
    var ofMessages: [StoredMonitor] { rows.filter { $0.kind == Scenario.Monitor.Kind.slack.rawValue } }

    /// Waits until monitors have everything: the required ones and the others until a time of their own.
    func settle(
        _ rows: [StoredMonitor],
        required: Timeline.Instant,
        others: Timeline.Instant,
        on timeline: Timeline
    ) async throws {
        guard !rows.isEmpty else { return }
        let forwarder = forwarder
        _ = try await interruption.interrupting { () async -> Result<Void, any Error> in
            do {
                async let first = forwarder.settle(Self.numbers(rows, required: true), until: required, on: timeline)
                async let second = forwarder.settle(Self.numbers(rows, required: false), until: others, on: timeline)
                _ = try await (first, second)
                return .success(())
            } catch is CancellationError {
                return .success(())
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// Sends the one message of the run to the monitors that get no events.
    func announce(_ result: RunResult) async throws {
        let message = SlackMessage(result).json.bytes
        for row in ofMessages {
            guard let number = row.number else { continue }
            try await store.enqueue(message: message, to: number, at: WallClock.now)
        }
        forwarder.wake()
    }

    /// What became of everything so far.
    func totals() async throws -> [MonitorTotals] {
        var all: [MonitorTotals] = []
        for row in rows {
            guard let number = row.number else { continue }
            let counts = try await store.totals(of: number)
            var totals = MonitorTotals(name: row.name, kind: row.kind, required: row.required)
            (totals.delivered, totals.pending) = (counts.delivered, counts.pending)
            (totals.dead, totals.disabled) = (counts.dead, counts.disabled)
            totals.lastError = try await store.monitor(number)?.lastError
            all.append(totals)
        }
        return all
    }

    private static func numbers(_ rows: [StoredMonitor], required: Bool) -> [Int64] {
        rows.filter { $0.required == required }.compactMap(\.number)
    }
}

/// A monitor that can be delivered to: its key has been found.
struct PreparedMonitor: Sendable {
    let definition: MonitorDefinition
    let secret: WebhookSecret?

    /// The monitors of a scenario.
    ///
    /// - Throws: ``RunError`` that names every key that is missing or none.
    static func all(
        of scenario: Scenario,
        environment: (String) -> String?,
        folder: String
    ) throws(RunError) -> [PreparedMonitor] {
        var problems: [String] = []
        var prepared: [PreparedMonitor] = []
        for monitor in scenario.monitors {
            let definition = MonitorDefinition(monitor, schedule: .fast, folder: folder)
            do {
                prepared.append(PreparedMonitor(definition: definition, secret: try definition.secret(in: environment)))
            } catch {
                problems.append(error.description)
            }
        }
        guard problems.isEmpty else { throw RunError(.configuration, problems.joined(separator: "; ")) }
        return prepared
    }
}
