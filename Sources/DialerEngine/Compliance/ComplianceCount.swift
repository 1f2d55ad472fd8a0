/// What one replication showed under one profile.
package struct ComplianceCount: Hashable, Sendable {
    /// The live calls of a window and those of them that were abandoned.
    package struct Window: Hashable, Sendable {
        /// Calls answered by a person.
        package var live = 0
        /// Those that were abandoned.
        package var abandoned = 0

        /// Creates an empty window.
        package init() {}
    }

    /// The rule.
    package let profile: ComplianceProfile
    /// The windows in order of time, among them empty ones; none for a rolling window.
    package internal(set) var windows: [Window] = []
    /// Live calls of all windows.
    package internal(set) var live = 0
    /// Abandoned calls of all windows.
    package internal(set) var abandoned = 0
    /// The windows with a live call; for a rolling window the live calls, each of which ends one.
    package internal(set) var judgedWindows = 0
    /// Those of them that did not comply.
    package internal(set) var breachedWindows = 0
    /// Unanswered calls that rang for less than the rule asks for.
    package internal(set) var shortRings = 0

    init(_ profile: ComplianceProfile) { self.profile = profile }

    /// The abandoned share of live calls; NaN without any.
    package var rate: Double { Double(abandoned) / Double(live) }
}
