/// What one replication showed under one profile.
public struct ComplianceCount: Hashable, Sendable {
    /// The live calls of a window and those of them that were abandoned.
    public struct Window: Hashable, Sendable {
        /// Calls answered by a person.
        public var live = 0
        /// Those that were abandoned.
        public var abandoned = 0
    }

    /// The rule.
    public let profile: ComplianceProfile
    /// The windows in order of time, among them empty ones; none for a rolling window.
    public internal(set) var windows: [Window] = []
    /// Live calls of all windows.
    public internal(set) var live = 0
    /// Abandoned calls of all windows.
    public internal(set) var abandoned = 0
    /// The windows with a live call; for a rolling window the live calls, each of which ends one.
    public internal(set) var judgedWindows = 0
    /// Those of them that did not comply.
    public internal(set) var breachedWindows = 0
    /// Unanswered calls that rang for less than the rule asks for.
    public internal(set) var shortRings = 0

    init(_ profile: ComplianceProfile) { self.profile = profile }

    /// The abandoned share of live calls; NaN without any.
    public var rate: Double { Double(abandoned) / Double(live) }
}
