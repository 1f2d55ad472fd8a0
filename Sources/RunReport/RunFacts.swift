import DialerEngine
public import ExactJSON
public import ScenarioFile
public import SimulationAPI
import Statistics

/// Everything that was observed of a run, before it is judged.
public struct RunFacts: Sendable {
    /// The run's id.
    public var runID: String
    /// The scenario that was run.
    public var scenario: Scenario
    /// The payload as it was sent, with webhook address and full tag.
    public var payload: SimulationPayload
    /// Where it ran.
    public var target: TargetKind
    /// The origin of the API, such as `http://127.0.0.1:41873`.
    public var origin: String
    /// The seed of the embedded sandbox; `nil` if the remote side draws its own numbers.
    public var seed: UInt32?
    /// When the run began.
    public var startedAt: Timestamp
    /// When everything that is judged was known.
    public var finishedAt: Timestamp
    /// The simulation's id once it is created.
    public var simulationID: String?
    /// Whether the target got the payload's extensions, so that it simulates the scenario's contact centre.
    public var sendsExtensions = true
    /// How the run's simulation ended.
    public var ending = RunEnding.notCreated("the run has not come that far")
    /// The last status that was read.
    public var status: SimulationStatus?
    /// Changes of state that no simulation may make, as `completed after cancelled`.
    public var illegalProgressions: [String] = []
    /// The totals of the events of the run's own simulation.
    public var calls = ObservedCalls()
    /// How many events came, by kind.
    public var webhooks = WebhookTotals()
    /// Whether the aggregated metrics were accepted.
    public var aggregation = Aggregation.notSent("the run has not come that far")
    /// What was delivered to the monitors, in the order of the scenario.
    public var monitors: [MonitorTotals] = []
    /// The audit log's checkpoint, once the verdict is recorded in it.
    public var auditCheckpoint: AuditCheckpoint?
    /// Warnings of the scenario, and what else a reader should know.
    public var notes: [String] = []

    /// Whether the aggregated metrics were accepted.
    public enum Aggregation: Hashable, Sendable {
        case accepted
        /// They were sent, and the remote side refused them or gave no answer, for this reason.
        case refused(String)
        /// They never left this machine, for this reason.
        case notSent(String)
    }

    /// Creates the facts of a run that has not observed anything yet.
    public init(
        runID: String,
        scenario: Scenario,
        payload: SimulationPayload,
        target: TargetKind,
        origin: String,
        seed: UInt32?,
        startedAt: Timestamp
    ) {
        self.runID = runID
        self.scenario = scenario
        self.payload = payload
        self.target = target
        self.origin = origin
        self.seed = seed
        self.startedAt = startedAt
        finishedAt = startedAt
    }

    /// Ended calls of each outcome, in the order of ``CallOutcome``.
    var outcomeCounts: [Int] { CallOutcome.allCases.map { calls.outcomes[$0] ?? 0 } }

    /// The injected probability of each outcome, in the order of ``CallOutcome``.
    ///
    /// If a schedule changes outcomes, the mean over the calls of the probabilities in force when each was dialled.
    var injectedProbabilities: [Double] {
        let calls = calls.callsByEntry
        let total = calls.reduce(0, +)
        guard total > 0, calls.count == scenario.schedule.count + 1 else {
            return CallOutcome.allCases.map { max(0, payload.outcomes.probability(of: $0).doubleValue) }
        }
        let inForce = [payload.outcomes.probabilities] + scenario.schedule.map(\.center.outcomes)
        return CallOutcome.allCases.map { outcome in
            let sum = zip(calls, inForce).reduce(0.0) { $0 + Double($1.0) * max(0, $1.1[AttemptOutcome(outcome)]) }
            return sum / Double(total)
        }
    }

    /// The injected probability of each outcome as it was written; rounded if it is a mean.
    var injectedShares: [ExactDecimal] {
        guard calls.callsByEntry.contains(where: { $0 > 0 }) else {
            return CallOutcome.allCases.map { payload.outcomes.probability(of: $0) }
        }
        return injectedProbabilities.map { ExactDecimal("\(($0 * 1e6).rounded() / 1e6)") ?? .zero }
    }

    /// 1 − total variation distance between injected and observed outcomes, 0…1.
    ///
    /// `nil` if no ended call reported its outcome or injection is off. Rounded to twelve digits, so that a share that
    /// meets a limit exactly is not lost to binary rounding.
    public var accuracyRate: Double? {
        let counts = outcomeCounts
        let total = counts.reduce(0, +)
        guard total > 0, payload.outcomes.enabled else { return nil }
        let distance = TotalVariation.distance(injectedProbabilities, counts.map { Double($0) / Double(total) })
        return min(1, max(0, ((1 - distance) * 1e12).rounded() / 1e12))
    }

