/// What one replication showed under one profile.
public struct ComplianceCount: Hashable, Sendable {
    /// The calls of a window and those of them that were abandoned.
    public struct WindowCount: Hashable, Sendable {
        /// The calls of the profile's denominator, such as those answered by a person.
        public var calls = 0
        /// Those that were abandoned.
        public var abandoned = 0

        /// The abandoned share; NaN without calls.
        public var rate: Double { Double(abandoned) / Double(calls) }
    }

    /// The rule.
    public let profile: ComplianceProfile
    /// The windows in order of time, among them empty ones; none for a rolling window.
    public internal(set) var windows: [WindowCount] = []
    /// The calls of the denominator, of all windows.
    public internal(set) var calls = 0
    /// Abandoned calls of all windows.
    public internal(set) var abandoned = 0
    /// The windows with a call; for a rolling window the live calls, each of which ends one; for a limit on attempts the
    /// contacts that were attempted.
    public internal(set) var judgedWindows = 0
    /// Those of them that did not comply.
    public internal(set) var breachedWindows = 0
    /// Of a rolling window: that with the highest share among those that end on each day.
    public internal(set) var highestOfDays: [Int: WindowCount] = [:]
    /// Unanswered calls that rang for less than the rule asks for.
    public internal(set) var shortRings = 0

    init(_ profile: ComplianceProfile) { self.profile = profile }

    /// The abandoned share of the calls; NaN without any.
    public var rate: Double { Double(abandoned) / Double(calls) }
}
