import ExactJSON
import Monitors
import RingbackHome
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI

extension RunPass {
    /// Gives the checkpoint to those outside who are to keep it.
    ///
    /// - Throws: ``FileError`` where a file cannot be written; what a monitor does with it is only told.
    func anchor(_ checkpoint: AuditCheckpoint) async throws {
        var waiting: [ForwardedMonitor] = []
        for anchor in run.options.anchors {
            switch anchor {
            case .file(let path):
                try await BlockingWork.run { try FileSystem.replace(path, with: Array(checkpoint.note.utf8)) }
            case .monitor(let name):
                guard let monitor = monitors.all.first(where: { $0.name == name }) else { continue }
                let message = monitor.monitor.kind == .slack ? slack(checkpoint) : json(checkpoint)
                try await session.store.enqueue(
                    message: message.bytes,
                    as: "checkpoint",
                    to: monitor.rowID,
                    at: WallClock.now
                )
                waiting.append(monitor)
            }
        }
        guard !waiting.isEmpty else { return }
        monitors.forwarder.wake()
        try await wait(for: waiting)
        for monitor in waiting {
            guard try await session.store.totals(of: monitor.rowID).pending > 0 else { continue }
            session.observe(
                .warning("the monitor \(monitor.name) has not taken the checkpoint yet; `ringback serve` goes on")
            )
        }
    }

    private func json(_ checkpoint: AuditCheckpoint) -> JSONValue {
        ["type": "audit.checkpoint", "runId": .string(run.id), "checkpoint": checkpoint.json]
    }

    private func slack(_ checkpoint: AuditCheckpoint) -> JSONValue {
        ["text": .string("Audit checkpoint of run \(run.id)\n```\(checkpoint.note)```")]
    }
}

extension RunFacts {
    /// The facts that records of abandonment are made of; `nil` where nothing was called.
    var abandonmentRecord: JSONValue? {
        guard calls.ended > 0 else { return nil }
        let answers = calls.outcomes[.answered] ?? 0
        // The clock of two seconds is that of the rules of the United States.
        let rules = scenario.compliance.indices.filter { index in
            [.named(.usTSR), .named(.usFCC)].contains(scenario.compliance[index])
        }
        let late = rules.compactMap { calls.lateConnects.dropFirst($0).first }.max() ?? 0
        return [
            "campaignId": .string(payload.campaignID), "liveAnswers": .integer(answers),
            "connected": .integer(max(0, answers - calls.abandoned)), "abandoned": .integer(calls.abandoned),
            "connectedLate": .integer(late),
        ]
    }
}
