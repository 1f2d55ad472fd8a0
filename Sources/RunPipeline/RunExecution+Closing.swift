import AuditLog
import DialerEngine
import ExactJSON
import HTTPExchange
import Monitors
import RingbackHome
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient

/// The end of a run: the verdict, the monitors' last deliveries, the files and the checkpoint.
extension RunExecution {
    /// Waits for the monitors, judges the run, and sends its one message to the monitors that want that.
    ///
    /// - Throws: ``RunError`` if the run is left meanwhile, or if it cannot be read what the monitors have.
    func settleMonitors(_ settled: RunFacts) async throws -> RunResult {
        var facts = settled
        do { try await wait(for: monitors.ofEvents) } catch {
            facts.notes.append("the monitors were not waited for to the end: \(error)")
        }
        try requireStayingToTheEnd()
        // The verdict depends on these totals. A run that cannot read them ends with an error instead.
        facts.monitors = try await monitors.totals()
        facts.finishedAt = session.now()
        var result = RunResult(judging: facts)
        if let baseline = run.options.baseline { result.compare(with: baseline) }
        do {
            if !monitors.ofMessages.isEmpty {
                try await monitors.announce(result)
                try await wait(for: monitors.ofMessages)
                result.facts.monitors = try await monitors.totals()
            }
        } catch {
            result.facts.notes.append("it is not known which monitors have the message of the run: \(error)")
        }
        if let error = monitors.forwarder.storageError {
            result.facts.notes.append("forwarding to the monitors stopped: \(error)")
        }
        return result
    }

    /// Waits for required monitors until they have everything or the time is up, for the others one drain.
    private func wait(for waited: [ForwardedMonitor]) async throws {
        let drain = client.timeline.after(run.options.drain ?? run.target.drain)
        try await monitors.settle(waited, required: deadline, others: min(deadline, drain), on: client.timeline)
    }

    /// Writes the files and records the verdict.
    func close(_ judged: RunResult) async throws -> RunResult {
        var result = judged
        // A worker that lost the run says nothing of its end.
        try await session.store.checkLease()
        let files = RunFiles(directory: run.outputDirectory)
        let written: Result<Void, any Error>
        do {
            try await files.write(documentsOf: result, run.options)
            written = .success(try await files.writeEvents(store: session.store, run: row.rowID))
        } catch {
            // If the run is left, the next worker writes the files and stores the end.
            if RunError.isOfStoreThatPasses(error) { try requireStayingToTheEnd() }
            written = .failure(error)
        }
        CrashPoint.afterFiles.reach()
        // Before the end is stored, so that a run that has ended has its files wherever it is asked for.
        if case .success = written {
            try await session.store.keepFiles(RunStore.keptFiles, of: row.rowID, in: run.outputDirectory)
        }
        // The verdict is recorded even if the files could not be written.
        let checkpoint = try await record(result)
        try written.get()
        // The documents again, now with the checkpoint that covers the verdict. They are written before it too, so that
        // a run whose row says that it has ended always has its files, wherever its process dies.
        result.facts.auditCheckpoint = checkpoint
        try await files.write(documentsOf: result, run.options)
        try await session.store.keepFiles(RunStore.keptFiles, of: row.rowID, in: run.outputDirectory)
        do { try await anchor(checkpoint) } catch {
            var failure = RunError(
                .storage,
                "the run has ended, but its checkpoint could not be written: \(error)",
                cause: error
            )
            failure.hasFiles = true
            throw failure
        }
        return result
    }

    /// Records the verdict in the audit log, signs the log, and ends the row.
    private func record(_ result: RunResult) async throws -> AuditCheckpoint {
        CrashPoint.beforeVerdict.reach()
        // The entry first: a run whose row says that it has ended has its verdict in the log.
        let entry = try await trail.write(
            .verdict,
            result.verdict.rawValue,
            simulationID: result.facts.simulationID,
            payload: .object(present: [
                "exitCode": .integer(result.exitCode.rawValue),
                "failed": .array(result.assertions.filter { $0.verdict == .fail }.map { .string($0.name) }),
                "abandonment": result.facts.abandonmentRecord,
            ])
        )
        let checkpoint = try await trail.checkpoint()
        try await session.store.setVerdictEntry(origin: checkpoint.origin, seq: entry, of: row.rowID)
        var row = row
        row.simulationId = result.facts.simulationID
        row.state = StoredRun.State(result.exitCode)
        row.verdict = result.verdict.rawValue
        row.finishedAt = result.facts.finishedAt.milliseconds
        row.exitCode = result.exitCode.rawValue
        var ended = result
        ended.facts.auditCheckpoint = checkpoint
        try await session.store.finish(row, document: ended.json.bytes)
        return checkpoint
    }

    /// Sends the checkpoint to the files and monitors that the user named.
    ///
    /// - Throws: ``FileError`` if a file cannot be written; a monitor that does not take it is a warning.
    private func anchor(_ checkpoint: AuditCheckpoint) async throws {
        var waiting: [ForwardedMonitor] = []
        for anchor in run.options.anchors {
            switch anchor {
            case .file(let path):
                try await BlockingWork.run { try FileSystem.writeNamed(path, Array(checkpoint.note.utf8)) }
            case .monitor(let name):
                guard let monitor = monitors.all.first(where: { $0.name == name }) else { continue }
                let message: JSONValue =
                    monitor.monitor.kind.isMessage
                    ? ["text": .string("Audit checkpoint of run \(run.id)\n```\(checkpoint.note)```")]
                    : ["type": "audit.checkpoint", "runId": .string(run.id), "checkpoint": checkpoint.json]
                let (store, now) = (session.store, session.now())
                try await store.enqueue(message: message.bytes, as: "checkpoint", to: monitor.rowID, at: now)
                waiting.append(monitor)
            }
        }
        guard !waiting.isEmpty else { return }
        monitors.forwarder.wake()
        try await wait(for: waiting)
        for monitor in waiting {
            guard try await session.store.totals(of: [monitor.rowID]).pending > 0 else { continue }
            session.observe(
                .warning("the monitor \(monitor.name) has not taken the checkpoint yet; `ringback serve` goes on")
            )
        }
    }
}

extension RunFacts {
    /// The facts that records of abandonment are made of; `nil` if no call has ended.
    fileprivate var abandonmentRecord: JSONValue? {
        guard calls.ended > 0 else { return nil }
        let answers = calls.outcomes[.answered] ?? 0
        // Rules of the United States allow two seconds after the answer.
        let rules = scenario.compliance.indices.filter { index in
            [ComplianceProfile.usTSR, .usFCC].contains(scenario.compliance[index])
        }
        let late = rules.compactMap { calls.lateConnects.dropFirst($0).first }.max() ?? 0
        return [
            "campaignId": .string(payload.campaignID), "liveAnswers": .integer(answers),
            "connected": .integer(max(0, answers - calls.abandoned)), "abandoned": .integer(calls.abandoned),
            "connectedLate": .integer(late),
        ]
    }
}