    /// The share of calls answered by a person that were abandoned; `nil` without answered calls.
    public var abandonmentRate: Double? {
        let answered = calls.outcomes[.answered] ?? 0
        return answered > 0 ? Double(calls.abandoned) / Double(answered) : nil
    }

    /// How long the run took, in seconds of real time.
    public var durationSeconds: Double { Double(finishedAt.milliseconds - startedAt.milliseconds) / 1000 }

    /// Calls that were dialled: the status' number, or without a status the number of calls with events.
    public var callsAttempted: Int { status?.callsAttempted ?? calls.seen }

    /// The calls that were to be dialled: those that were, if the simulation is complete with fewer than `maxCalls`.
    var callsToDial: Int {
        ending == .ended && status?.state == .completed && hasShifts ? callsAttempted : payload.maxCalls
    }

    /// Whether dialling may end before `maxCalls`, with the last shift or with the list.
    var hasShifts: Bool { sendsExtensions && scenario.hasShifts }

    /// The most calls at once that either the events or the status show.
    var peakConcurrency: Int { max(calls.peakConcurrency, status?.peakConcurrency ?? 0) }
}

/// How many events a run's receiver took, by kind.
public struct WebhookTotals: Hashable, Sendable {
    /// Deliveries that were answered with 200, duplicates included.
    public var received: Int = 0
    /// Different events of the run's own simulation.
    public var unique: Int = 0
    /// Deliveries whose `webhook-id` had come before.
    public var duplicates: Int = 0
    /// Events that came after the final event of their call.
    public var late: Int = 0
    /// Events of other simulations.
    public var unknown: Int = 0
    /// Signed deliveries that are not events, kept in quarantine.
    public var quarantined: Int = 0
    /// Deliveries that were refused, for example for a bad signature.
    public var rejected: Int = 0
    /// Calls that were attempted and have no final event.
    public var lost: Int = 0
    /// Whether signatures were demanded.
    public var signed: Bool = true

    /// Creates totals of no events.
    public init() {}
}

/// How many events were delivered to a monitor.
public struct MonitorTotals: Hashable, Sendable {
    /// The monitor's name.
    public var name: String
    /// `http`, `slack`, `file` or `stdout`.
    public var kind: String
    /// Whether the run demands that every event is delivered.
    public var required: Bool
    /// Deliveries that the monitor accepted.
    public var delivered = 0
    /// Deliveries that are still to be made.
    public var pending = 0
    /// Deliveries that were given up.
    public var dead = 0
    /// Deliveries that were not made, since the monitor wants no more.
    public var disabled = 0
    /// The last error, if there was one.
    public var lastError: String?

    /// Creates totals of no deliveries.
    public init(name: String, kind: String, required: Bool) {
        self.name = name
        self.kind = kind
        self.required = required
    }

    /// Whether everything that was to be forwarded has been.
    public var isComplete: Bool { pending + dead + disabled == 0 }

    /// What went wrong and what to do about it; `nil` if everything has been delivered.
    var advice: String? {
        guard !isComplete else { return nil }
        return (lastError.map { "last error: \($0); " } ?? "")
            + "`ringback deliveries replay --monitor \(name)` sends what is left"
    }

    /// The counts in words, such as `172 delivered, 3 dead`.
    var text: String {
        let others = [(pending, "pending"), (dead, "dead"), (disabled, "disabled")].filter { $0.0 > 0 }
        return ([(delivered, "delivered")] + others).map { "\(NumberText.count($0.0)) \($0.1)" }.joined(separator: ", ")
    }
}

/// The signed state of the audit log when a run had ended; kept elsewhere, it proves later that nothing was altered.
public struct AuditCheckpoint: Hashable, Sendable {
    /// The log's name.
    public var origin: String
    /// The number of entries of the log.
    public var size: Int
    /// The root of their Merkle tree, 64 hexadecimal digits.
    public var rootHash: String
    /// The signed note (C2SP tlog-checkpoint).
    public var note: String

    /// Creates a checkpoint.
    public init(origin: String, size: Int, rootHash: String, note: String) {
        self.origin = origin
        self.size = size
        self.rootHash = rootHash
        self.note = note
    }

    /// The checkpoint as `result.json` has it.
    public var json: JSONValue {
        ["origin": .string(origin), "size": .integer(size), "rootHash": .string(rootHash), "note": .string(note)]
    }
}
