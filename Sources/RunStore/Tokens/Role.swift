/// What a token of the control API may do; each role may do all that the roles before it may.
package enum Role: String, Codable, CaseIterable, Comparable, Sendable {
    /// It reads.
    case viewer
    /// It starts, cancels and replays.
    case `operator`
    /// It manages tokens, and removes old runs.
    case admin

    package static func < (left: Role, right: Role) -> Bool {
        allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }
}
