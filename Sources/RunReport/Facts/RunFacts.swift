public import ExactJSON
public import ScenarioFile
public import SimulationAPI

/// Everything that was observed of a run, before anything is judged.
public struct RunFacts: Sendable {
    /// The run's id.
    public var runID: String
    /// What was asked for.
    public var scenario: Scenario
    /// The payload as it was sent, webhook address and full tag included.
    public var payload: SimulationPayload
    /// Where it ran: `sandbox` or `cxone`.
    public var target: String
    /// The origin of the API, such as `http://127.0.0.1:41873`.
    public var origin: String
    /// The seed of the embedded sandbox; `nil` where the remote side draws its own numbers.
    public var seed: UInt32?
    /// When the run began.
    public var startedAt: Timestamp
    /// When everything was known.
    public var finishedAt: Timestamp
    /// The simulation's id, where one was created.
    public var simulationID: String?
    /// How the run's simulation ended.
    public var ending: RunEnding
    /// The last status that was read.
    public var status: SimulationStatus?
    /// State words that came in an order no simulation goes, as `completed after cancelled`.
    public var illegalProgressions: [String]
    /// What the events of the run's own simulation add up to.
    public var calls: CallTotals
    /// How many events came, and of which kind.
    public var webhooks: WebhookTotals
    /// What became of the aggregated metrics.
    public var aggregation: Aggregation
    /// What became of the events at the monitors, in the order of the scenario.
    public var monitors: [MonitorTotals]
    /// How far the audit log went when the verdict had been recorded.
    public var auditCheckpoint: AuditCheckpoint?
    /// Diagnostics of the scenario that are no errors, and what else a reader should know.
    public var notes: [String]

    /// What became of the aggregated metrics.
    public enum Aggregation: Hashable, Sendable {
        /// The remote side took them.
        case accepted
        /// The remote side, or the way to it, refused them; in words.
        case refused(String)
        /// The run ended before there was anything to send; in words.
        case notSent(String)
    }

    /// Creates the facts of a run that has not seen anything yet.
    public init(
        runID: String,
        scenario: Scenario,
        payload: SimulationPayload,
        target: String,
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
        ending = .notCreated("the run has not come that far")
        illegalProgressions = []
        calls = CallTotals()
        webhooks = WebhookTotals()
        aggregation = .notSent("the run has not come that far")
        monitors = []
        notes = []
    }
}
