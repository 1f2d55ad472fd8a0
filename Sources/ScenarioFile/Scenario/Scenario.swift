public import DialerEngine
package import ExactJSON
public import SimulationAPI

/// A scenario, ready to be run: every default applied, every rule passed.
///
/// ```swift
/// let loaded = try Scenario.load(path: "scenario.yaml", overrides: [Override(parsing: "simulation.maxCalls=200")])
/// print(loaded.scenario.payload.maxCalls)
/// ```
public struct Scenario: Hashable, Sendable {
    /// The version of the format.
    public var version: Int
    /// The scenario's name.
    public var name: String
    /// What is sent: without a webhook address unless one is written.
    ///
    /// A sandbox gets the contact centre and its campaign as they were written, so that it applies its own defaults.
    public var payload: SimulationPayload
    /// What the organisation allows.
    public var limits: Limits
    /// The contact centre behind the dialer; without one agents never run short.
    public var contactCenter: ContactCenter?
    /// When calls are dialled.
    public var pacing: Pacing
    /// What changes during a shift; each day alike.
    public var schedule: [ScheduleEntry]
    /// Who is called; without a list contacts never run out.
    public var list: ContactList?
    /// How long a simulated campaign lasts, and how often it is repeated.
    public var runPlan: RunPlan
    /// The rules that abandonment is judged by.
    public var compliance: [ComplianceProfile]
    /// What the measured values have to be.
    public var thresholds: [Threshold]
    /// The external systems that receive a copy of every accepted event.
    public var monitors: [Monitor]
    /// Dotted paths of the values that no measurement and no configuration supports.
    public var assumed: [String]
    /// The document as it was written, overrides applied: what the store keeps of a run's scenario.
    package var source: JSONValue

    /// The keys at the top of the file that were written, not defaulted.
    public var writtenParts: Set<String> {
        guard case .object(let members) = source else { return [] }
        return Set(members.map(\.name))
    }

    /// The only version of the format.
    public static let supportedVersion = 1
    /// The longest name, in characters.
    public static let maximumNameLength = 100
    /// The longest tag, in characters: the run's id is added to it.
    public static let maximumTagLength = 100
}

extension Scenario {
    /// What the organisation allows.
    public struct Limits: Hashable, Sendable {
        /// Calls at once inside one simulation.
        public var maxConcurrent = 5
        /// Simulations at once.
        public var maxActiveSimulations = 5
        /// How long the slot of a run that is over stays occupied if its simulation can no longer be seen.
        public var slotHold = Duration.seconds(3600)

        /// The limits that NICE CXone documents.
        public init() {}
    }
}

extension Scenario {
    /// How long a simulated campaign lasts, and how often it is repeated.
    public struct RunPlan: Hashable, Sendable {
        /// How long the start is left out of the metrics.
        public enum WarmUp: Hashable, Sendable {
            /// This number of seconds.
            case seconds(Double)
            /// As long as MSER-5 finds in a pilot replication.
            case auto
        }

        /// What ends the dialling; `nil` is the simulation's `maxCalls`.
        public var length: Experiment.Length?
        /// A limit on the calls of shifts whose length a roster gives; nil without.
        public var callLimit: Int?
        /// How the days lie in the calendar.
        public var calendar = CampaignCalendar()
        /// How long the start is left out of the metrics.
        public var warmUp = WarmUp.seconds(0)
        /// How often all of it is repeated.
        public var replications = 20

        /// The plan of a scenario that says nothing about it.
        public init() {}

        /// The members that a sandbox gets.
        static let membersOfPayload = ["shift", "days", "start", "date", "weekdays"]
    }
}
