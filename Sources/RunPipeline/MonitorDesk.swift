import ExactJSON
import Monitors
import RingbackHome
import RunReport
import RunStore
import ScenarioFile
import SimulationClient
import Webhooks

/// A run's monitors: events are forwarded to them while it goes on, and it waits for them at its end.
struct MonitorDesk: Sendable {
    let store: RunStore
    let forwarder: Forwarder
    let interruption: Interruption

    /// The monitors in the order of the scenario.
    var all: [ForwardedMonitor] { forwarder.monitors }
    /// The monitors that get every event.
    var ofEvents: [ForwardedMonitor] { all.filter { $0.monitor.kind != .slack } }
    /// The monitors that get one message for the run.
    var ofMessages: [ForwardedMonitor] { all.filter { $0.monitor.kind == .slack } }

    /// Waits until monitors have everything: the required ones and the others until a time of their own.
    func settle(
        _ monitors: [ForwardedMonitor],
        required: Timeline.Instant,
        others: Timeline.Instant,
        on timeline: Timeline
    ) async throws {
        guard !monitors.isEmpty else { return }
        let forwarder = forwarder
        _ = try await interruption.interrupting { () async -> Result<Void, any Error> in
            do {
                async let first = forwarder.settle(monitors.filter(\.monitor.required), until: required, on: timeline)
                async let second = forwarder.settle(
                    monitors.filter { !$0.monitor.required },
                    until: others,
                    on: timeline
                )
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
        for monitor in ofMessages {
            try await store.enqueue(message: message, to: monitor.rowID, at: WallClock.now)
        }
        forwarder.wake()
    }

    /// What became of everything so far.
    func totals() async throws -> [MonitorTotals] {
        var all: [MonitorTotals] = []
        for forwarded in self.all {
            let (monitor, counts) = (forwarded.monitor, try await store.totals(of: forwarded.rowID))
            var totals = MonitorTotals(name: monitor.name, kind: monitor.kind.rawValue, required: monitor.required)
            (totals.delivered, totals.pending) = (counts.delivered, counts.pending)
            (totals.dead, totals.disabled) = (counts.dead, counts.disabled)
            totals.lastError = try await store.monitor(forwarded.rowID)?.lastError
            all.append(totals)
        }
        return all
    }
}
