import Addresses
import DialerEngine
import ExactJSON
import HTTPExchange
import ScenarioFile
import SimulationAPI

/// Runs one simulation: the engine's events become the record's counts and webhooks.
struct SimulationRunner: Sendable {
    let record: SimulationRecord
    let service: SandboxService
    let sender: WebhookSender
    let seed: UInt32
    let speed: SandboxConfiguration.Speed
    /// The fault to inject.
    var fault: FaultPlan.Fault?

    private struct InjectedFailure: Error { var code: String }

    func run() async {
        guard service.update(record.id, { $0.advance(to: .running) }) == true else { return }
        var failure: (code: String, message: String)?
        do {
            try await play()
        } catch let error as SimulationError {
            failure = (error.word, "\(error)")
        } catch let error as InjectedFailure {
            failure = (error.code, "a fault rule of the sandbox makes this simulation fail")
        } catch {
            return
        }
        await record.deliveries.wait(for: .firstAttempts)
        guard !Task.isCancelled else { return }
        _ = service.update(record.id) { record in
            if let failure {
                record.fail(failure.code, failure.message)
            } else {
                record.advance(to: .completed)
            }
        }
    }

    /// Plays the calls of the contact centre, or those of agents who never run short.
    ///
    /// - Throws: `SimulationError` if the engine cannot go on, `CancellationError` if the simulation was cancelled.
    private func play() async throws {
        let replication = UInt32(truncatingIfNeeded: record.ordinal)
        if let experiment = record.request.experiment {
            var traffic = try ContactCenterTraffic(experiment, replication: replication)
            try await play { try traffic.next() }
            let causes = traffic.idleCauses
            service.update(record.id) { $0.idleCauses = causes }
        } else {
            var traffic = CallTraffic(
                CallTraffic.Configuration(
                    outcomeProbabilities: record.payload.outcomes.probabilities,
                    concurrencyLimit: record.payload.concurrencyLimit,
                    maxCalls: record.payload.maxCalls,
                    seed: seed,
                    replication: replication
                )
            )
            try await play { traffic.next() }
        }
    }

    private func play(_ next: () throws -> CallEvent?) async throws {
        let url = record.payload.webhookURL.flatMap { HTTPURL($0) }
        let timeline = service.environment.timeline
        let start = timeline.now
        var eventCount = 0
        while let event = try next() {
            eventCount += 1
            if case .factor(let factor) = speed {
                try await timeline.sleep(until: start.advanced(by: .seconds(event.time / factor)))
            } else if eventCount.isMultiple(of: 512) {
                await Task.yield()
            }
            if fault != nil { try await goWrong(before: event) }
            let isRunning = service.update(record.id) { record in
                if record.state == .running { record.count(event) }
                return record.state == .running
            }
            guard !Task.isCancelled, isRunning == true else { throw CancellationError() }
            if let url { deliver(event, to: url) }
            await record.deliveries.wait(for: .room)
        }
        // The shifts were over or the list was exhausted before half of `maxCalls`.
        try await goWrong()
    }

    /// Fails or stalls, if asked to, when half of the calls are dialled, or at the end if there are fewer.
    private func goWrong(before event: CallEvent? = nil) async throws {
        if let event {
            guard event.phase == .dialing, event.attempt >= record.payload.maxCalls / 2 else { return }
        }
        if case .failSimulation(let code) = fault { throw InjectedFailure(code: code) }
        guard fault == .stall else { return }
        while service.update(record.id, { $0.state == .running }) == true {
            try await service.environment.sleep(seconds: 0.05)
        }
        throw CancellationError()
    }

    private func deliver(_ event: CallEvent, to url: HTTPURL) {
        let timestamp = record.createdAt.adding(milliseconds: Int64(event.time * 1000))
        let dialled = record.createdAt.adding(milliseconds: Int64(event.startedAt * 1000))
        let body = SimulationEvent(
            simulationID: record.id,
            callID: callID(event.attempt),
            state: CallState(event.phase),
            timestamp: timestamp,
            outcome: event.outcome.map { CallOutcome($0) },
            durationMs: timestamp.milliseconds - dialled.milliseconds
        )
        sender.send(
            Delivery(
                webhookID: Identifiers.webhook(at: timestamp),
                url: url,
                body: body.json.bytes,
                lane: Int(truncatingIfNeeded: event.attempt),
                ledger: record.deliveries
            )
        )
    }

    /// An id that follows from the order of requests and calls alone.
    private func callID(_ attempt: UInt64) -> String {
        let number = String(attempt + 1)
        return "call-\(record.ordinal)-" + String(repeating: "0", count: max(0, 7 - number.count)) + number
    }
}

extension SimulationError {
    /// The code of the error in the simulation's status.
    fileprivate var word: String {
        switch code {
        case .neverDials: "pacing_never_dials"
        case .timeStandsStill: "time_stands_still"
        case .invalid: "contact_center_invalid"
        case .warmUpOutlastsRun, .cancelled: "engine_failed"
        }
    }
}
