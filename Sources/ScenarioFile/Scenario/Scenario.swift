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
    /// What is sent: without a webhook address unless one is written, and with ``contactCenter`` and ``pacing`` as
    /// written for a sandbox.
    public var payload: SimulationPayload
    /// What the organisation allows.
    public var limits: Limits
    /// The contact centre behind the dialer; without one agents never run short.
    public var contactCenter: ContactCenter?
    /// When calls are dialled.
    public var pacing: Pacing
    /// How long a simulated campaign lasts, and how often it is repeated.
    public var runPlan: RunPlan
    /// The rules that abandonment is judged by.
    public var compliance: [ComplianceRule]
    /// What the measured values have to be.
    public var thresholds: [Threshold]
    /// Who receives a copy of every accepted event.
    public var monitors: [Monitor]
    /// The keys at the top of the file that were written, not defaulted.
    public var writtenParts: Set<String>

    /// The document as it was written, overrides applied.
    package var source: JSONValue

    /// The only version of the format.
    public static let supportedVersion = 1
    /// The longest name, in characters.
    public static let maximumNameLength = 100
    /// The longest tag, in characters: the run's id is added to it.
    public static let maximumTagLength = 100
}
