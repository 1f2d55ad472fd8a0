import ExactJSON
import HTTPExchange
import Monitors
import RingbackHome
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient
import Webhooks

/// A run's monitors: its events are forwarded to them while it goes on, and it waits for them at its end.
struct RunMonitors: Sendable {
    let session: RunSession
    let forwarder: Forwarder

    var all: [ForwardedMonitor] { forwarder.monitors }
    var ofEvents: [ForwardedMonitor] { all.filter { !$0.monitor.kind.isMessage } }
    var ofMessages: [ForwardedMonitor] { all.filter { $0.monitor.kind.isMessage } }

    /// Waits until monitors have everything, or the run is interrupted; required ones and others have time limits of their own.
    func settle(
        _ monitors: [ForwardedMonitor],
        required: Timeline.Instant,
        others: Timeline.Instant,
        on timeline: Timeline
    ) async throws {
        guard !monitors.isEmpty else { return }
        let forwarder = forwarder
        let (demanded, optional) = (monitors.filter(\.monitor.required), monitors.filter { !$0.monitor.required })
        do {
            try await session.run.interruption.interruptibly {
                async let first = forwarder.settle(demanded, until: required, on: timeline)
                async let second = forwarder.settle(optional, until: others, on: timeline)
                _ = try await (first, second)
            }
        } catch {
            // An interruption ends the wait, whatever error the cancelled read of the store gives.
            guard session.run.interruption.isRequested else { throw error }
        }
    }

    /// Sends the one message of the run to the monitors that get no events.
    func announce(_ result: RunResult) async throws {
        let message = SlackMessage(result).json.bytes
        for monitor in ofMessages {
            try await session.store.enqueue(message: message, to: monitor.rowID, at: session.now())
        }
        forwarder.wake()
    }

    /// What has been delivered so far, in the order of the scenario.
    func totals() async throws -> [MonitorTotals] {
        var all: [MonitorTotals] = []
        for forwarded in self.all {
            let (monitor, counts) = (forwarded.monitor, try await session.store.totals(of: [forwarded.rowID]))
            var totals = MonitorTotals(name: monitor.name, kind: monitor.kind.rawValue, required: monitor.required)
            (totals.delivered, totals.pending) = (counts.delivered, counts.pending)
            (totals.dead, totals.disabled) = (counts.dead, counts.disabled)
            totals.lastError = try await session.store.monitor(forwarded.rowID)?.lastError
            all.append(totals)
        }
        return all
    }
}

/// The message of a run to a Slack incoming webhook: the verdict, the numbers, and what failed.
struct SlackMessage {
    private let result: RunResult

    init(_ result: RunResult) { self.result = result }

    var json: JSONValue { ["text": .string(text)] }

    private var text: String {
        let facts = result.facts
        let failed = result.assertions.filter { $0.verdict == .fail }
        var lines = [
            "*\(result.verdict.rawValue.uppercased())* \(Self.escaped(facts.scenario.name)) (run \(facts.runID), \(facts.target.rawValue))",
            "\(facts.callsAttempted) calls attempted, \(facts.calls.completed) completed, \(facts.calls.abandoned) abandoned; "
                + "\(facts.webhooks.received) webhooks received, \(facts.webhooks.lost) calls lost",
        ]
        if let reason = facts.ending.reason { lines.append(Self.escaped("\(facts.ending.title): \(reason)")) }
        lines += failed.prefix(5).map { "• " + Self.escaped("\($0.title): \($0.observed), expected \($0.expected)") }
        if failed.count > 5 { lines.append("• and \(failed.count - 5) more") }
        return lines.joined(separator: "\n")
    }

    /// The text with Slack's three control characters escaped and line breaks replaced.
    private static func escaped(_ text: String) -> String {
        String(text.prefix(300)).unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case let scalar where scalar.value < 0x20 || scalar.value == 0x7F: " "
            default: String(scalar)
            }
        }.joined()
    }
}
