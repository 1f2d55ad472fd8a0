import DialerEngine
import SimulationAPI

/// Runs one simulation: the engine's events become the record's counts and webhooks.
struct SimulationRunner: Sendable {
    let record: SimulationRecord
    let service: SandboxService
    let sender: WebhookSender
    let seed: UInt32
    let speed: SandboxConfiguration.Speed

    func run() async {
        guard service.update(record.id, { $0.advance(to: .running) }) == true else { return }
        let start = ContinuousClock.now
        var traffic = CallTraffic(configuration)
        var eventCount = 0
        while let event = traffic.next() {
            eventCount += 1
            if case .factor(let factor) = speed {
                try? await Task.sleep(until: start + .seconds(event.time / factor))
            } else if eventCount.isMultiple(of: 512) {
                await Task.yield()
            }
            guard !Task.isCancelled, count(event, of: traffic) else { return }
            deliver(event)
            await record.deliveries.wait(for: .room)
        }
        await record.deliveries.wait(for: .firstAttempts)
        guard !Task.isCancelled else { return }
        _ = service.update(record.id) { $0.advance(to: .completed) }
    }

    /// Counts an event; `false` where the simulation has been cancelled meanwhile.
    private func count(_ event: CallEvent, of traffic: CallTraffic) -> Bool {
        let isRunning = service.update(record.id) { record -> Bool in
            guard record.state == .running else { return false }
            record.count(event, of: traffic)
            return true
        }
        return isRunning ?? false
    }

    private func deliver(_ event: CallEvent) {
        guard let url = record.payload.webhookURL else { return }
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

    private var configuration: CallTraffic.Configuration {
        let outcomes = record.payload.outcomes
        func probability(_ outcome: CallOutcome) -> Double { outcomes.probability(of: outcome).doubleValue }
        return CallTraffic.Configuration(
            outcomeProbabilities: OutcomeProbabilities(
                dialTone: probability(.dialTone),
                busySignal: probability(.busy),
                noAnswer: probability(.noAnswer),
                answer: probability(.answered),
                voicemail: probability(.voicemail)
            ),
            concurrencyLimit: record.payload.concurrencyLimit,
            maxCalls: record.payload.maxCalls,
            seed: seed,
            replication: UInt32(truncatingIfNeeded: record.ordinal)
        )
    }
}
